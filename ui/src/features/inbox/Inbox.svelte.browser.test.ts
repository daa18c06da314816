import { describe, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { inbox } from "../../state/inbox.svelte";
import { planSession } from "../../state/planSession.svelte";
import { view } from "../../state/view.svelte";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import Inbox from "./Inbox.svelte";

async function open(scene: Parameters<typeof openScene>[0] = "inbox", narrow = false) {
  await openScene(scene);
  view.show("inbox");
  const page = render(Inbox, { narrow }, { width: narrow ? 720 : 1240, height: 800 });
  // As the page's column has it: the list scrolls in what is left of the height.
  const stage = page.element() as HTMLElement;
  Object.assign(stage.style, { display: "flex", flexDirection: "column" });
  const list = page.getByRole("listbox");
  const chosen = () => page.getByRole("option", { selected: true });
  return { page, list, chosen };
}

describe("the inbox", () => {
  it("is a list box that says how many need a person, with one tab stop", async () => {
    const { page, list, chosen } = await open();
    await expect.element(list).toHaveAccessibleName("Inbox, 13 open, 11 need you");
    await expect.element(chosen()).toHaveAccessibleName(/^Unread, storefront, Production is hurt/);
    expect(list.element().querySelectorAll('[tabindex="0"]')).toHaveLength(0);
    list.element().focus();
    await userEvent.keyboard("{ArrowDown}{ArrowDown}");
    await expect.element(chosen()).toHaveAccessibleName(/email-worker, Waits for approval: pipeline 212, 48 minutes$/);
    expect(list.element().getAttribute("aria-activedescendant")).toBe(chosen().element().id);
    await expect.element(page.getByRole("heading", { name: "email-worker waits for your approval" })).toBeVisible();
    await userEvent.keyboard("{End}");
    await expect.element(chosen()).toHaveAccessibleName(/checkout-api, The pipeline of main passes again/);
  });

  it("moves by J and K, and reads what stays in the pane for a second", async () => {
    const { chosen } = await open();
    await userEvent.keyboard("jj");
    expect(inbox.items.find((item) => item.id === "approval-1")?.read_at).toBeNull();
    await expect
      .poll(() => inbox.items.find((item) => item.id === "approval-1")?.read_at, { timeout: 4000 })
      .not.toBeNull();
    expect(inbox.items.find((item) => item.id === "hurt-1")?.read_at, "what was only passed").toBeNull();
    await expect.element(chosen()).toHaveAccessibleName(/^email-worker/);
  });

  it("is done by E: the focus goes to the next, the live region says what is left, and Z takes it back", async () => {
    const { page, list, chosen } = await open();
    await userEvent.keyboard("jje");
    await expect.element(page.getByText("Done. 10 need you")).toBeInTheDocument();
    await expect.element(chosen()).toHaveAccessibleName(/^media-resizer/);
    expect(document.activeElement).toBe(list.element());
    await expect.element(page.getByRole("option", { name: /email-worker/ })).not.toBeInTheDocument();
    await userEvent.keyboard("z");
    await expect.element(chosen()).toHaveAccessibleName(/email-worker/);
    expect(inbox.needsYou).toBe(11);
  });

  it("is done for a whole service by Shift E", async () => {
    const { chosen } = await open();
    await userEvent.keyboard("{Shift>}E{/Shift}");
    await expect.element(chosen()).toHaveAccessibleName(/email-worker/);
    expect(inbox.open.filter((item) => item.service === "storefront")).toEqual([]);
  });

  it("approves in place, once, and the item is done by itself", async () => {
    const { page, chosen } = await open();
    await userEvent.keyboard("jj");
    const confirm = page.getByRole("button", { name: /^Approve #212/ });
    await expect.element(confirm).not.toHaveAttribute("aria-disabled");
    await expect.element(page.getByText(/Sent once, then read back/)).toBeVisible();
    expect(planSession.action).toBeNull();
    await userEvent.keyboard("{Control>}{Enter}{/Control}{Control>}{Enter}{/Control}");
    await expect
      .poll(() => inbox.items.find((item) => item.id === "approval-1")?.done?.words, { timeout: 8000 })
      .toBe("approved");
    // It stays in its place until it is left.
    await expect.element(chosen()).toHaveAccessibleName(/email-worker, .*approved by lena$/);
  });

  it("opens the dialog of a plan that asks for more, by its key", async () => {
    await open();
    await userEvent.keyboard("r");
    await expect.poll(() => planSession.action?.action).toBe("roll_back");
    planSession.close();
  });

  it("says why a key does nothing", async () => {
    const { page } = await open();
    await userEvent.keyboard("h");
    await expect.element(page.getByText("Nothing to do with H here.")).toBeInTheDocument();
  });

  it("compares what is about staging and production", async () => {
    const { page } = await open();
    await userEvent.keyboard("c");
    await expect.element(page.getByText("It is not about how staging and production differ.")).toBeInTheDocument();
    await page.getByRole("option", { name: /pricing/ }).click();
    await userEvent.keyboard("c");
    expect([view.page, view.service?.name]).toEqual(["compare", "pricing"]);
  });

  it("reminds in 15 minutes, and the focus comes back", async () => {
    const { page, list } = await open();
    list.element().focus();
    await userEvent.keyboard("jjb");
    await page.getByRole("button", { name: /^In 15 min/ }).click();
    await expect.poll(() => inbox.items.find((item) => item.id === "approval-1")?.remind_at).not.toBeNull();
    await expect.element(page.getByText("Reminder set: in 15 min.")).toBeInTheDocument();
    await expect.poll(() => document.activeElement).toBe(list.element());
  });

  it("settles an unknown outcome from the journal, or says that it is gone", async () => {
    const { page } = await open();
    await page.getByRole("option", { name: /^loyalty/ }).click();
    await page.getByRole("button", { name: /^Settle/ }).click();
    await expect.element(page.getByRole("alert")).toHaveTextContent("The journal no longer has this action.");
  });

  it("draws no more of 10,000 than is seen, by day", async () => {
    const { page } = await open("inbox-many");
    await page.getByRole("radio", { name: /^Done/ }).click();
    await expect.element(page.getByRole("option").first()).toHaveAccessibleName(/approved$/);
    expect(page.getByRole("option").elements().length).toBeLessThan(60);
    await expect.element(page.getByText("Mon 23 Nov", { exact: true })).toBeVisible();
  });

  it("folds a group over five, and unfolds it", async () => {
    const { page } = await open("inbox-many");
    await expect.poll(() => page.getByRole("option").elements().length).toBe(6);
    await page.getByRole("option", { name: /^7 more/ }).click();
    await expect.poll(() => page.getByRole("option").elements().length).toBeGreaterThan(6);
  });

  it("shows the list or the case in a narrow window", async () => {
    const { page, list } = await open("inbox", true);
    await userEvent.keyboard("jj{Enter}");
    await expect.element(page.getByRole("heading", { name: "email-worker waits for your approval" })).toBeVisible();
    await expect.element(list).not.toBeInTheDocument();
    await userEvent.keyboard("{Escape}");
    await expect.element(list).toBeVisible();
  });

  it("is empty in words", async () => {
    const { page } = await open("flow");
    await expect.element(page.getByRole("heading", { name: "Nothing needs you", exact: true })).toBeVisible();
  });
});
