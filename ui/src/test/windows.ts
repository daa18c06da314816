// The whole window of the invented backend, in a browser that a test drives from outside.
import { chromium, type Browser, type Page } from "playwright";
import { afterAll, beforeAll, inject } from "vitest";
import { launchArguments } from "../../chromium.ts";
import type { Scene } from "../ipc/fake/scenes";

interface Opened {
  page: Page;
  /** What went wrong in it. */
  faults: string[];
}

/** The service that most scenes are about. */
const SERVICE = "storefront";

/** Opened for the tests of the calling file. */
export function windows() {
  let browser: Browser;
  let shared: Opened | undefined;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: inject("chromium") ?? "", args: launchArguments });
  });
  afterAll(() => browser.close());

  async function empty(): Promise<Opened> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
    // As Tauri does it in the window.
    await context.addInitScript(() => void Object.freeze(Object.prototype));
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (line) => {
      if (line.text().includes("cannot be shown")) faults.push(line.text());
    });
    return { page, faults };
  }
  async function shows(page: Page, scene: Scene, service: string | null, asked: string) {
    await page.goto(`${inject("address")}?scene=${scene}${asked}`);
    await page.locator("h1, [aria-busy]").first().waitFor();
    const row = page.getByRole("button", { name: `Open ${service}`, exact: true }).first();
    if (service === null || (await row.count()) === 0) return;
    await row.click();
    await page.getByRole("grid", { name: /^All services/ }).waitFor({ state: "detached" });
  }

  /** A page of its own that shows the scene. Null as the service: where the window opens. */
  async function pageOf(scene: Scene, service: string | null = SERVICE, asked = ""): Promise<Opened> {
    const opened = await empty();
    await shows(opened.page, scene, service, asked);
    return opened;
  }
  /** The one page of the file, opened anew: what was loaded once is not loaded again. */
  async function samePageOf(scene: Scene, service: string | null = SERVICE, asked = ""): Promise<Opened> {
    shared ??= await empty();
    const { page, faults } = shared;
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: "dark", forcedColors: "none", reducedMotion: "reduce" });
    await page.mouse.move(0, 0);
    await page.goto("about:blank");
    faults.length = 0;
    await shows(page, scene, service, asked);
    return shared;
  }

  return { pageOf, samePageOf };
}
