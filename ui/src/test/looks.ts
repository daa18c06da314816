// What is looked for on a page of the whole window, whatever it shows.
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

/** Lists in which nothing can be seen. */
export const empty = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[role="list"], [role="log"], main section')]
      .filter((one) => one.children.length > 0 && one.getBoundingClientRect().height < 60)
      .map((one) => `${one.getAttribute("aria-label") ?? ""}: ${one.getBoundingClientRect().height} px`),
  );

/** Lengths that a reader of forced colours does not see. */
export const invisible = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".track > span:not(.plain), .fill, .bar.passed, .instances i, .now")]
      .filter((one) => one.getBoundingClientRect().width > 0)
      .filter((one) => {
        const style = getComputedStyle(one);
        const ground = getComputedStyle(document.body).backgroundColor;
        const clear = ["rgba(0, 0, 0, 0)", ground].includes(style.backgroundColor) && style.backgroundImage === "none";
        return clear && style.borderTopStyle === "none";
      })
      .map((one) => one.outerHTML.slice(0, 100)),
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

export const settled = (page: Page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

export async function press(page: Page, keys: readonly string[]) {
  for (const key of keys) {
    await page.keyboard.press(key);
    await settled(page);
  }
}
