// Where the window opens and how it is gone through by keyboard, in the whole window.
import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import { focused, press, said, settled } from "./inspections";
import { windows } from "./windows";

const { pageOf } = windows();
const grid = (page: Page) => page.getByRole("grid", { name: /^All services, / });

describe("the whole window", () => {
  it("opens on all services, and goes back there", async () => {
    const { page } = await pageOf("board", null);
    await grid(page).waitFor();
    await page.getByRole("button", { name: "Open email-worker", exact: true }).click();
    await grid(page).waitFor({ state: "detached" });
    await press(page, ["Alt+0"]);
    await grid(page).waitFor();
    await press(page, ["g", "f"]);
    await said(page).getByText("Flow of email-worker").waitFor({ state: "attached" });
    await page.context().close();
  });

  it("goes by Alt and a figure to the services of the rail, in its order", async () => {
    const { page } = await pageOf("board", null);
    const names = await page.locator("nav li .name").allTextContents();
    for (const [i, name] of names.slice(0, 9).entries()) {
      await press(page, [`Alt+${i + 1}`]);
      await said(page).getByText(`Flow of ${name}`).waitFor({ state: "attached" });
      const row = page.getByRole("button", { name: new RegExp(`^${name}, `) });
      expect(await row.getAttribute("title")).toContain(`(Alt ${i + 1})`);
    }
    await page.setViewportSize({ width: 1100, height: 700 });
    await settled(page);
    const initials = await page.locator("nav li .initials").allInnerTexts();
    expect(initials.every((text) => text.trim().length === 2)).toBe(true);
    await page.context().close();
  });

  it("says why a key cannot act, on every screen", async () => {
    const { page } = await pageOf("empty");
    const screens: [keys: string[], letters: Record<string, RegExp>][] = [
      [
        ["g", "f"],
        {
          m: /No PR is selected/,
          u: /No PR is selected/,
          h: /Nothing waits for approval/,
          x: /Nothing is in flight/,
          f: /Nothing has failed/,
          a: /nothing to acknowledge/,
        },
      ],
      [
        ["g", "f", "p"],
        {
          m: /No PR can merge now/,
          u: /No PR is selected here/,
          h: /Nothing waits for approval/,
          x: /does not run any more/,
          a: /nothing to acknowledge/,
        },
      ],
      [["g", "a"], { u: /No service is chosen/, a: /nothing to acknowledge/ }],
      [["g", "r"], { m: /Open a service first/, u: /Open a service first/, c: /Open a service first/ }],
      [["g", "j"], { m: /Open a service first/, u: /Open a service first/ }],
    ];
    for (const [keys, letters] of screens) {
      await press(page, keys);
      for (const [letter, why] of Object.entries(letters)) {
        const message = `${letter} after ${keys.join(" ")}`;
        // Each saying is an element of its own, also one of the same words.
        const before = await said(page).locator("span").elementHandle();
        await press(page, [letter]);
        await expect.poll(() => before?.evaluate((one) => one.isConnected), { message }).toBe(false);
        await expect.poll(() => said(page).textContent(), { message }).toMatch(why);
        expect(await page.getByRole("dialog").count()).toBe(0);
      }
    }
    await page.context().close();
  });

  it("makes rows lower where that is chosen", async () => {
    const { page } = await pageOf("board", null);
    const height = () => page.locator('[data-stop="service catalog"]').evaluate((one) => one.clientHeight);
    await grid(page).waitFor();
    const before = await height();
    await press(page, ["g", "s"]);
    await page.getByRole("button", { name: "General" }).click();
    await page.getByRole("radio", { name: "Compact" }).click();
    await page.getByRole("heading", { level: 1, name: /compact rows/ }).waitFor();
    await press(page, ["Alt+0"]);
    await expect.poll(height).toBeLessThan(before);
    await page.context().close();
  });

  it("puts the focus on the heading of another page, and hears its keys there", async () => {
    const { page } = await pageOf("flow");
    await press(page, ["t", "g", "f"]);
    await said(page).getByText("Flow of storefront").waitFor({ state: "attached" });
    await expect.poll(() => focused(page)).toBe("H1");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: /Pull request 489/ }).waitFor();
    await page.context().close();
  });

  it("shows the first column and one other from 900 px, all from 1100 px, and no title twice", async () => {
    const { page } = await pageOf("flow");
    const columns = () =>
      page.locator("main section[data-region]").evaluateAll((all) => all.map((one) => one.getAttribute("data-region")));
    await page.setViewportSize({ width: 900, height: 600 });
    await expect.poll(columns).toEqual(["Ready", "In flight", "timeline"]);
    await page.getByRole("radio", { name: "Live" }).click();
    await expect.poll(columns).toEqual(["Ready", "Live", "timeline"]);
    const titles = page.locator("main").getByText("Live", { exact: true });
    expect((await titles.all()).length).toBe(2);
    expect(await page.locator("main h2.unseen").allTextContents()).toEqual(["Live"]);
    await page.getByRole("button", { name: "View: Flow" }).click();
    await page.getByRole("menuitem", { name: /^Timeline/ }).click();
    await page.getByRole("button", { name: "View: Timeline" }).waitFor();
    await press(page, ["g", "f"]);
    await page.setViewportSize({ width: 1100, height: 700 });
    await expect.poll(columns).toEqual(["Ready", "In flight", "Live", "timeline"]);
    await page.setViewportSize({ width: 720, height: 450 });
    await expect.poll(async () => (await columns()).filter((one) => one !== "timeline")).toHaveLength(1);
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
    // One that comes while it still goes to its beginning goes nowhere: a person presses again.
    const pageDown = async () => {
      await page.keyboard.press("PageDown");
      return top();
    };
    await expect.poll(pageDown).toBeGreaterThan(begin + 50);
    await page.context().close();
  });
});
