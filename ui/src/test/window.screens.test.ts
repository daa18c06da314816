import axe from "axe-core";
import { chromium, type Browser, type Page } from "playwright";
import { createServer, type ViteDevServer } from "vite";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { launchArguments } from "../../chromium.ts";
import { SCENES, type Scene } from "../ipc/fake/scenes";

/** A screen: the scene it is shown in, and the keys that lead there. */
interface Screen {
  scene: Scene;
  /** The service that is picked first; null stays where the window opens. */
  service?: string | null;
  keys?: string[];
  /** A button to press then, or another control of this role. */
  press?: string | RegExp;
  role?: "button" | "radio" | "option";
  /** What shows that it is there. */
  shows: string | RegExp;
}

const screens: Record<string, Screen> = {
  board: { scene: "board", service: null, shows: /storefront production is hurt/ },
  "board, long names": { scene: "board-wide", service: null, shows: /customer-notification/ },
  "board, sixty": { scene: "board-60", service: null, keys: ["/", "w", "o", "r", "k"], shows: /60 services/ },
  flow: { scene: "flow", shows: /Production is healthy/ },
  incident: { scene: "incident", shows: /Production is hurt/ },
  pipelines: { scene: "pipeline", keys: ["p"], shows: /Will not release/ },
  timeline: { scene: "flow", keys: ["t"], shows: /Five hours/ },
  journal: { scene: "flow", keys: ["g", "j"], shows: /8 actions/ },
  accounts: { scene: "access", keys: ["g", "s"], shows: /needs? attention/ },
  services: { scene: "regions", keys: ["g", "s"], press: "Services", shows: "Add a service" },
  general: { scene: "flow", keys: ["g", "s"], press: "General", shows: "Theme" },
  inbox: { scene: "inbox", keys: ["g", "i"], shows: "11 things need you. 2 are news." },
  "inbox, done": { scene: "inbox-many", keys: ["g", "i"], role: "radio", press: /^Done/, shows: /approved/ },
  "inbox, a case": {
    scene: "inbox",
    keys: ["g", "i"],
    role: "option",
    press: /email-worker/,
    shows: "Approve #212",
  },
  "first run": { scene: "first-run", service: null, shows: /Follow every change/ },
  palette: { scene: "flow", keys: ["Control+k"], shows: /Find a PR, release or command/ },
  "rollback plan": { scene: "ships", keys: ["r"], shows: /Read again when you confirm|Not undone/ },
  "pull request": { scene: "words", keys: ["j", "Enter"], shows: /When it merges/ },
  keys: { scene: "flow", keys: ["?"], shows: "All keys" },
};

/** How it is looked at. At 200 % a window of 1440 × 900 has half as many CSS pixels each way. */
interface Condition {
  width: number;
  height: number;
  colorScheme: "dark" | "light";
  forcedColors?: "active" | "none";
}
const conditions: Record<string, Condition> = {
  "1440 × 900, dark": { width: 1440, height: 900, colorScheme: "dark" },
  "900 × 600, light": { width: 900, height: 600, colorScheme: "light" },
  "1100 × 700, dark": { width: 1100, height: 700, colorScheme: "dark" },
  "200 %, dark": { width: 720, height: 450, colorScheme: "dark" },
  "forced colours": { width: 1440, height: 900, colorScheme: "dark", forcedColors: "active" },
};

let server: ViteDevServer;
let browser: Browser;
let address: string;

beforeAll(async () => {
  server = await createServer({ server: { port: 0, strictPort: false, hmr: false }, logLevel: "error" });
  await server.listen();
  address = server.resolvedUrls?.local[0] ?? "";
  browser = await chromium.launch({ executablePath: inject("chromium") ?? "", args: launchArguments });
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** A page that shows the scene, and what went wrong in it. */
async function pageOf(scene: Scene): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  // As Tauri does it in the window.
  await context.addInitScript(() => void Object.freeze(Object.prototype));
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (line) => {
    if (line.text().includes("cannot be shown")) faults.push(line.text());
  });
  await page.goto(`${address}?scene=${scene}`);
  await page.locator("h1, [aria-busy]").first().waitFor();
  return { page, faults };
}

const settled = (page: Page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

async function open(page: Page, screen: Screen) {
  const { service = "storefront" } = screen;
  if (service !== null)
    await page
      .getByRole("button", { name: new RegExp(`^${service},`) })
      .first()
      .click();
  for (const key of screen.keys ?? []) await page.keyboard.press(key);
  if (screen.press !== undefined)
    await page.getByRole(screen.role ?? "button", { name: screen.press, exact: true }).click();
  await page.getByText(screen.shows).first().waitFor({ state: "attached" });
  await page.evaluate(() => document.fonts.ready);
}

/** The rules of WCAG 2.2 AA that a machine can judge. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const run = (window as unknown as { axe: typeof axe }).axe.run;
    const { violations } = await run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
      resultTypes: ["violations"],
      // Still an experiment, and against the names of design.md, which say more than the words that are seen.
      rules: { "label-content-name-mismatch": { enabled: false } },
    });
    return violations.flatMap((one) =>
      one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} (${node.failureSummary ?? ""})`),
    );
  });
}

/** Buttons and fields that lie, in part, beside the window, with nothing to scroll them into it. */
const outside = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      (["auto", "scroll"].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const page = document.querySelector("dialog:modal") ?? document;
    const all = [...page.querySelectorAll("button, input, select, textarea")];
    const wide = all.filter((one) => {
      const { left, right, width } = one.getBoundingClientRect();
      return width > 0 && (left < -1 || right > innerWidth + 1) && !scrolls(one) && !one.closest("[aria-hidden]");
    });
    const scrolled = document.documentElement.scrollWidth > innerWidth ? ["the page itself"] : [];
    return [...scrolled, ...wide.map((one) => one.outerHTML.slice(0, 120))];
  });

/** In forced colours the ground of a thing says nothing: what is chosen must have a line around it. */
const unmarked = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const chosen = [
      '[aria-current]:not([aria-current="false"])',
      '[aria-selected="true"]',
      '[aria-checked="true"]',
      '[aria-pressed="true"]',
    ].join();
    return [...document.querySelectorAll(chosen)]
      .filter((one) => getComputedStyle(one).outlineStyle === "none")
      .map((one) => one.outerHTML.slice(0, 120));
  });

for (const [name, screen] of Object.entries(screens)) {
  describe(`the screen ${name}`, () => {
    let page: Page;
    let faults: string[] = [];
    beforeAll(async () => {
      ({ page, faults } = await pageOf(screen.scene));
      await open(page, screen);
    });
    afterAll(() => page.context().close());

    for (const [condition, { width, height, ...media }] of Object.entries(conditions)) {
      it(`is accessible, and all of it can be reached: ${condition}`, async () => {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ forcedColors: "none", ...media });
        await settled(page);
        expect(await violations(page)).toEqual([]);
        expect(await outside(page)).toEqual([]);
        if (media.forcedColors === "active") expect(await unmarked(page)).toEqual([]);
        expect(faults).toEqual([]);
      });
    }
  });
}

describe("every scene", () => {
  it.each([...SCENES])("is accessible, and is drawn on every page without a fault: %s", async (scene) => {
    const { page, faults } = await pageOf(scene);
    await settled(page);
    expect(await violations(page)).toEqual([]);
    for (const keys of [["p"], ["t"], ["g", "i"], ["g", "j"], ["g", "s"], ["g", "f"], ["g", "a"], ["Control+k"]]) {
      for (const key of keys) await page.keyboard.press(key);
      await settled(page);
      expect(await page.getByText("cannot be shown").count()).toBe(0);
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
