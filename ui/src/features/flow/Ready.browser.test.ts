import { describe, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import { announcements } from "../../kit/announce.svelte";
import { planSession } from "../../state/planSession.svelte";
import { view } from "../../state/view.svelte";
import { world } from "../../state/world.svelte";
import Ready from "./Ready.svelte";

const draw = async (scene: Parameters<typeof openScene>[0]) =>
  render(Ready, { service: await openScene(scene) }, { width: 400, height: 500 });
const focused = () => document.activeElement?.getAttribute("data-pr");

describe("the list of pull requests", () => {
  it("moves the selection and the focus with J and K", async () => {
    const page = await draw("flow");
    await expect.element(page.getByRole("button", { name: /Pull request 489/ })).toBeVisible();
    await userEvent.keyboard("jj");
    await expect.poll(focused).toBe("485");
    await userEvent.keyboard("k");
    await expect.poll(focused).toBe("488");
    expect(view.selected["storefront"]).toBe(488);
  });

  it("finds its way through three hundred, to the last and back", async () => {
    const page = await draw("busy");
    await expect.element(page.getByRole("button", { name: /Pull request 1000/ })).toBeVisible();
    await userEvent.keyboard("j");
    await expect.poll(focused).toBe("999");
    await userEvent.keyboard("{End}");
    await expect.poll(focused).toBe("701");
    expect(document.querySelectorAll("[data-pr]").length).toBeLessThan(40);
    await userEvent.keyboard("{Home}");
    await expect.poll(focused).toBe("1000");
  });

  it("opens the plan of a merge in its row and puts the focus there", async () => {
    const page = await draw("flow");
    await expect.element(page.getByRole("button", { name: "Merge #489" })).toBeVisible();
    await userEvent.keyboard("m");
    await expect.element(page.getByRole("group", { name: "Merge plan of #489" })).toBeVisible();
    await expect.poll(() => planSession.plan?.title).toBe("Merge #489");
    await expect.poll(() => document.activeElement?.textContent).toContain("Merge #489");
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => planSession.action).toBeNull();
  });

  it("keeps the buttons of a merge where they are while its plan is read", async () => {
    const page = await draw("flow");
    await page.getByRole("button", { name: "Merge #489" }).click();
    const keep = page.getByRole("button", { name: "Keep as is" });
    await expect.element(page.getByText("Reading the plan…")).toBeVisible();
    const before = keep.element().getBoundingClientRect().top;
    await expect.poll(() => planSession.plan?.title).toBe("Merge #489");
    await expect.element(page.getByText(/^Squash/)).toBeVisible();
    expect(keep.element().getBoundingClientRect().top).toBe(before);
    planSession.close();
  });

  it("leaves the white button to the way out while production is hurt", async () => {
    const page = await draw("incident");
    await expect.element(page.getByRole("button", { name: "Merge #489" })).not.toHaveClass("primary");
    const well = await draw("flow");
    await expect.element(well.getByRole("button", { name: "Merge #489" })).toHaveClass("primary");
  });

  it("never cuts a number or an age, however narrow it is", async () => {
    for (const width of [400, 300, 230]) {
      const page = render(Ready, { service: await openScene("words") }, { width, height: 600 });
      await expect.poll(() => page.element().querySelectorAll(".keeps").length).toBeGreaterThan(4);
      for (const one of page.element().querySelectorAll<HTMLElement>(".keeps, .number")) {
        const row = one.closest(".text")!.getBoundingClientRect();
        expect(one.getBoundingClientRect().right).toBeLessThanOrEqual(row.right + 0.5);
        expect(one.scrollWidth).toBeLessThanOrEqual(one.clientWidth + 1);
      }
    }
  });

  it("opens the plan of an update with U, and says why where there is none", async () => {
    const page = await draw("flow");
    await page.getByRole("button", { name: /Pull request 485/ }).click();
    await userEvent.keyboard("u");
    await expect.poll(() => planSession.action?.action).toBe("update_branch");
    planSession.close();
    await page.getByRole("button", { name: /Pull request 489/ }).click();
    await userEvent.keyboard("u");
    await expect.poll(() => announcements.text).toBe("#489 is not behind main");
    expect(planSession.action).toBeNull();
  });

  it("filters, and says how many are left", async () => {
    const page = await draw("flow");
    await page.getByRole("button", { name: "Filter pull requests" }).click();
    await userEvent.keyboard("rails");
    await expect.element(page.getByRole("status")).toHaveTextContent("1 of 6");
    await userEvent.keyboard(" nowhere");
    await expect.element(page.getByText("No PR matches")).toBeVisible();
  });

  it("says why a merge cannot be asked for, and nothing is asked", async () => {
    const page = await draw("flow");
    await page.getByRole("button", { name: /Pull request 485/ }).click();
    const merge = page.getByRole("button", { name: "Merge #485" });
    await expect.element(merge).toHaveAttribute("aria-disabled", "true");
    await expect.element(merge).toHaveAccessibleDescription(/Behind main by 3/);
    await merge.click({ force: true });
    expect(planSession.action).toBeNull();
  });

  it("keeps its rows in place while a press moves the focus, and the click arrives", async () => {
    const second = (await openScene("busy")).pull_requests.filter((pr) => pr.readiness === "ready")[1]!.number;
    const live = {
      get service() {
        return view.service!;
      },
    };
    const page = render(Ready, live, { width: 400, height: 500 });
    const rows = () =>
      [...document.querySelectorAll("[data-pr]")].slice(0, 5).map((row) => row.getAttribute("data-pr"));
    await page.getByRole("button", { name: new RegExp(`Pull request ${second}`) }).click();
    const before = rows();
    // News: what stood first is not ready any more and would be sorted to the end.
    const snapshot = world.value!.snapshot;
    const services = snapshot.services.map((service) => ({
      ...service,
      pull_requests: [
        ...service.pull_requests.slice(1),
        { ...service.pull_requests[0]!, readiness: "draft" as const, draft: true },
      ],
    }));
    world.value = { ...world.value!, snapshot: { ...snapshot, services } };
    await expect.element(page.getByRole("button", { name: /Show the new order/ })).toBeVisible();
    expect(rows()).toEqual(before);
    // The press takes the focus from the row to the button; the release must find the button where it was.
    await page.getByRole("button", { name: `Merge #${second}` }).click();
    await expect.element(page.getByRole("group", { name: `Merge plan of #${second}` })).toBeVisible();
    expect(rows()).toEqual(before);
  });

  it("draws each row of a list in which every one is told twice", async () => {
    const page = await draw("repeated");
    await expect.element(page.getByRole("button", { name: /Pull request 489/ }).first()).toBeVisible();
    expect(page.getByRole("alert").query()).toBeNull();
  });
});
