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

async function draw(scene: Scene) {
  await openScene(scene);
  const props = {
    get service() {
      return view.service!;
    },
  };
  return render(Flow, props, { width: 1236, height: 856 });
}

beforeEach(() => browser.viewport(1440, 900));
afterEach(() => {
  planSession.close();
  stops.close();
  vi.restoreAllMocks();
});

describe("a pinned production", () => {
  it("says since when, why and by whom, and what is on its way with what is bad", async () => {
    const page = await draw("pinned");
    const banner = page.getByRole("status", { name: "Pin of production" });
    await expect.element(banner).toHaveTextContent(/Production pinned to v1846 for 5 min/);
    await expect.element(banner).toHaveTextContent(/by lena-h: “KeyError FX_CACHE_TTL, 6 of 8 web dynos down”/);
    const column = page.getByRole("region", { name: "Carries #482, not its revert" });
    await expect.element(column).toHaveTextContent("2 of 4 things on their way, all checked");
    const held = column.getByRole("article", { name: /^Pipeline #3129, Held by pin, waits for the approval/ });
    await expect.element(held).toBeVisible();
    await expect.element(column.getByRole("article", { name: /^Auto-merge of #488, Merges by itself/ })).toBeVisible();
    await held.getByRole("button", { name: /^Release Pipeline #3129 as is/ }).click();
    await expect.poll(() => planSession.action).toMatchObject({ action: "approve", pipeline: "p-3129" });
    await expect.poll(() => planSession.blocked).toBe("Say why it may go over the pin");
    planSession.reason = "the shop is closed anyway";
    expect(planSession.blocked).toBeNull();
  });

  it("stops by X what can be stopped, with its plan", async () => {
    await draw("pinned");
    await userEvent.keyboard("x");
    await expect.poll(() => planSession.action).toMatchObject({ action: "disable_auto_merge", number: 488 });
  });

  it("tells how it ends, with the step that is under way", async () => {
    const page = await draw("pinned");
    const steps = page.getByRole("list", { name: "How the pin ends" });
    expect(steps.getByRole("listitem").elements()).toHaveLength(6);
    const current = document.querySelector('[aria-current="step"]');
    expect(current?.textContent).toContain("current: approved, 1 missing");
  });

  it("marks the rows whose merge would bring it back", async () => {
    const page = await draw("pinned");
    await expect.element(page.getByRole("button", { name: /^Pull request 488.*would bring #482 back$/ })).toBeVisible();
    await expect.element(page.getByRole("button", { name: /^Pull request 491.*would bring #482 back$/ })).toBeVisible();
    expect(page.getByRole("button", { name: /^Pull request 492.*would bring/ }).query()).toBeNull();
    await expect.element(page.getByText(/^Until #492 is on main, every merge carries #482/)).toBeVisible();
  });

  it("asks in the row why a merge may bring it back, and merges with that alone", async () => {
    const page = await draw("pinned");
    await page.getByRole("button", { name: /^Pull request 491/ }).click();
    await userEvent.keyboard("m");
    const why = page.getByLabelText("Why it may go over the pin");
    await expect.element(why).toBeVisible();
    const confirm = page.getByRole("group", { name: "Merge plan of #491" }).getByRole("button", { name: "Merge #491" });
    await expect.element(confirm).toHaveAttribute("aria-disabled", "true");
    await why.fill("it is the fix");
    await expect.element(confirm).not.toHaveAttribute("aria-disabled");
  });

  it("ends by itself or not, as the switch says, and shows why a change was refused", async () => {
    const page = await draw("pinned");
    const by = page.getByRole("switch", { name: "Unpin when the revert is live" });
    await expect.element(by).toHaveAttribute("aria-checked", "true");
    await by.click();
    await expect.element(by).toHaveAttribute("aria-checked", "false");
    await expect.poll(() => view.service!.environments[0]!.pin!.ends_by_itself).toBe(false);
    vi.spyOn(ipc(), "setPinEnding").mockRejectedValue({ code: "store", message: "The disk is full" });
    await by.click();
    await expect.element(page.getByRole("alert")).toHaveTextContent("The disk is full");
    await expect.element(by).toHaveAttribute("aria-checked", "false");
  });

  it("is unpinned with a reason alone", async () => {
    const page = await draw("pinned");
    const unpin = vi.spyOn(ipc(), "unpinEnvironment");
    await page.getByRole("button", { name: "Unpin production…" }).click();
    const confirm = page.getByRole("button", { name: "Unpin production", exact: true });
    await expect.element(confirm).toHaveAccessibleDescription("Write a reason");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    expect(unpin).not.toHaveBeenCalled();
    await page.getByLabelText("Why it may end").fill("the config is there");
    await confirm.click();
    await expect.poll(() => page.getByRole("status", { name: "Pin of production" }).query()).toBeNull();
    expect(unpin).toHaveBeenCalledExactlyOnceWith("storefront", "production", "the config is there");
    await expect.element(page.getByRole("region", { name: "In flight", exact: true })).toBeVisible();
  });

  it("says that nothing carries it, and offers the revert that nobody opened", async () => {
    const page = await draw("pinned-clear");
    await expect.element(page.getByText("Nothing on its way carries #482")).toBeVisible();
    await expect.element(page.getByText("No revert is open.")).toBeVisible();
    await userEvent.keyboard("x");
    await expect.poll(() => announcements.text).toBe("Nothing on its way carries #482");
    await userEvent.keyboard("v");
    await expect.poll(() => planSession.action).toMatchObject({ action: "revert", number: 482 });
  });

  it("is amber when it was violated, shows five and then all, and stops several at once", async () => {
    const page = await draw("pinned-violated");
    await expect
      .element(page.getByRole("status", { name: "Pin of production" }))
      .toHaveTextContent(/Pin violated by v1850.*#482 runs again, 2 min ago/);
    const column = page.getByRole("region", { name: "Carries #482 and 3 more, not its revert" });
    await expect.element(column).toHaveTextContent("7 of 9 things on their way, 1 not known");
    const shown = () => column.getByRole("article").elements().length;
    expect(shown()).toBe(5);
    await column.getByRole("button", { name: "Show all 7" }).click();
    expect(shown()).toBe(7);
    await expect.element(column.getByText("A build that has begun cannot be stopped through the API")).toBeVisible();
    await expect.element(column.getByText("likely a revert?")).toBeVisible();
    await column.getByRole("button", { name: /^Stop 5 things that would bring #482 and 3 more back/ }).click();
    await expect.poll(() => stops.set?.left.length).toBe(2);
  });
});
