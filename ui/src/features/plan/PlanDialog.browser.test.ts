import { afterEach, describe, expect, it, vi } from "vitest";
import { page as viewport, userEvent } from "vitest/browser";
import { ipc } from "../../ipc";
import type { Plan } from "../../ipc/types";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import { planSession } from "../../state/planSession.svelte";
import { pinOf } from "../../presentation/pins";
import { view } from "../../state/view.svelte";
import PlanDialog from "./PlanDialog.svelte";

async function rollBack(
  scene: Parameters<typeof openScene>[0],
  more: Record<string, string> = {},
  to: number | null = null,
) {
  await openScene(scene, more);
  void planSession.open({ action: "roll_back", service: "storefront", environment: "production", to, reason: null });
  const page = render(PlanDialog, {});
  return { page, confirm: page.getByRole("button", { name: /^Roll back production/ }) };
}

describe("the dialog of a plan", () => {
  afterEach(async () => {
    vi.restoreAllMocks();
    await viewport.viewport(1440, 900);
  });

  it("confirms a rollback of production only with the app's name, and says until then what it waits for", async () => {
    const { page, confirm } = await rollBack("incident");
    await expect.element(page.getByRole("dialog", { name: /Roll back production/ })).toBeVisible();
    await expect.element(confirm).toHaveAccessibleDescription("Waiting for the app name");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    expect(planSession.sending).toBe(false);
    await page.getByLabelText(/to confirm/).fill("storefront-production");
    await expect.element(confirm).not.toHaveAttribute("aria-disabled");
    await confirm.click();
    await expect.poll(() => planSession.action).toBeNull();
  });

  it("says what leaves and what is not undone", async () => {
    const { page } = await rollBack("incident");
    const region = page.getByRole("region", { name: "What the plan does" });
    await expect.element(region).toHaveTextContent("Takes out 4 PRs by 3 authors");
    await expect.element(region).toHaveTextContent("Not undone");
  });

  it("shows a plan that has changed, and asks again", async () => {
    const { page, confirm } = await rollBack("incident", { stale: "" });
    await page.getByLabelText(/to confirm/).fill("storefront-production");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await expect.element(page.getByRole("alert")).toHaveTextContent("The plan has changed.");
    await expect.element(page.getByLabelText(/to confirm/)).toHaveValue("");
    await expect.element(confirm).toHaveAttribute("aria-disabled", "true");
  });

  it("leads to what lies between the two releases, and sends nothing", async () => {
    const { page } = await rollBack("incident");
    await page.getByRole("button", { name: /^Compare the two releases/ }).click();
    expect(planSession.action).toBeNull();
    expect([view.page, view.compared?.base.environment]).toEqual(["compare", "production"]);
  });

  it("asks for the release where none goes without saying", async () => {
    const { page } = await rollBack("rolled-back");
    await expect.element(page.getByRole("combobox", { name: "Go back to" })).toBeVisible();
    await page.getByRole("combobox", { name: "Go back to" }).selectOptions("1844");
    await expect.element(page.getByText(/Takes out/)).toBeVisible();
  });

  it("has two pages in one column: what it does, then the fields under a line of all it does", async () => {
    await viewport.viewport(720, 450);
    const { page, confirm } = await rollBack("incident");
    const next = page.getByRole("button", { name: "Reason and name" });
    await expect.element(next).toBeVisible();
    await expect.element(page.getByRole("region", { name: "What the plan does" })).toHaveTextContent("Not undone");
    expect(confirm.query()).toBeNull();
    expect(page.getByLabelText("Reason").query()).toBeNull();
    // The key that confirms only turns the page.
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await expect.element(page.getByLabelText("Reason")).toHaveFocus();
    const short = page.getByRole("list", { name: "What the plan does, in short" });
    await expect.element(short).toHaveTextContent("Takes out 4 PRs by 3 authors");
    await expect.element(short).toHaveTextContent("Not undone");
    for (const item of short.element().children) expect(item.scrollWidth).toBeLessThanOrEqual(item.clientWidth);
    await userEvent.keyboard("Checkout answers 503");
    await page.getByRole("button", { name: "Show what the plan does" }).click();
    await expect.element(next).toBeVisible();
    await next.click();
    await expect.element(page.getByLabelText("Reason")).toHaveValue("Checkout answers 503");
    await expect.element(confirm).toBeVisible();
  });

  it("keeps the reason that was written when it is put away", async () => {
    const { page } = await rollBack("incident");
    await page.getByLabelText("Reason").fill("Checkout answers 503");
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => planSession.action).toBeNull();
    const again = await rollBack("incident");
    await expect.element(again.page.getByLabelText("Reason")).toHaveValue("Checkout answers 503");
    await again.page.getByLabelText("Reason").fill("");
  });

  it("is put away with Escape, and nothing is sent", async () => {
    const { page } = await rollBack("incident");
    await expect.element(page.getByLabelText(/to confirm/)).toBeVisible();
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => planSession.action).toBeNull();
  });

  it("keeps its buttons in sight in a low window, however long the plan", async () => {
    const { page } = await rollBack("ships");
    await expect.element(page.getByText("Would ship again", { exact: false })).toBeInTheDocument();
    const bottom = page.getByRole("button", { name: "Keep as is" }).element().getBoundingClientRect().bottom;
    expect(bottom).toBeLessThanOrEqual(innerHeight);
  });

  it("pins production unless it is switched off, and plans again with what was chosen", async () => {
    const { page, confirm } = await rollBack("incident");
    const plan = vi.spyOn(ipc(), "plan");
    const pin = () => pinOf(planSession.action!);
    const keep = page.getByRole("switch", { name: "Keep production pinned until the revert is live" });
    await expect.element(keep).toHaveAttribute("aria-checked", "true");
    expect(pin()).toEqual({ bad: null, ends_by_itself: true });
    await page.getByLabelText(/to confirm/).fill("storefront-production");
    await page.getByRole("button", { name: /^All 4 changes must not come back/ }).click();
    await page.getByRole("checkbox", { name: /^#483/ }).click();
    expect(pin()).toEqual({ bad: ["#482", "#480", "#478"], ends_by_itself: true });
    await expect.element(confirm).not.toHaveAttribute("aria-disabled");
    expect(plan).toHaveBeenLastCalledWith(expect.objectContaining({ pin: pin() }));
    await page.getByRole("switch", { name: /^The pin ends by itself/ }).click();
    expect(pin()).toEqual({ bad: ["#482", "#480", "#478"], ends_by_itself: false });
    // What was filled in stands, and the focus stays where it was.
    await expect.element(page.getByLabelText(/to confirm/)).toHaveValue("storefront-production");
    await expect.poll(() => document.activeElement?.getAttribute("role")).toBe("switch");
    await keep.click();
    expect(pin()).toBeNull();
    await expect.element(page.getByText(/^Not pinned: plans warn of what brings it back/)).toBeVisible();
    await keep.click();
    expect(pin()).toEqual({ bad: null, ends_by_itself: true });
    expect(plan.mock.calls.length).toBe(4);
  });

  it("keeps one of what must not come back, and cannot be confirmed while it is planned again", async () => {
    const { page, confirm } = await rollBack("incident");
    await page.getByLabelText(/to confirm/).fill("storefront-production");
    await page.getByRole("button", { name: /^All 4 changes/ }).click();
    for (const number of ["482", "483", "480", "478"])
      await page.getByRole("checkbox", { name: new RegExp(`^#${number}`) }).click();
    await expect.element(page.getByRole("checkbox", { name: /^#478/ })).toHaveAttribute("aria-checked", "true");
    let answer: (plan: Plan) => void = () => {};
    vi.spyOn(ipc(), "plan").mockReturnValue(new Promise((done) => (answer = done)));
    const before = planSession.plan!;
    await page.getByRole("checkbox", { name: /^#480/ }).click();
    await expect.element(confirm).toHaveAccessibleDescription("Reading the plan");
    answer({ ...before, id: "another" });
    await expect.element(confirm).not.toHaveAttribute("aria-disabled");
  });

  it("says nothing of pinning on staging until it is wanted", async () => {
    await openScene("incident");
    void planSession.open({
      action: "roll_back",
      service: "storefront",
      environment: "staging",
      to: null,
      reason: null,
    });
    const page = render(PlanDialog, {});
    const keep = page.getByRole("switch", { name: "Keep staging pinned until the revert is live" });
    await expect.element(keep).toHaveAttribute("aria-checked", "false");
    expect(pinOf(planSession.action!)).toBeNull();
  });
});
