// The whole window of the invented backend, in a browser that a test drives from outside.
import { chromium, type Browser, type Page } from "playwright";
import { createServer, type ViteDevServer } from "vite";
import { afterAll, beforeAll, inject } from "vitest";
import { launchArguments } from "../../chromium.ts";
import type { Scene } from "../ipc/fake/scenes";

/** Served and opened for the tests of the calling file. */
export function windows() {
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

  /** A page that shows the scene, and what went wrong in it. Null as the service: where the window opens. */
  async function pageOf(
    scene: Scene,
    service: string | null = "storefront",
  ): Promise<{ page: Page; faults: string[] }> {
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
    const row = page.getByRole("button", { name: `Open ${service}`, exact: true }).first();
    if (service !== null && (await row.count()) > 0) {
      await row.click();
      await page.getByRole("grid", { name: /^All services/ }).waitFor({ state: "detached" });
    }
    return { page, faults };
  }

  const settled = (page: Page) =>
    page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return { pageOf, settled };
}
