// How every screen is looked at: in four sizes, in both schemes, and in forced colours.
import axe from "axe-core";
import type { Page } from "playwright";
import { beforeAll, describe, expect, it } from "vitest";
import type { Scene } from "../ipc/fake/scenes";
import type { windows } from "./windows";

type Role = "button" | "radio" | "option" | "tab" | "combobox" | "menuitem";

/** A screen: the scene it is shown in, and what leads there. */
export interface Screen {
  scene: Scene;
  /** More of the address: `&stale`. */
  asked?: string;
  /** The service that is picked first; null stays where the window opens. */
  service?: string | null;
  keys?: string[];
  /** Buttons to press then, or other controls of this role. */
  press?: string | RegExp | (string | RegExp)[];
  role?: Role;
  /** Keys after that. */
  then?: string[];
  /** What shows that it is there. */
  shows: string | RegExp;
  /** What only a small window has is looked at in those alone. */
  only?: "small";
}

interface Size {
  width: number;
  height: number;
}
/** At 200 % a window of 1440 × 900 has half as many CSS pixels each way. */
const SIZES: Record<string, Size> = {
  "1440 × 900": { width: 1440, height: 900 },
  "1100 × 700": { width: 1100, height: 700 },
  "900 × 600": { width: 900, height: 600 },
  "200 %": { width: 720, height: 450 },
};
const SMALL = ["900 × 600", "200 %"];
const FORCED: Size = { width: 1440, height: 900 };

/** The rules of WCAG 2.2 AA that a machine can judge. */
const ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Those of them that another scheme can break: everything else was judged in the first. */
const OF_COLOUR = ["color-contrast", "link-in-text-block"];

/** Where a dialog is open, what lies behind it cannot be reached and is not judged. */
export async function violations(page: Page, runOnly = ALL): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async (runOnly) => {
    const run = (window as unknown as { axe: typeof axe }).axe.run;
    const { violations } = await run(document.querySelector("dialog:modal") ?? document, {
      runOnly,
      preload: false,
      resultTypes: ["violations"],
      // Still an experiment, and against the names of design.md, which say more than the words that are seen.
      rules: { "label-content-name-mismatch": { enabled: false } },
    });
    return violations.flatMap((one) =>
      one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} (${node.failureSummary ?? ""})`),
    );
  }, runOnly);
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
      "[data-highlighted]",
    ].join();
    return [...document.querySelectorAll(chosen)]
      .filter((one) => getComputedStyle(one).outlineStyle === "none")
      .map((one) => one.outerHTML.slice(0, 120));
  });

/** Lengths that are told by a fill alone, which forced colours take away. */
const invisible = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const lengths = ".track > span:not(.plain), .fill, .bar.passed, .instances i, .now:empty, .segment, .run-bar";
    const ground = getComputedStyle(document.body).backgroundColor;
    return [...document.querySelectorAll<HTMLElement>(lengths)]
      .filter((one) => one.getBoundingClientRect().width > 0)
      .filter((one) => {
        const style = getComputedStyle(one);
        const clear = ["rgba(0, 0, 0, 0)", ground].includes(style.backgroundColor) && style.backgroundImage === "none";
        return clear && style.borderTopStyle === "none" && style.borderLeftStyle === "none";
      })
      .map((one) => one.outerHTML.slice(0, 100));
  });

async function lead(page: Page, screen: Screen) {
  const { service = "storefront" } = screen;
  if (service !== null)
    await page
      .getByRole("button", { name: new RegExp(`^${service},`) })
      .first()
      .click();
  for (const key of screen.keys ?? []) await page.keyboard.press(key);
  for (const name of [screen.press ?? []].flat())
    await page
      .getByRole(screen.role ?? "button", { name, exact: true })
      .first()
      .click();
  for (const key of screen.then ?? []) await page.keyboard.press(key);
  await page.getByText(screen.shows).first().waitFor({ state: "attached" });
  await page.evaluate(() => document.fonts.ready);
}

/** A test for each size of each screen, and one for forced colours. */
export function look(screens: Record<string, Screen>, { samePageOf, settled }: ReturnType<typeof windows>) {
  for (const [name, screen] of Object.entries(screens)) {
    describe(`the screen ${name}`, () => {
      let page: Page;
      let faults: string[] = [];
      beforeAll(async () => {
        ({ page, faults } = await samePageOf(screen.scene, screen.service, screen.asked));
        if (screen.only === "small") await page.setViewportSize(SIZES["900 × 600"]!);
        await lead(page, screen);
      });

      for (const [size, viewport] of Object.entries(SIZES)) {
        if (screen.only === "small" && !SMALL.includes(size)) continue;
        it(`is accessible in both schemes, and all of it can be reached: ${size}`, async () => {
          await page.setViewportSize(viewport);
          await page.emulateMedia({ forcedColors: "none", colorScheme: "dark" });
          await settled(page);
          expect(await violations(page)).toEqual([]);
          expect(await outside(page)).toEqual([]);
          await page.emulateMedia({ forcedColors: "none", colorScheme: "light" });
          await settled(page);
          expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("light");
          expect(await violations(page, OF_COLOUR)).toEqual([]);
          expect(faults).toEqual([]);
        });
      }
      it("is accessible, and shows what is chosen and how long it lasts, in forced colours", async () => {
        await page.setViewportSize(screen.only === "small" ? SIZES["900 × 600"]! : FORCED);
        await page.emulateMedia({ colorScheme: "dark", forcedColors: "active" });
        await settled(page);
        expect(await violations(page, OF_COLOUR)).toEqual([]);
        expect(await unmarked(page)).toEqual([]);
        expect(await invisible(page)).toEqual([]);
        expect(faults).toEqual([]);
      });
    });
  }
}
