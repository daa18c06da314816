// Prints a line of JSON for each figure of the window: {row, figure, unit}. `npm run bench`; needs Chromium, and for
// the bytes a built `dist`. Times are of a production build in Chromium: compare them with each other, not with WebKit.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { existsSync } from "node:fs";
import { chromium } from "playwright";
import { build, preview } from "vite";
import { loads } from "./firstLoad.mjs";

const here = import.meta.dirname;
const print = (row, figure, unit) =>
  console.log(JSON.stringify({ row, figure: figure === null ? null : Math.round(figure * 10) / 10, unit }));
const part = (numbers, share) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
};
const spread = (row, numbers, unit) => {
  print(`${row}, p50`, part(numbers, 0.5), unit);
  print(`${row}, p95`, part(numbers, 0.95), unit);
};

function bytes() {
  const found = loads();
  if (found === null) console.error("ui/dist is not built: no bytes");
  print("first load, gzip", found?.first ?? null, "bytes");
  print("first load without a page, gzip", found?.frame ?? null, "bytes");
  print("all of the UI, gzip", found?.total ?? null, "bytes");
}

/** The window with the invented backend, compiled as it is shipped. */
async function serve() {
  const outDir = await mkdtemp(join(tmpdir(), "slipway-bench-"));
  const root = join(here, "window");
  await build({
    root,
    configFile: join(here, "..", "vite.config.ts"),
    logLevel: "error",
    define: { "import.meta.env.DEV": "true" },
    build: { outDir, emptyOutDir: true, target: "esnext" },
  });
  const server = await preview({ root, configFile: false, logLevel: "error", preview: { port: 0 }, build: { outDir } });
  return {
    address: server.resolvedUrls.local[0],
    close: () => server.close().then(() => rm(outDir, { recursive: true })),
  };
}

const STEPS = 150;
/** Milliseconds that the page's process has worked: what other programs take meanwhile is not in it. */
async function processor(page) {
  const session = await page.context().browser().newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.filter((one) => one.type === "renderer").reduce((sum, one) => sum + one.cpuTime, 0) * 1000;
}

async function timeline(page, address, zoom) {
  await page.goto(`${address}?zoom=${zoom}`);
  await page.getByRole("button", { name: "Open storefront", exact: true }).first().click();
  await page
    .getByRole("button", { name: /^Timeline/ })
    .first()
    .click();
  await page.getByRole("radio", { name: zoom, exact: true }).click();
  await page.getByRole("table", { name: /as a table/ }).waitFor();
  const rows = Number(await page.getByRole("table", { name: /as a table/ }).getAttribute("aria-rowcount")) - 1;
  await page.waitForTimeout(1500);
  await page.addScriptTag({ content: await readFile(join(here, "inPage.js"), "utf8") });
  await page.evaluate(() => window.measured.pan(20, -3));
  const before = await processor(page);
  const { work, between } = await page.evaluate((steps) => window.measured.pan(steps, -3), STEPS);
  const after = await processor(page);
  print(`timeline, ${zoom}: rows`, rows, "rows");
  print(`timeline, ${zoom}: elements`, await page.evaluate(() => document.querySelectorAll("*").length), "elements");
  print(`timeline panned, ${zoom}: processor time of a frame, mean`, (after - before) / STEPS, "ms");
  spread(`timeline panned, ${zoom}: work of a frame`, work, "ms");
  spread(`timeline panned, ${zoom}: frame to frame`, between, "ms");
}

async function palette(page, address) {
  await page.goto(address);
  await page.getByRole("grid").first().waitFor();
  await page.waitForTimeout(1500);
  await page.addScriptTag({ content: await readFile(join(here, "inPage.js"), "utf8") });
  const times = [];
  for (const text of ["change 12", "service-7", "release", "v19"]) {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").waitFor();
    times.push(...(await page.evaluate((letters) => window.measured.letters(letters), text)));
    await page.keyboard.press("Escape");
  }
  spread("palette, letter to second frame, 20 services", times, "ms");
}

async function times() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const executablePath = folders
    .flatMap((folder) => ["chromium", "chromium-browser"].map((name) => join(folder, name)))
    .find((path) => existsSync(path));
  if (executablePath === undefined) return console.error("Chromium is not installed: no times");
  const server = await serve();
  const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
    page.on("pageerror", (error) => console.error(error.message));
    for (const zoom of ["Month", "Week", "5 h"]) await timeline(page, server.address, zoom);
    await palette(page, server.address);
  } finally {
    await browser.close();
    await server.close();
  }
}

bytes();
await times();
