import { afterEach, describe, expect, it } from "vitest";
import { page as viewport, userEvent } from "vitest/browser";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import { planSession } from "../../state/planSession.svelte";
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
  afterEach(() => viewport.viewport(1440, 900));

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
});
