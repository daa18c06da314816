// What holds on every page of the whole window, whatever it shows.
import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import type { Scene } from "../ipc/fake/scenes";
import { windows } from "./windows";

const { pageOf, settled } = windows();
const openReleases = ["Control+k", ..."open releases", "Enter"];
const PAGES: [Scene, string[]][] = [
  ["flow", []],
  ["incident", []],
  ["pipeline", ["p"]],
  ["flow", ["t", "-", "-"]],
  ["releases", openReleases],
  ["flow", ["g", "j"]],
  ["words", ["j", "Enter"]],
  ["incident", ["r"]],
];
const SIZES = [
  [1440, 900],
  [1100, 700],
  [900, 600],
  [720, 450],
  [2560, 1440],
] as const;

async function go(page: Page, keys: string[]) {
  for (const key of keys) {
    await page.keyboard.press(key);
    await settled(page);
  }
  await page.evaluate(() => document.fonts.ready);
}

/** Text that is set as it must not be. */
const wrongType = (page: Page) =>
  page.evaluate(() => {
    const wrong: string[] = [];
    for (const one of document.querySelectorAll<HTMLElement>("body *")) {
      const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
      if (!own) continue;
      const style = getComputedStyle(one);
      const tell = (why: string) => wrong.push(`${why}: ${one.outerHTML.slice(0, 100)}`);
      if (Number(style.fontWeight) > 600) tell(style.fontWeight);
      if (Number.parseFloat(style.fontSize) < 11) tell(style.fontSize);
      const code = style.fontFamily.startsWith('"JetBrains Mono"');
      if (code && !style.fontFeatureSettings.includes('"liga" 0')) tell("ligatures in code");
      const tabular = style.fontVariantNumeric.includes("tabular-nums") || style.fontFeatureSettings.includes("tnum");
      if (!code && tabular && !one.closest(".num")) tell("tabular figures in words");
    }
    return wrong;
  });

/** Buttons that are too small for a finger or a shaking hand; one in a sentence is as high as its line. */
const small = (page: Page) =>
  page.evaluate(() => {
    const root = document.querySelector("dialog:modal") ?? document;
    const all = [...root.querySelectorAll<HTMLElement>("button, select, input, [role=slider]")];
    return all
      .filter((one) => !one.closest("[aria-hidden=true], .unseen, p"))
      .filter((one) => one.getAttribute("role") !== "slider")
      .filter((one) => {
        const { width, height } = one.getBoundingClientRect();
        return width > 0 && (width < 23.5 || height < 23.5);
      })
      .map((one) => `${Math.round(one.getBoundingClientRect().height)}: ${one.outerHTML.slice(0, 100)}`);
  });

/** Lists in which nothing can be seen, and bars that a reader of forced colours does not see. */
const empty = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[role="list"], [role="log"], main section')]
      .filter((one) => one.children.length > 0 && one.getBoundingClientRect().height < 60)
      .map((one) => `${one.getAttribute("aria-label") ?? ""}: ${one.getBoundingClientRect().height} px`),
  );

for (const [scene, keys] of PAGES) {
  describe(`the scene ${scene}${keys.length > 0 ? ` after ${keys.join(" ")}` : ""}`, () => {
    it("sets figures, code and words as they must be, and has targets that can be hit", async () => {
      const { page, faults } = await pageOf(scene);
      await go(page, keys);
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height });
        await settled(page);
        expect(await wrongType(page)).toEqual([]);
        expect(await small(page)).toEqual([]);
        expect(await empty(page)).toEqual([]);
      }
      expect(faults).toEqual([]);
      await page.context().close();
    });
  });
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.tagName);

describe("the whole window", () => {
  it("puts the focus on the heading of another page, and says which it is", async () => {
    const { page } = await pageOf("flow");
    for (const [keys, said] of [
      [["t"], "Timeline of storefront"],
      [["p"], "Pipelines of storefront"],
      [openReleases, "Releases of storefront"],
      [["g", "j"], "Journal"],
      [["g", "f"], "Flow of storefront"],
    ] as const) {
      for (const key of keys) await page.keyboard.press(key);
      await page.getByRole("status", { name: "What was done" }).getByText(said).waitFor({ state: "attached" });
      await expect.poll(() => focused(page)).toBe("H1");
    }
    // What is chosen with the keys of the page is still heard there.
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: /Pull request 489/ }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Alt+2");
    await page
      .getByRole("status", { name: "What was done" })
      .getByText(/^Flow of (?!storefront)/)
      .waitFor({ state: "attached" });
    await page.context().close();
  });

  it("has one white button while production is hurt", async () => {
    const { page } = await pageOf("incident");
    await page
      .getByRole("button", { name: /^Roll back production to/ })
      .first()
      .waitFor();
    expect(await page.locator("main button.primary").count()).toBe(1);
    await page.context().close();
  });

  it("tells of an outcome above the strip of the timeline", async () => {
    const { page } = await pageOf("flow");
    await page.keyboard.press("m");
    await page.getByText(/^Squash/).waitFor();
    await page.keyboard.press("Control+Enter");
    const toast = page.getByRole("button", { name: /^Close: / });
    await toast.waitFor();
    const strip = await page.getByRole("region", { name: "Timeline" }).boundingBox();
    const box = await page.locator(".toast").boundingBox();
    expect(box!.y + box!.height).toBeLessThanOrEqual(strip!.y);
    await page.context().close();
  });

  it("has the columns of the page while it is read for the first time", async () => {
    const { page } = await pageOf("loading");
    await page.locator("[aria-busy] .column").nth(2).waitFor();
    expect(await page.locator("[aria-busy] .column").count()).toBe(3);
    await page.context().close();
  });

  it("shows the first column and one other from 900 px, all from 1100 px", async () => {
    const { page } = await pageOf("flow");
    const columns = () =>
      page.locator("main section[data-region]").evaluateAll((all) => all.map((one) => one.getAttribute("data-region")));
    await page.setViewportSize({ width: 900, height: 600 });
    await expect.poll(columns).toEqual(["Ready", "In flight", "timeline"]);
    await page.getByRole("radio", { name: "Live" }).click();
    await expect.poll(columns).toEqual(["Ready", "Live", "timeline"]);
    await page.setViewportSize({ width: 1100, height: 700 });
    await expect.poll(columns).toEqual(["Ready", "In flight", "Live", "timeline"]);
    await page.setViewportSize({ width: 720, height: 450 });
    await expect.poll(async () => (await columns()).filter((one) => one !== "timeline")).toHaveLength(1);
    await page.context().close();
  });

  it("draws lengths in forced colours", async () => {
    const { page } = await pageOf("incident");
    await page.emulateMedia({ forcedColors: "active" });
    await settled(page);
    const invisible = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>(".track > span:not(.plain), .fill, .bar.passed, .instances i, .now")]
        .filter((one) => one.getBoundingClientRect().width > 0)
        .filter((one) => {
          const style = getComputedStyle(one);
          const ground = getComputedStyle(document.body).backgroundColor;
          const clear =
            ["rgba(0, 0, 0, 0)", ground].includes(style.backgroundColor) && style.backgroundImage === "none";
          return clear && style.borderTopStyle === "none";
        })
        .map((one) => one.outerHTML.slice(0, 100)),
    );
    expect(invisible).toEqual([]);
    await page.context().close();
  });

  it("keeps the log on the keyboard", async () => {
    const { page } = await pageOf("pipeline");
    await page.keyboard.press("p");
    const log = page.getByRole("log", { name: "Log lines" });
    await log.waitFor();
    await log.focus();
    const top = () => log.evaluate((one) => one.scrollTop);
    await expect.poll(top).toBeGreaterThan(1000);
    // Its rows are measured as they come, and it goes on to the end meanwhile.
    let last = -1;
    await expect
      .poll(async () => {
        const now = await top();
        const still = now === last;
        last = now;
        return still;
      })
      .toBe(true);
    await page.keyboard.press("Home");
    await expect.poll(top).toBeLessThan(60);
    // What a person scrolls is not followed any more.
    await page.getByRole("button", { name: "Follow", exact: true }).waitFor();
    const begin = await top();
    await page.keyboard.press("PageDown");
    await expect.poll(top).toBeGreaterThan(begin + 50);
    await page.context().close();
  });
});
