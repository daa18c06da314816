import { afterEach, describe, expect, it, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { ipc } from "../../ipc";
import type { Scene } from "../../ipc/fake/scenes";
import { onKey } from "../../state/keys.svelte";
import { planSession } from "../../state/planSession.svelte";
import { view } from "../../state/view.svelte";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import Compare from "./Compare.svelte";

const copied: string[] = [];
addEventListener("keydown", onKey);
afterEach(() => {
  vi.restoreAllMocks();
  copied.length = 0;
});

async function opened(scene: Scene) {
  const service = await openScene(scene);
  vi.spyOn(navigator.clipboard, "writeText").mockImplementation((text) => (copied.push(text), Promise.resolve()));
  const compare = vi.spyOn(ipc(), "compare");
  view.openCompare("storefront");
  const stage = render(Compare, { service }, { width: 1200, height: 800 });
  return { stage, compare };
}
const changes = () => page.getByRole("region", { name: "What lies between them" });
const heading = () => page.getByRole("heading", { level: 1 });
const row = (name: RegExp) => page.getByRole("button", { name });

describe("what staging brings", () => {
  it("is said first, the database before the rest, and adds up to all commits", async () => {
    await opened("compare");
    await expect.element(heading()).toHaveTextContent("Staging brings 7 PRs and 2 commits.");
    const heads = changes().getByRole("heading").elements();
    expect(heads.map((one) => one.textContent?.replace(/\s+/g, " ").trim())).toEqual([
      "Change the database 2",
      "Other PRs 5",
      "Commits without a PR 2",
      "Cancel each other 1",
    ]);
    await expect
      .element(
        row(/^Pull request 1176, Drop carts.legacy_token, drops data: no way back brings its data back, marek-d/),
      )
      .toBeVisible();
    await expect.element(row(/^Pull request 1181, .*old code should ignore it/)).toBeVisible();
    await expect.element(page.getByText("7 PRs + 2 commits + 2 in the pair = 11 commits")).toBeVisible();
    await expect.element(page.getByRole("row", { name: /GIFT_CARD_PROVIDER not set set, changed/ })).toBeVisible();
  });

  it("is read again when another release is picked, or the two are swapped", async () => {
    const { compare } = await opened("compare");
    await expect.element(heading()).toHaveTextContent("Staging brings");
    const base = page.getByRole("combobox", { name: "Base, production, version 1846" });
    await base.selectOptions(JSON.stringify(["production", 1844]));
    await expect.element(page.getByRole("combobox", { name: "Base, production, version 1844" })).toBeVisible();
    expect(compare.mock.lastCall).toEqual([
      "storefront",
      { environment: "production", version: 1844 },
      { environment: "staging", version: null },
    ]);
    await page.getByRole("button", { name: "Compare staging with production" }).click();
    await expect.element(base).toBeVisible();
    await userEvent.keyboard("s");
    await expect.element(heading()).toHaveTextContent("Nothing to bring: staging is ahead");
    await expect.element(page.getByRole("heading", { name: "Only on staging" })).toBeVisible();
    expect(page.getByRole("button", { name: /^Promote/ }).elements()).toEqual([]);
    expect(compare).toHaveBeenCalledTimes(4);
  });

  it("is gone through by keys: a PR opens, a commit is copied", async () => {
    await opened("compare");
    await expect.element(row(/^Pull request 1176/)).toBeVisible();
    await userEvent.keyboard("j");
    await expect.element(row(/^Pull request 1176/)).toHaveFocus();
    await userEvent.keyboard("jj");
    await expect.element(row(/^Pull request 1187/)).toHaveFocus();
    await userEvent.keyboard("{Enter}");
    expect([view.page, view.drawer]).toEqual(["compare", 1187]);
    view.drawer = null;
    await userEvent.keyboard("{End}k");
    await expect.element(row(/^Commit [0-9a-f]{7}, Fix the runbook link/)).toHaveFocus();
    await userEvent.keyboard("{Enter}");
    expect(copied[0]).toMatch(/^[0-9a-f]{40}$/);
    const stops = changes().getByRole("button").elements();
    expect(stops.filter((one) => (one as HTMLElement).tabIndex === 0)).toHaveLength(1);
  });

  it("is copied as the box shows it", async () => {
    await opened("compare");
    const box = page.getByRole("region", { name: "Release notes as Markdown" });
    await expect.element(box).toHaveTextContent("## storefront: production v1846 to staging v2312");
    await userEvent.keyboard("y");
    expect(copied[0]?.trimEnd()).toBe(box.element().textContent?.trim());
  });

  it("is promoted by its plan, which is shown before", async () => {
    await opened("compare");
    await expect
      .element(page.getByRole("heading", { name: "What promoting staging to production does" }))
      .toBeVisible();
    await expect.element(page.getByText("keeps its own config")).toBeVisible();
    await userEvent.keyboard("{Shift>}P{/Shift}");
    expect(planSession.action).toMatchObject({ action: "promote", from: "staging", to: "production" });
  });
});

describe("what is not there", () => {
  it("the same code has no list, and nothing to promote", async () => {
    await opened("compare-same");
    await expect.element(heading()).toHaveTextContent("The same code. 2 config names differ.");
    await expect.element(page.getByText("No commit lies between them.")).toBeVisible();
    const promote = page.getByRole("button", { name: /^Promote staging to production/ });
    await expect.element(promote).toHaveAttribute("aria-disabled", "true");
    await userEvent.keyboard("{Shift>}P{/Shift}");
    expect(planSession.action).toBeNull();
  });

  it("what is not known is said as not known", async () => {
    await opened("compare-unknown");
    await expect.element(heading()).toHaveTextContent("How staging stands to production is not known.");
    await expect.element(changes().getByText("The commit of production v1846 is not known")).toBeVisible();
    await expect.element(page.getByText("Which commits lie between them is not known.")).toBeVisible();
    await expect.element(page.getByText("Which config names differ is not known.")).toBeVisible();
  });

  it("more than 1,000 commits are cut, said, counted for each author, and folded", async () => {
    const { stage } = await opened("compare-cut");
    await expect.element(page.getByText(/= 1000 commits\. Compare is cut here: there are more\./)).toBeVisible();
    await expect.element(changes().getByText("Only the first 1000 commits were compared")).toBeVisible();
    await expect.element(page.getByRole("heading", { name: "4 people" })).toBeVisible();
    const rows = () => stage.element().querySelectorAll("[data-stop]").length;
    expect(rows()).toBe(40);
    await page.getByRole("button", { name: "Show 100 more of prs" }).click();
    await expect.poll(rows).toBe(140);
    expect(stage.element().querySelectorAll("*").length).toBeLessThan(2500);
  });

  it("an error is said with its reason, and the releases can be compared again", async () => {
    const { compare } = await opened("error");
    const alert = page.getByRole("alert");
    await expect.element(alert).toHaveTextContent("Heroku did not answer within 30 s");
    await page.getByRole("button", { name: "Try now" }).click();
    await expect.poll(() => compare.mock.calls.length).toBe(2);
  });

  it("an answer that comes late does not take the place of a newer one", async () => {
    const { compare } = await opened("compare");
    await expect.element(heading()).toHaveTextContent("Staging brings");
    const late = await ipc().compare(
      "storefront",
      { environment: "staging", version: null },
      { environment: "production", version: null },
    );
    let answer = () => {};
    compare.mockImplementationOnce(() => new Promise((done) => (answer = () => done(late))));
    await userEvent.keyboard("s");
    await userEvent.keyboard("s");
    await expect.element(heading()).toHaveTextContent("Staging brings");
    answer();
    await new Promise((next) => requestAnimationFrame(next));
    expect(heading().element().textContent).toContain("Staging brings");
  });

  it("a skeleton comes after a moment, and says what is read", async () => {
    const { compare } = await opened("compare");
    await expect.element(heading()).toHaveTextContent("Staging brings");
    compare.mockImplementationOnce(() => new Promise(() => {}));
    await userEvent.keyboard("s");
    await expect.element(heading()).toHaveTextContent("Comparing staging with production");
    await expect.element(page.getByRole("status")).toHaveTextContent("Reading what lies between the two releases");
  });

  it("a service without two releases has nothing to compare", async () => {
    const { compare } = await opened("loading");
    await expect.element(heading()).toHaveTextContent("Nothing of storefront can be compared yet");
    await expect.element(page.getByText("No release was read yet")).toBeVisible();
    expect(compare).not.toHaveBeenCalled();
  });
});
