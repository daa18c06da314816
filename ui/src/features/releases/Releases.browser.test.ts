import { beforeEach, describe, expect, it, vi } from "vitest";
import { page as browser, userEvent } from "vitest/browser";
import { ipc } from "../../ipc";
import type { Environment, Release, ReleaseName } from "../../ipc/types";
import { iso, NOW, release } from "../../ipc/fake/parts";
import type { Scene } from "../../ipc/fake/scenes";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import { announcements } from "../../kit/announce.svelte";
import { planSession } from "../../state/planSession.svelte";
import { view } from "../../state/view.svelte";
import { world } from "../../state/world.svelte";
import Releases from "./Releases.svelte";

async function draw(scene: Scene, size = { width: 1236, height: 800 }, change?: (env: Environment) => Environment) {
  const service = await openScene(scene);
  view.show("releases", service.name);
  view.releasesOf = null;
  if (change) tell(change);
  // As the window gives it: the service as it is told at any time.
  const props = {
    get service() {
      return view.service!;
    },
  };
  return render(Releases, props, size);
}
/** The world as it would be told next, with its first environment changed. */
function tell(change: (env: Environment) => Environment) {
  const value = world.value!;
  const services = value.snapshot.services.map((one) =>
    one.name === "storefront"
      ? { ...one, environments: one.environments.map((e, i) => (i === 0 ? change(e) : e)) }
      : one,
  );
  world.value = { ...value, snapshot: { ...value.snapshot, services } };
}
const focused = () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent?.trim();
const row = (version: number) => document.querySelector<HTMLElement>(`[aria-label^="Version ${version},"]`);
const rows = () => document.querySelectorAll('[role="row"][data-stop^="release "]').length;
const status = () => document.querySelector("footer [role=status]")?.textContent ?? "";

beforeEach(async () => {
  await browser.viewport(1440, 900);
  await userEvent.unhover(document.body);
});

describe("the releases of a service", () => {
  it("are a grid by day, newest first, with names that say what each is", async () => {
    const page = await draw("releases");
    await expect
      .element(page.getByRole("grid", { name: "Releases of storefront production, 14 rows, newest first" }))
      .toBeVisible();
    const named = (name: string) => expect.element(page.getByRole("row", { name })).toBeVisible();
    await named("Version 1852, config, WEB_CONCURRENCY, code of version 1851, live, 13:58");
    await named("Version 1851, deploy, 3 PRs, its code is live, 13:04");
    await named("Version 1850, rollback, back on version 1846, superseded, 12:47");
    await named("Version 1847, deploy, 4 PRs, rolled back from, 12:39");
    await named("Version 1845, failed deploy, 1 PR, 10:41");
    await named("Version 1843, kind unknown, superseded, 11:31");
    await named("Version 1842, add-on, redis-analytics, code of version 1840, superseded, 10:52");
    await expect.element(page.getByText("Today, Mon 23 Nov")).toBeVisible();
    await expect.element(page.getByRole("heading", { level: 1 })).toHaveTextContent("v1851 is live for");
    const tabs = [...document.querySelectorAll<HTMLElement>('[role="grid"] *')].filter((one) => one.tabIndex === 0);
    expect(tabs.map((one) => one.dataset.stop)).toEqual(["release r-1852"]);
  });

  it("are gone through with J, K, arrows, Home and End, and the detail follows", async () => {
    const page = await draw("releases");
    const detail = (version: number) =>
      expect.element(page.getByRole("article", { name: new RegExp(`^v${version} of production`) })).toBeVisible();
    await detail(1852);
    await userEvent.keyboard("jj");
    await expect.poll(focused).toContain("Version 1850");
    await detail(1850);
    await userEvent.keyboard("k{ArrowDown}{ArrowDown}");
    await expect.poll(focused).toContain("Version 1849");
    await userEvent.keyboard("{End}");
    await expect.poll(focused).toContain("Load earlier");
    await userEvent.keyboard("k");
    await expect.poll(focused).toContain("Version 1838");
    await userEvent.keyboard("{Home}");
    await expect.poll(focused).toContain("Version 1852");
    await userEvent.keyboard("{Enter}");
    await expect.poll(focused).toContain("v1852 of production");
    await userEvent.keyboard("{Escape}");
    await expect.poll(focused).toContain("Version 1852");
  });

  it("open the plan of going back to the chosen one, and nothing else, or say why not", async () => {
    const page = await draw("releases");
    await userEvent.keyboard("r");
    await expect.poll(status).toBe("v1852: It is live now");
    expect(planSession.action).toBeNull();
    await userEvent.keyboard("jjjj");
    await expect.poll(focused).toContain("Version 1847");
    await userEvent.keyboard("r");
    await expect
      .poll(() => planSession.action)
      .toMatchObject({ action: "roll_back", environment: "production", to: 1847 });
    planSession.close();
    await page.getByRole("row", { name: /^Version 1845/ }).click();
    const off = page.getByRole("button", { name: "Roll back production to v1845…" });
    await expect.element(off).toHaveAttribute("aria-disabled", "true");
    await expect.element(off).toHaveAccessibleDescription("Roll back: It never went live");
    await page.getByRole("button", { name: "Release the code of v1845 on production again…" }).click();
    await expect
      .poll(() => planSession.action)
      .toMatchObject({ action: "release", environment: "production", code: { of: "version", version: 1845 } });
    planSession.close();
  });

  it("are compared: with what is live, with the one before, or two that are marked", async () => {
    const page = await draw("releases");
    // Without a version it is the one that is live.
    const of = (name?: ReleaseName) => (name === undefined ? undefined : (name.version ?? 1852));
    const compared = () => [of(view.compared?.base), of(view.compared?.head)];
    const back = () => {
      view.closeCompare();
      expect(view.page).toBe("releases");
    };
    await userEvent.keyboard("jj");
    await expect.poll(focused).toContain("Version 1850");
    await userEvent.keyboard("c");
    await expect.poll(compared).toEqual([1850, 1852]);
    expect(view.page).toBe("compare");
    back();
    await page.getByRole("button", { name: "Compare v1850 with v1849, the one before" }).click();
    await expect.poll(compared).toEqual([1849, 1850]);
    back();
    // With the code before it, where it is the live one: v1851 changed config only.
    await userEvent.keyboard("kk");
    await expect.poll(focused).toContain("Version 1852");
    await userEvent.keyboard("c");
    await expect.poll(compared).toEqual([1850, 1852]);
    back();
    row(1852)!.focus();
    await userEvent.keyboard("jjj");
    await expect.poll(focused).toContain("Version 1849");
    await userEvent.keyboard(" ");
    await expect.poll(status).toContain("v1849 is marked");
    await expect.poll(() => row(1849)?.getAttribute("aria-selected")).toBe("true");
    await userEvent.keyboard("jj");
    await expect.poll(focused).toContain("Version 1846");
    await userEvent.keyboard(" ");
    await expect.poll(status).toBe("v1846 and v1849 are marked. C compares them");
    await userEvent.keyboard("c");
    await expect.poll(compared).toEqual([1846, 1849]);
    back();
    row(1846)!.focus();
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => row(1849)?.getAttribute("aria-selected")).toBe("false");
  });

  it("are copied as Markdown", async () => {
    await draw("releases");
    const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    await userEvent.keyboard("jjjjj");
    await expect.poll(focused).toContain("Version 1846");
    await userEvent.keyboard("y");
    await expect.poll(() => announcements.text).toBe("Copied release v1846 of production as Markdown");
    expect(write.mock.calls[0]![0]).toContain("- #476 Build coupon index concurrently");
    write.mockRestore();
  });

  it("are filtered by words and by kind, and the focus goes back to the rows", async () => {
    const page = await draw("releases");
    await userEvent.keyboard("/");
    await expect.poll(() => document.activeElement?.getAttribute("type")).toBe("search");
    await userEvent.keyboard("coupon");
    await expect.poll(rows).toBe(2);
    await expect.element(page.getByText("2 of 14")).toBeVisible();
    await userEvent.keyboard("{Enter}");
    await expect.poll(focused).toContain("Version 1846");
    await userEvent.keyboard("/");
    await expect.poll(() => document.activeElement?.getAttribute("type")).toBe("search");
    await userEvent.keyboard("{Escape}");
    await expect.poll(rows).toBe(14);
    await page.getByRole("radio", { name: "Failed 1" }).click();
    await expect.poll(rows).toBe(1);
    await page.getByRole("radio", { name: "Other 2" }).click();
    await expect.poll(rows).toBe(2);
    await page.getByRole("radio", { name: "All 14" }).click();
    await page.getByRole("radio", { name: "Staging" }).click();
    await expect.element(page.getByRole("grid", { name: /^Releases of storefront staging/ })).toBeVisible();
    await expect.element(page.getByRole("row", { name: /^Version 2312, rollback/ })).toBeVisible();
  });

  it("of earlier times are loaded when asked for, and nothing is lost where that fails", async () => {
    const page = await draw("releases");
    const answered = vi.spyOn(ipc(), "olderReleases").mockRejectedValueOnce({
      code: "unreachable",
      message: "Heroku did not answer within 30 s",
      retry_after: null,
    });
    await userEvent.keyboard("j{End}");
    await expect.poll(focused).toBe("Load earlier");
    await userEvent.keyboard("{Enter}");
    await expect
      .element(page.getByRole("alert"))
      .toHaveTextContent("Earlier releases were not read: Heroku did not answer within 30 s");
    await expect.element(page.getByRole("grid", { name: /14 rows/ })).toBeVisible();
    await expect.poll(focused).toContain("Retry");
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByRole("grid", { name: /114 rows/ })).toBeVisible();
    await expect.poll(focused).toContain("Version 1837");
    expect(answered.mock.calls.map((call) => call[2])).toEqual([1838, 1838]);
    await expect.poll(status).toBe("100 earlier releases read");
    answered.mockRestore();
  });

  it("show what a release command printed, in a log that takes the focus", async () => {
    const page = await draw("releases");
    await page.getByRole("row", { name: /^Version 1851/ }).click();
    const log = page.getByRole("log", { name: "Output of v1851 of production" });
    await expect.element(log).toHaveTextContent("bin/rails db:migrate");
    log.element().focus();
    await expect.element(log).toHaveFocus();
    await page.getByRole("button", { name: "Open pull request 489, Show delivery estimate in basket" }).click();
    expect(view.drawer).toBe(489);
  });

  it("move no row under the focus: what is newer waits until it is asked for", async () => {
    const page = await draw("releases");
    await userEvent.keyboard("jj");
    await expect.poll(focused).toContain("Version 1850");
    const top = () => row(1850)!.getBoundingClientRect().top;
    const before = top();
    tell((env) => ({ ...env, releases: [release(1853, iso(NOW), { status: "pending" }), ...env.releases] }));
    await expect.element(page.getByRole("button", { name: "1 newer release. Show it" })).toBeVisible();
    expect(top()).toBe(before);
    await page.getByRole("button", { name: "1 newer release. Show it" }).click();
    await expect.element(page.getByRole("row", { name: /^Version 1853, deploy, releasing/ })).toBeVisible();
  });

  it("go to a release that was picked elsewhere", async () => {
    await draw("releases");
    view.openReleases("storefront", "staging", "r-2309");
    await expect.poll(focused).toContain("Version 2309");
  });

  it("stand in the place of their detail, and back, in a narrow window", async () => {
    await browser.viewport(900, 600);
    const page = await draw("releases", { width: 900, height: 500 });
    await userEvent.keyboard("j");
    await expect.poll(focused).toContain("Version 1851");
    await userEvent.keyboard("j");
    await expect.poll(focused).toContain("Version 1850");
    await expect.element(page.getByRole("article")).not.toBeInTheDocument();
    await userEvent.keyboard("{Enter}");
    await expect.poll(focused).toContain("v1850 of production");
    await expect.element(page.getByRole("grid")).not.toBeInTheDocument();
    await userEvent.keyboard("{Escape}");
    await expect.poll(focused).toContain("Version 1850");
    await page.getByRole("row", { name: /^Version 1847/ }).click();
    await page.getByRole("button", { name: "Back to the releases" }).click();
    await expect.poll(focused).toContain("Version 1847");
  });

  it("say that there is none yet, or that none was read", async () => {
    const page = await draw("releases-none");
    await expect.element(page.getByRole("heading", { level: 2, name: "No release yet" })).toBeVisible();
    await userEvent.keyboard("jrc y");
    await expect.poll(() => planSession.action).toBeNull();
  });

  it("are not called none where they were not read", async () => {
    const page = await draw("loading");
    await expect.element(page.getByRole("heading", { level: 1, name: "No release was read yet" })).toBeVisible();
  });

  it("have as many nodes at ten thousand as at a hundred", async () => {
    let all: Release[] = [];
    const page = await draw("busy", undefined, (env) => {
      all = env.releases;
      return { ...env, releases: all.slice(0, 100) };
    });
    const nodes = async (count: number) => {
      await expect.element(page.getByRole("grid", { name: new RegExp(` ${count} rows`) })).toBeVisible();
      await expect.poll(rows).toBeGreaterThan(10);
      return page.element().querySelectorAll("*").length;
    };
    await userEvent.keyboard("jjjj");
    await expect.poll(focused).toContain("Version 11996");
    const few = await nodes(100);
    tell((env) => ({ ...env, releases: all }));
    expect(Math.abs((await nodes(10_000)) - few)).toBeLessThan(few * 0.1);
    await userEvent.keyboard("{End}");
    await expect.poll(focused).toContain("Load earlier");
    await userEvent.keyboard("k");
    await expect.poll(focused).toContain("Version 2001");
    expect(document.querySelectorAll('[data-stop^="release "]').length).toBeLessThan(200);
  });

  it("of one release has no other", async () => {
    const only = (env: Environment): Environment => ({
      ...env,
      releases: env.releases.filter((one: Release) => one.current),
      releases_complete: true,
    });
    const page = await draw("flow", undefined, only);
    await expect.element(page.getByRole("grid", { name: /1 row,/ })).toBeVisible();
    await expect.element(page.getByText("No earlier release")).toBeVisible();
    await userEvent.keyboard("c");
    await expect.poll(status).toBe("Nothing before it is loaded");
  });

  it("say how their watch ended, or where it is, and which are marked bad", async () => {
    const page = await draw("releases-watched");
    await expect.poll(rows).toBeGreaterThan(10);
    const cell = (version: number) => row(version)?.querySelector(".state")?.textContent?.replace(/\s+/g, " ").trim();
    expect(cell(1852)).toContain("live");
    expect(cell(1851)).toBe("minute 5 of 20");
    expect(cell(1850)).toBe("Superseded");
    expect(cell(1847)).toMatch(/^Bad ?marked$/);
    expect(cell(1845)).toBe("Not live");
    expect(cell(1844)).toBe("Good after trouble");
    expect(cell(1841)).toBe("Inconclusive");
    expect(cell(1840)).toMatch(/^–/);
    await expect
      .element(
        page.getByRole("row", { name: "Version 1847, deploy, 4 PRs, rolled back from, watch bad, marked bad, 12:39" }),
      )
      .toBeVisible();
    await expect.element(page.getByText("1 marked bad")).toBeVisible();
    row(1851)!.click();
    await expect.element(page.getByRole("img", { name: /^Before on v1846.*since then 17 of 17 good/ })).toBeVisible();
    await expect.element(page.getByText("84 ms median")).toBeVisible();
    await expect.element(page.getByText("1 of 17 failed, 3 in a row is bad")).toBeVisible();
  });

  it("are not gone back to when they are marked bad, with the reason, and a mark is taken back with one", async () => {
    const page = await draw("releases-watched");
    await expect.poll(() => row(1847)).not.toBeNull();
    (row(1847) as HTMLElement).click();
    const back = page.getByRole("button", { name: "Roll back production to v1847…" });
    await expect.element(back).toHaveAttribute("aria-disabled", "true");
    await expect.element(back).toHaveAccessibleDescription(/It is marked bad by lena-h: KeyError FX_CACHE_TTL/);
    await page.getByRole("button", { name: "Take back that v1847 of production is bad…" }).click();
    await page.getByLabelText("Why it is not bad").fill("it was the config");
    await page.getByRole("button", { name: "Take back", exact: true }).click();
    await expect.element(page.getByText(/^Nobody marked it/)).toBeVisible();
    await expect.element(back).not.toHaveAttribute("aria-disabled");
    await page.getByRole("button", { name: "Mark v1847 of production bad…" }).click();
    await page.getByLabelText("What is bad about it").fill("crashes");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await expect.element(page.getByText("“crashes”")).toBeVisible();
    await expect.element(back).toHaveAttribute("aria-disabled", "true");
  });
});
