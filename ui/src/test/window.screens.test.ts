import axe from "axe-core";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCENES, type Scene } from "../ipc/fake/scenes";
import { windows } from "./windows";

/** A screen: the scene it is shown in, and the keys that lead there. */
interface Screen {
  scene: Scene;
  /** The service that is picked first; null stays where the window opens. */
  service?: string | null;
  keys?: string[];
  /** Buttons to press then, or other controls of this role. */
  press?: string | RegExp | (string | RegExp)[];
  role?: "button" | "radio" | "option";
  /** Keys after that. */
  then?: string[];
  /** What shows that it is there. */
  shows: string | RegExp;
  /** Looked at in each size in both schemes. */
  both?: true;
}

const screens: Record<string, Screen> = {
  board: { scene: "board", service: null, shows: /storefront production is hurt/, both: true },
  "board, long names": { scene: "board-wide", service: null, shows: /customer-notification/ },
  "board, sixty": { scene: "board-60", service: null, keys: ["/", "w", "o", "r", "k"], shows: /60 services/ },
  flow: { scene: "flow", shows: /Production is healthy/ },
  incident: { scene: "incident", shows: /Production is hurt/ },
  pipelines: { scene: "pipeline", keys: ["p"], shows: /Will not release/ },
  timeline: { scene: "flow", keys: ["t"], shows: /Five hours/ },
  releases: { scene: "releases", press: "Releases", shows: "redis-analytics", both: true },
  "releases, one of them": { scene: "releases", press: "Releases", then: ["j", "Enter"], shows: "Release command" },
  "releases, long texts": { scene: "releases-long", press: "Releases", shows: /Earlier|Load earlier/ },
  "releases, none": { scene: "releases-none", press: "Releases", shows: "No release yet" },
  compare: { scene: "compare", keys: ["c"], shows: /7 PRs \+ 2 commits/, both: true },
  "compare, both sides": { scene: "compare-differ", keys: ["c"], shows: "Only on production" },
  "compare, cut": { scene: "compare-cut", keys: ["c"], shows: /Compare is cut here/ },
  "compare, unknown": { scene: "compare-unknown", keys: ["c"], shows: "Not all of it is known" },
  "compare, the same code": { scene: "compare-same", keys: ["c"], shows: "No commit lies between them." },
  "compare, long names": { scene: "long", keys: ["c"], shows: /Slipway cannot tell/ },
  "compare, an error": { scene: "error", keys: ["c"], shows: "The two releases could not be compared" },
  journal: { scene: "flow", keys: ["g", "j"], shows: /8 actions/ },
  accounts: { scene: "access", keys: ["g", "s"], shows: /needs? attention/ },
  services: { scene: "regions", keys: ["g", "s"], press: "Services", shows: "Add service…" },
  "service settings": {
    scene: "flow",
    keys: ["g", "s"],
    press: ["Services", "Edit storefront"],
    shows: "storefront: all 8 checks pass.",
  },
  "add a service": { scene: "flow", keys: ["g", "s"], press: ["Services", "Add service…"], shows: "Add a service" },
  alerts: { scene: "flow", keys: ["g", "s"], press: "Alerts", shows: "Notify me about all services" },
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

const { pageOf, settled } = windows();
const other = { dark: "light", light: "dark" } as const;
const otherScheme = Object.fromEntries(
  Object.entries(conditions)
    .filter(([, one]) => one.forcedColors === undefined)
    .map(([name, one]) => [`${name}, other scheme`, { ...one, colorScheme: other[one.colorScheme] }]),
);

async function open(page: Page, screen: Screen) {
  for (const key of screen.keys ?? []) await page.keyboard.press(key);
  for (const name of [screen.press ?? []].flat())
    await page.getByRole(screen.role ?? "button", { name, exact: true }).click();
  for (const key of screen.then ?? []) await page.keyboard.press(key);
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
      ({ page, faults } = await pageOf(screen.scene, screen.service));
      await open(page, screen);
    });
    afterAll(() => page.context().close());

    const looks: Record<string, Condition> = screen.both ? { ...conditions, ...otherScheme } : conditions;
    for (const [condition, { width, height, ...media }] of Object.entries(looks)) {
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
    for (const keys of [
      ["p"],
      ["t"],
      ["c"],
      ["g", "i"],
      ["g", "j"],
      ["g", "s"],
      ["g", "f"],
      ["g", "a"],
      ["Control+k"],
    ]) {
      for (const key of keys) await page.keyboard.press(key);
      await settled(page);
      expect(await page.getByText("cannot be shown").count()).toBe(0);
      const tab = page.getByRole("button", { name: "Releases", exact: true });
      if (keys[0] !== "t" || (await tab.count()) === 0) continue;
      await tab.click();
      await settled(page);
      expect(await page.getByText("cannot be shown").count()).toBe(0);
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
