// What is looked for on a page of the whole window, whatever it shows.
import axe from "axe-core";
import type { Page } from "playwright";

/** Text that is set as it must not be; each begins with what is wrong. */
export const wrongType = (page: Page) =>
  page.evaluate(() => {
    const wrong: string[] = [];
    for (const one of document.querySelectorAll<HTMLElement>("body *")) {
      const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
      if (!own) continue;
      const style = getComputedStyle(one);
      const tell = (why: string) => wrong.push(`${why}: ${one.outerHTML.slice(0, 100)}`);
      if (Number(style.fontWeight) > 600) tell(`weight ${style.fontWeight}`);
      if (Number.parseFloat(style.fontSize) < 11) tell(`size ${style.fontSize}`);
      const code = style.fontFamily.startsWith('"JetBrains Mono"');
      if (code && !style.fontFeatureSettings.includes('"liga" 0')) tell("ligatures in code");
      const tabular = style.fontVariantNumeric.includes("tabular-nums") || style.fontFeatureSettings.includes("tnum");
      if (!code && tabular && !one.closest(".num")) tell("tabular figures in words");
    }
    return wrong;
  });

/** Buttons that are too small for a finger or a shaking hand; one in a sentence is as high as its line. */
export const small = (page: Page) =>
  page.evaluate(() => {
    const root = document.querySelector("dialog:modal") ?? document;
    const all = [...root.querySelectorAll<HTMLElement>("button, select, input")];
    return all
      .filter((one) => !one.closest("[aria-hidden=true], .unseen, p"))
      .filter((one) => {
        const { width, height } = one.getBoundingClientRect();
        return width > 0 && (width < 23.5 || height < 23.5);
      })
      .map((one) => `${Math.round(one.getBoundingClientRect().height)}: ${one.outerHTML.slice(0, 100)}`);
  });

/** Lists in which nothing can be seen. */
export const empty = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[role="list"], [role="log"], main section')]
      .filter((one) => one.children.length > 0 && one.getBoundingClientRect().height < 60)
      .map((one) => `${one.getAttribute("aria-label") ?? ""}: ${one.getBoundingClientRect().height} px`),
  );

/** Words that the design does not use, in what is read and in names. */
export const wrongWords = (page: Page) =>
  page.evaluate(() => {
    const texts = [...document.querySelectorAll<HTMLElement>("body *")]
      .filter((one) => !one.closest(".unseen, bdi, script, style"))
      .flatMap((one) =>
        [...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent ?? ""),
      );
    const wrong = /\bpull requests?\b|\banew\b|\ba guess\b|put this note away|i have checked|\bsnooze\b|\bsilence\b/i;
    return texts.filter((text) => wrong.test(text)).map((text) => text.trim());
  });

/** What the window has said last. */
export const said = (page: Page) => page.getByRole("status", { name: "What was done" });
export const focused = (page: Page) => page.evaluate(() => document.activeElement?.tagName);

export const settled = (page: Page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

export async function press(page: Page, keys: readonly string[]) {
  for (const key of keys) {
    await page.keyboard.press(key);
    await settled(page);
  }
}

/** The rules of WCAG 2.2 AA that a machine can judge. */
const ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Those of them that another scheme can break: everything else was judged in the first. */
export const OF_COLOUR = ["color-contrast", "link-in-text-block"];

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
export const outside = (page: Page): Promise<string[]> =>
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
export const unmarked = (page: Page): Promise<string[]> =>
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
export const invisible = (page: Page): Promise<string[]> =>
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
