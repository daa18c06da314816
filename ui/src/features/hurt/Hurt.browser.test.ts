import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { page as browser, userEvent } from "vitest/browser";
import { ipc } from "../../ipc";
import { openScene } from "../../test/scene";
import type { Scene } from "../../ipc/fake/scenes";
import { render } from "../../test/render";
import { announcements } from "../../kit/announce.svelte";
import { planSession } from "../../state/planSession.svelte";
import { stops } from "../../state/stops.svelte";
import { view } from "../../state/view.svelte";
import Flow from "../flow/Flow.svelte";

async function draw(scene: Scene, size = { width: 1236, height: 856 }) {
  await openScene(scene);
  const props = {
    get service() {
      return view.service!;
    },
  };
  const page = render(Flow, props, size);
  // As the window gives it its room.
  Object.assign((page.element() as HTMLElement).style, { display: "flex", flexDirection: "column" });
  return page;
}
const primary = () => [...document.querySelectorAll<HTMLElement>("button.primary")].map((one) => one.innerText.trim());
const titles = () => [...document.querySelectorAll(".ways .way h3")].map((one) => one.textContent);

beforeEach(() => browser.viewport(1440, 900));
afterEach(() => {
  planSession.close();
  stops.close();
  vi.restoreAllMocks();
});

describe("production that is hurt", () => {
  it("has three ways on with names that say all of it, and one white button", async () => {
    const page = await draw("incident");
    const group = (name: RegExp) => expect.element(page.getByRole("group", { name })).toBeVisible();
    await group(/^Roll back to v1846, about 40 s, healthy about 14:37, 4 PRs and 2 config changes leave, Old release/);
    await group(/^Revert #482, about 9 min, review not counted, Reverts cleanly, tried on main at 14:36, Only #482/);
    await group(/^Do nothing, stays hurt, #482 again in 6 min, Pipeline #3129 has #482, without its revert/);
    expect(titles()).toEqual(["Roll back to v1846", "Revert #482", "Do nothing"]);
    expect(primary()).toEqual(["Roll back production to v1846…\nR"]);
    await expect
      .element(page.getByRole("img", { name: /^Before on v1846 20 of 20 good, since then 3 of 20/ }))
      .toBeVisible();
    await expect.element(page.getByText("6 crashed since live, limit 4 of 8")).toBeVisible();
    await expect.element(page.getByText(/Production is to stay on v1846/)).toBeVisible();
  });

  it("opens the plans by R and V, with production pinned unless somebody says otherwise", async () => {
    await draw("incident");
    await userEvent.keyboard("r");
    await expect
      .poll(() => planSession.action)
      .toMatchObject({ action: "roll_back", environment: "production", pin: { bad: null, ends_by_itself: true } });
    planSession.close();
    await userEvent.keyboard("v");
    await expect.poll(() => planSession.action).toMatchObject({ action: "revert", number: 482 });
  });

  it("reverts the PR that is picked", async () => {
    const page = await draw("incident");
    await page.getByRole("radio", { name: /^Revert pull request 478/ }).click();
    await expect.element(page.getByRole("group", { name: /^Revert #478/ })).toBeVisible();
    await userEvent.keyboard("v");
    await expect.poll(() => planSession.action).toMatchObject({ action: "revert", number: 478 });
  });

  it("is acknowledged by A at once, says by whom, and again where something new hurts", async () => {
    const page = await draw("incident");
    const asked = vi.spyOn(ipc(), "acknowledgeIncident");
    await userEvent.keyboard("a");
    await expect.element(page.getByText(/^Acknowledged by lena-h/)).toBeVisible();
    await userEvent.keyboard("a");
    await expect.poll(() => announcements.text).toContain("is acknowledged again. What hurts now");
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it("puts the revert first and white where no release is good, and says why rolling back is off", async () => {
    const page = await draw("hurt-revert");
    await expect.element(page.getByText("One revert is not enough: #489, then #482")).toBeVisible();
    expect(titles()).toEqual(["Revert #482", "Roll back", "Do nothing"]);
    expect(primary()).toEqual(["Revert #482…\nV"]);
    const back = page.getByRole("button", { name: /^Roll back production/ });
    await expect.element(back).toHaveAttribute("aria-disabled", "true");
    await userEvent.keyboard("r");
    await expect.poll(() => announcements.text).toBe("Roll back: v1846 is marked bad, and v1845 never went live");
    expect(planSession.action).toBeNull();
  });

  it("says that there is no way back, with links, and no white button", async () => {
    const page = await draw("hurt-no-way");
    await expect.element(page.getByText("No way back from here.")).toBeVisible();
    const open = vi.spyOn(ipc(), "openLink");
    await page.getByRole("button", { name: "Open storefront-production on Heroku" }).first().click();
    expect(open).toHaveBeenCalledWith("https://dashboard.heroku.com/apps/storefront-production");
    expect(primary()).toEqual([]);
    expect(titles()).toEqual(["Do nothing"]);
    await expect.element(page.getByText("Nothing on its way releases what is bad again, 2 checked")).toBeVisible();
  });

  it("stops one thing by its own plan, several by a set of plans", async () => {
    const page = await draw("incident");
    await page.getByRole("button", { name: "Stop #3129, which would bring #482 and 3 more back, asks first" }).click();
    await expect.poll(() => planSession.action).toMatchObject({ action: "cancel", pipeline: "p-3129" });
    planSession.close();
    const several = await draw("hurt-revert");
    await several.getByRole("button", { name: /^Stop 2 things/ }).click();
    await expect.poll(() => stops.set?.plans.length).toBe(2);
    expect(planSession.action).toBeNull();
  });

  it("shows the ways on for a bad watch of what answers, and nothing green", async () => {
    const page = await draw("watch-bad");
    await expect.element(page.getByRole("article", { name: /^Production/ })).toHaveTextContent("Watch bad");
    await expect
      .element(page.getByText(/^Whether it reverts cleanly is not known: it touches 140 files/))
      .toBeVisible();
  });

  it.each([
    [900, 600],
    [720, 450],
  ])("has the three ways whole in sight without scrolling at %i × %i", async (width, height) => {
    await browser.viewport(width, height);
    // Under the top bar.
    const page = await draw("ships", { width, height: height - 44 });
    await expect.element(page.getByText(/^Reverts cleanly/)).toBeVisible();
    for (const way of document.querySelectorAll(".ways .way")) {
      const { bottom, right } = way.getBoundingClientRect();
      expect(bottom).toBeLessThanOrEqual(height - 44);
      expect(right).toBeLessThanOrEqual(width);
    }
  });

  it("has all else on the same page", async () => {
    await browser.viewport(900, 600);
    const page = await draw("incident", { width: 900, height: 556 });
    for (const name of ["Ready", "In flight", "Live", "Timeline"])
      expect(page.getByRole("region", { name, exact: true }).elements()).toHaveLength(1);
    const scrolled = document.querySelector<HTMLElement>(".page")!;
    expect(scrolled.scrollHeight).toBeGreaterThan(scrolled.clientHeight);
    document.querySelector('[data-region="Ready"]')!.scrollIntoView();
    await expect.element(page.getByRole("button", { name: /^Pull request 489/ })).toBeInViewport();
  });
});
