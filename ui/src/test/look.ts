// How every screen is looked at: in four sizes, in both schemes, and in forced colours.
import type { Page } from "playwright";
import { beforeAll, describe, expect, it } from "vitest";
import type { Scene } from "../ipc/fake/scenes";
import { OF_COLOUR, invisible, outside, settled, unmarked, violations } from "./inspections";
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
  /** What must be read before the keys of `then`. */
  before?: string | RegExp;
  then?: string[];
  /** The name of the dialog that is open at the end. */
  dialog?: string | RegExp;
  /** A selector of what is not there at the end. */
  gone?: string;
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

async function lead(page: Page, screen: Screen) {
  for (const key of screen.keys ?? []) await page.keyboard.press(key);
  for (const name of [screen.press ?? []].flat())
    await page
      .getByRole(screen.role ?? "button", { name, exact: true })
      .first()
      .click();
  if (screen.before) await page.getByText(screen.before).first().waitFor();
  // A plan that has just come takes no confirmation for a moment.
  if (screen.then) await page.locator("dialog[open] footer [aria-disabled=true]").waitFor({ state: "detached" });
  for (const key of screen.then ?? []) await page.keyboard.press(key);
  if (screen.dialog) await page.getByRole("dialog", { name: screen.dialog }).waitFor();
  if (screen.gone) await page.locator(screen.gone).waitFor({ state: "detached" });
  await page.getByText(screen.shows).first().waitFor({ state: "attached" });
  await page.evaluate(() => document.fonts.ready);
}

/** A test for each size of each screen, and one for forced colours. */
export function look(screens: Record<string, Screen>, { samePageOf }: ReturnType<typeof windows>) {
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
