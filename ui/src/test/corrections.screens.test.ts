// The corrections that the design asked for, each by its number. What one window shows is seen here; what a component
// does by itself is named with the file and the test that see it.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Page } from "playwright";
import { beforeAll, describe, expect, it } from "vitest";
import type { Scene } from "../ipc/fake/scenes";
import { empty, focused, invisible, press, said, settled, small, wrongType, wrongWords } from "./inspections";
import { windows } from "./windows";

const { pageOf } = windows();
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
  ["board", ["g", "a"]],
  ["access", ["g", "s"]],
];
const SIZES = [
  [1440, 900],
  [1100, 700],
  [900, 600],
  [720, 450],
  [2560, 1440],
] as const;

/** Of every page in every size. */
const found = { type: [] as string[], small: [] as string[], empty: [] as string[], words: [] as string[] };
const ofType = (why: string) => found.type.filter((one) => one.includes(why));

interface Seen {
  number: number;
  says: string;
  see: () => void | Promise<void>;
}
interface Elsewhere {
  number: number;
  says: string;
  /** The file, and a test in it. */
  file: string;
  test: string;
}

/** Opens a scene, does something with it, and closes it. */
const on =
  (scene: Scene, keys: string[], see: (page: Page) => Promise<void>): (() => Promise<void>) =>
  async () => {
    const { page, faults } = await pageOf(scene);
    await press(page, keys);
    await see(page);
    expect(faults).toEqual([]);
    await page.context().close();
  };

const rows: (Seen | Elsewhere)[] = [
  { number: 1, says: "figures of one width stand only in figures", see: () => expect(ofType("tabular")).toEqual([]) },
  { number: 2, says: "code has no ligatures", see: () => expect(ofType("ligatures")).toEqual([]) },
  {
    number: 3,
    says: "nothing is bolder than 600, or smaller than 11 px",
    see: () => expect([...ofType("weight"), ...ofType("size")]).toEqual([]),
  },
  {
    number: 4,
    says: "the page scrolls under a head that stays, and no list has no height",
    see: on("flow", [], async (page) => {
      expect(found.empty).toEqual([]);
      await page.setViewportSize({ width: 900, height: 600 });
      await settled(page);
      const scrolled = await page.locator("main .page").evaluate((one) => {
        one.scrollTop = 10_000;
        return one.scrollTop;
      });
      expect(scrolled).toBeGreaterThan(100);
      const head = await page.locator("main h1").boundingBox();
      expect(head!.y).toBeGreaterThan(0);
      await page.getByRole("region", { name: "Timeline" }).waitFor();
    }),
  },
  {
    number: 5,
    says: "a plan opens at its top",
    see: on("ships", [], async (page) => {
      await page.setViewportSize({ width: 720, height: 450 });
      await press(page, ["r"]);
      const plan = page.getByRole("region", { name: "What the plan does" });
      await plan.waitFor();
      expect(await plan.evaluate((one) => one.scrollTop)).toBe(0);
      await expect.poll(() => plan.evaluate((one) => one.contains(document.activeElement))).toBe(true);
    }),
  },
  {
    number: 6,
    says: "the line of a merge keeps its height, and its buttons stand still",
    file: "features/flow/Ready.browser.test.ts",
    test: "keeps the buttons of a merge where they are while its plan is read",
  },
  {
    number: 7,
    says: "keys are unique, and each column fails by itself",
    see: on("repeated", [], async (page) => {
      await page.locator('main section[data-region="Ready"]').waitFor();
      expect(await page.getByText("cannot be shown").count()).toBe(0);
    }),
  },
  {
    number: 8,
    says: "a held row shows its new state in its old place",
    file: "features/flow/order.test.ts",
    test: "holds the place of a row and never its facts",
  },
  {
    number: 9,
    says: "one button is white while production is hurt, and no number stands twice",
    see: on("incident", [], async (page) => {
      const back = page.getByRole("button", { name: /^Roll back production to/ });
      await back.first().waitFor();
      expect(await page.locator("main button.primary").count()).toBe(1);
      const row = page.locator('[data-pr="489"]');
      expect(await row.getByText("#489", { exact: true }).count()).toBe(1);
    }),
  },
  {
    number: 10,
    says: "what is in flight is approved, run again and cancelled in the Flow",
    file: "features/flow/InFlight.browser.test.ts",
    test: "is cancelled, run again and approved from the Flow, each with its plan",
  },
  {
    number: 11,
    says: "the journal has no hole, and leads to what an action was about",
    file: "features/journal/Journal.browser.test.ts",
    test: "has no empty column, and never cuts the outcome",
  },
  {
    number: 12,
    says: "a number and an age are never cut",
    file: "features/flow/Ready.browser.test.ts",
    test: "never cuts a number or an age, however narrow it is",
  },
  {
    number: 13,
    says: "labels at the right edge of the timeline are kept inside",
    file: "features/timeline/layout.test.ts",
    test: "keeps the labels of its right edge inside",
  },
  {
    number: 14,
    says: "the timeline opens at the incident, and folds the nights of seven days",
    file: "features/timeline/Timeline.browser.test.ts",
    test: "shows an incident as close as it fits, and says when there is none",
  },
  {
    number: 15,
    says: "the sentence of Settings is about its tab, and a healthy production is green while something is in flight",
    see: on("flow", [], async (page) => {
      await page.getByRole("heading", { level: 1, name: /^Production is healthy\. #482 arrives/ }).waitFor();
      const mark = page.locator('[data-region="sentence"] svg').first();
      const green = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--ok"));
      const colour = await mark.evaluate((one) => getComputedStyle(one).color);
      const channels = [1, 3, 5].map((at) => Number.parseInt(green.trim().slice(at, at + 2), 16));
      expect(colour).toBe(`rgb(${channels.join(", ")})`);
      await press(page, ["g", "s"]);
      const title = page.getByRole("heading", { level: 1 });
      for (const [tab, about] of [
        ["Accounts", /accounts? work/],
        ["Services", /services, in this order/],
        ["Alerts", /kinds of news notify you/],
        ["General", /The window is as the system is, with comfortable rows/],
      ] as const) {
        await page.getByRole("button", { name: tab, exact: true }).click();
        await expect.poll(() => title.textContent()).toMatch(about);
      }
    }),
  },
  {
    number: 16,
    says: "a crashing release is green nowhere",
    file: "presentation/releases.test.ts",
    test: "is the same in the strip, the palette and the words",
  },
  {
    number: 17,
    says: "what is read-only or off says why in its row",
    file: "features/board/Board.browser.test.ts",
    test: "opens the plan by the button, and says in the row why it cannot be asked for",
  },
  {
    number: 18,
    says: "the words are those of the design, in every page and in the sources",
    see: () => {
      expect(found.words).toEqual([]);
      const wrong = />[^<{]*\b(anew|A guess|I have checked|Put this note away|Snooze)\b/;
      const all = import.meta.glob<string>("/src/**/*.svelte", { query: "?raw", import: "default", eager: true });
      expect(Object.entries(all).filter(([, text]) => wrong.test(text))).toEqual([]);
    },
  },
  {
    number: 19,
    says: "the icon of the filter filters, and the menu opens what the rail holds",
    see: on("flow", [], async (page) => {
      await page.getByRole("button", { name: "Filter pull requests" }).click();
      await page.getByRole("searchbox").or(page.locator("main input")).first().waitFor();
      await page.setViewportSize({ width: 900, height: 600 });
      await page.getByRole("button", { name: "Services and pages" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "All services" }).waitFor();
    }),
  },
  {
    number: 20,
    says: "a form to add is there once it is asked for",
    see: on("flow", ["g", "s"], async (page) => {
      const account = page.getByRole("form", { name: "Add an account" });
      expect(await account.count()).toBe(0);
      await page.getByRole("button", { name: "Add account…" }).click();
      await account.waitFor();
      await page.getByRole("button", { name: "Services", exact: true }).click();
      expect(await page.getByRole("combobox", { name: "Repository" }).count()).toBe(0);
      await page.getByRole("button", { name: "Add service…" }).click();
      await page.getByRole("combobox", { name: "Repository" }).waitFor();
    }),
  },
  {
    number: 21,
    says: "what is read for the first time has the columns of the page",
    see: on("loading", [], async (page) => {
      await page.locator("[aria-busy] .column").nth(2).waitFor();
      expect(await page.locator("[aria-busy] .column").count()).toBe(3);
    }),
  },
  {
    number: 22,
    says: "an outcome is told above the strip of the timeline",
    see: on("flow", ["m"], async (page) => {
      await page.getByText(/^Squash/).waitFor();
      await page.keyboard.press("Control+Enter");
      await page.getByRole("button", { name: /^Close: / }).waitFor();
      const strip = await page.getByRole("region", { name: "Timeline" }).boundingBox();
      const box = await page.locator(".toast").boundingBox();
      expect(box!.y + box!.height).toBeLessThanOrEqual(strip!.y);
    }),
  },
  {
    number: 23,
    says: "an action that has ended leaves the Flow after six seconds",
    file: "features/flow/InFlight.browser.test.ts",
    test: "shows what has ended for six seconds",
  },
  {
    number: 24,
    says: "the log is on the keyboard, and another page puts the focus on its heading and is said",
    see: on("pipeline", [], async (page) => {
      for (const [keys, words] of [
        [["t"], "Timeline of storefront"],
        [openReleases, "Releases of storefront"],
        [["g", "j"], "Journal"],
        [["g", "f"], "Flow of storefront"],
        [["p"], "Pipelines of storefront"],
      ] as const) {
        for (const key of keys) await page.keyboard.press(key);
        await said(page).getByText(words).waitFor({ state: "attached" });
        await expect.poll(() => focused(page)).toBe("H1");
      }
      expect(await page.getByRole("log", { name: "Log lines" }).getAttribute("tabindex")).toBe("0");
    }),
  },
  {
    number: 25,
    says: "lengths are drawn in forced colours",
    see: on("incident", [], async (page) => {
      await page.emulateMedia({ forcedColors: "active" });
      await settled(page);
      expect(await invisible(page)).toEqual([]);
    }),
  },
  { number: 26, says: "what is pressed is at least 24 px", see: () => expect(found.small).toEqual([]) },
  {
    number: 27,
    says: "version, commit, reason, address and log are copied, as text and as Markdown",
    see: on("incident", [], async (page) => {
      const copies = (name: string | RegExp) => page.getByRole("button", { name }).first().waitFor();
      await copies(/^Copy of release v\d+ of production/);
      await press(page, ["r"]);
      await copies("Copy of the plan");
      await press(page, ["Escape", "p"]);
      await copies(/^Copy of pipeline/);
      await copies(/^Copy of log of/);
      await press(page, ["g", "j"]);
      await copies(/^Copy of /);
      await press(page, ["g", "s"]);
      await copies(/^Copy the address of/);
    }),
  },
  {
    number: 28,
    says: "Esc drops no form",
    file: "features/start/Checklist.browser.test.ts",
    test: "puts a step aside, and does not throw a form away that was begun",
  },
];

beforeAll(async () => {
  for (const [scene, keys] of PAGES) {
    const { page, faults } = await pageOf(scene);
    await press(page, keys);
    await page.evaluate(() => document.fonts.ready);
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      await settled(page);
      found.type.push(...(await wrongType(page)));
      found.small.push(...(await small(page)));
      found.empty.push(...(await empty(page)));
      found.words.push(...(await wrongWords(page)));
    }
    expect(faults).toEqual([]);
    await page.context().close();
  }
}, 240_000);

describe("the corrections", () => {
  it("are all there, each once", () => {
    expect(rows.map((row) => row.number)).toEqual(Array.from({ length: 28 }, (_, i) => i + 1));
  });
  for (const row of rows) {
    const { number, says } = row;
    if ("see" in row) it(`${number}: ${says}`, row.see);
    else
      it(`${number}: ${says}, in ${row.file}`, () => {
        expect(readFileSync(resolve("src", row.file), "utf8")).toContain(`it("${row.test}"`);
      });
  }
});
