import { beforeEach, describe, expect, it } from "vitest";
import { page as browser, userEvent } from "vitest/browser";
import { viewOf } from "../../ipc/fake/views";
import { sixty } from "../../ipc/fake/board";
import type { Scene } from "../../ipc/fake/scenes";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import { planSession } from "../../state/planSession.svelte";
import { view } from "../../state/view.svelte";
import { world } from "../../state/world.svelte";
import Board from "./Board.svelte";

async function draw(scene: Scene, size = { width: 1236, height: 800 }) {
  await openScene(scene);
  view.show("board");
  Object.assign(view, { row: null, filter: "", tab: "all" });
  return render(Board, {}, size);
}
const focused = () => document.activeElement?.getAttribute("data-stop");
const stops = () => [...document.querySelectorAll<HTMLElement>("[data-stop]")].map((one) => one.dataset.stop);
const whites = () => document.querySelectorAll(".grid button.primary").length;
const where = (name: string) => document.querySelector(`[data-stop="service ${name}"]`)!.getBoundingClientRect().top;

/** The world as it would be told next, with a service changed. */
function tell(name: string, change: (one: (typeof world.services)[number]) => object) {
  const value = world.value!;
  const services = value.snapshot.services.map((one) => (one.name === name ? { ...one, ...change(one) } : one));
  world.value = { ...value, snapshot: { ...value.snapshot, services } };
}
const become = (name: string, group: "hurt" | "quiet") =>
  tell(name, (one) => ({ mark: group === "hurt" ? "hurt" : "healthy", overview: { ...one.overview, group } }));

beforeEach(async () => {
  await browser.viewport(1440, 900);
  await userEvent.unhover(document.body);
});

describe("All services", () => {
  it("is a grid by urgency, with one tab stop and rows that say what is urgent", async () => {
    const page = await draw("board");
    await expect.element(page.getByRole("grid", { name: "All services, 12 rows, by urgency" })).toBeVisible();
    await expect.element(page.getByRole("row", { name: /^storefront, hurt 5 min, 6 of 8/ })).toBeVisible();
    const tabs = [...document.querySelectorAll<HTMLElement>(".grid *")].filter((one) => one.tabIndex === 0);
    expect(tabs.map((one) => one.dataset.stop)).toEqual(["service storefront"]);
    expect(whites()).toBe(1);
  });

  it("moves with J, K and arrows, to the ends, and into the button of a row", async () => {
    await draw("board");
    await userEvent.keyboard("jj");
    await expect.poll(focused).toBe("service email-worker");
    await userEvent.keyboard("k");
    await expect.poll(focused).toBe("service shipping-rates");
    await userEvent.keyboard("{End}");
    await expect.poll(focused).toBe("service admin-console");
    await userEvent.keyboard("{ArrowUp}{Home}{ArrowDown}");
    await expect.poll(focused).toBe("service shipping-rates");
    await userEvent.keyboard("{ArrowRight}");
    await expect.poll(() => document.activeElement?.textContent).toContain("Merge #77…");
    await userEvent.keyboard("{ArrowLeft}");
    await expect.poll(focused).toBe("service shipping-rates");
  });

  it("opens the service of the row", async () => {
    await draw("board");
    await userEvent.keyboard("jj");
    await expect.poll(focused).toBe("service email-worker");
    await userEvent.keyboard("{Enter}");
    expect([view.page, view.service?.name]).toEqual(["flow", "email-worker"]);
  });

  it("compares staging with production of the row, by letter and by what stands under staging", async () => {
    const page = await draw("board");
    await page.getByRole("row", { name: /^pricing/ }).click();
    await userEvent.keyboard("c");
    expect([view.page, view.service?.name, view.compared]).toEqual(["compare", "pricing", null]);
    view.show("board");
    await page.getByRole("button", { name: /Compare staging with production of email-worker$/ }).click();
    expect([view.page, view.service?.name]).toEqual(["compare", "email-worker"]);
    view.closeCompare();
    expect(view.page).toBe("board");
  });

  it("asks for the plan of the row by letter, and does nothing else", async () => {
    const page = await draw("board");
    await userEvent.keyboard("r");
    await expect.poll(() => planSession.action).toMatchObject({ action: "roll_back", service: "storefront" });
    planSession.close();
    await page.getByRole("row", { name: /^email-worker/ }).click();
    await userEvent.keyboard("h");
    await expect.poll(() => planSession.action).toMatchObject({ action: "approve", pipeline: "p-212" });
    planSession.close();
    await page.getByRole("row", { name: /^shipping-rates/ }).click();
    await userEvent.keyboard("m");
    await expect.poll(() => planSession.action).toMatchObject({ action: "merge", number: 77 });
    expect([view.page, view.service?.name, view.selected["shipping-rates"]]).toEqual(["flow", "shipping-rates", 77]);
  });

  it("says why a letter cannot act", async () => {
    const page = await draw("board");
    await page.getByRole("row", { name: /^catalog/ }).click();
    await userEvent.keyboard("h");
    await expect.element(page.getByRole("status")).toHaveTextContent("catalog: Nothing waits for approval");
    expect(planSession.action).toBeNull();
    await userEvent.keyboard("k");
    await expect.element(page.getByText("catalog: Nothing waits")).not.toBeInTheDocument();
  });

  it("opens the plan by the button, and says in the row why it cannot be asked for", async () => {
    const page = await draw("board");
    await page.getByRole("button", { name: "Approve pipeline #212 of email-worker, asks first" }).click();
    await expect.poll(() => planSession.action).toMatchObject({ action: "approve", service: "email-worker" });
    planSession.close();
    const off = page.getByRole("button", { name: "Approve pipeline #264 of payments, asks first" });
    await expect.element(off).toHaveAttribute("aria-disabled", "true");
    await expect.element(off).toHaveAccessibleDescription("The account of CircleCI is read-only here");
    await expect.element(page.getByText("The account of CircleCI is read-only here")).toBeVisible();
    await off.click({ force: true });
    expect(planSession.action).toBeNull();
  });

  it("moves no row under the focus or the pointer, shows its facts, and offers the new order", async () => {
    const page = await draw("board");
    await page.getByRole("row", { name: /^pricing/ }).click();
    const before = ["storefront", "catalog", "pricing"].map(where);
    become("catalog", "hurt");
    await expect.element(page.getByRole("row", { name: /^catalog, hurt/ })).toBeVisible();
    expect(["storefront", "catalog", "pricing"].map(where)).toEqual(before);
    await page.getByRole("button", { name: "1 moved. Show the new order" }).click();
    await expect.poll(() => stops().slice(0, 2)).toEqual(["service storefront", "service catalog"]);
  });

  it("takes the present order by itself once nobody points at it", async () => {
    await draw("board");
    become("catalog", "hurt");
    await expect.poll(() => stops()[1]).toBe("service catalog");
    expect(whites()).toBe(1);
    become("storefront", "quiet");
    await expect.poll(whites).toBe(0);
  });

  it("filters by what a service holds, counts, and gives the focus back", async () => {
    const page = await draw("board");
    await userEvent.keyboard("/");
    await expect.poll(() => document.activeElement?.getAttribute("type")).toBe("search");
    await userEvent.keyboard("parcel");
    await expect.poll(stops).toEqual(["service shipping-rates"]);
    await expect.element(page.getByText("1 of 12")).toBeVisible();
    await userEvent.keyboard("{Enter}");
    await expect.poll(focused).toBe("service shipping-rates");
    await userEvent.keyboard("/");
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => stops().length).toBe(12);
    await page.getByRole("radio", { name: "Waits 2" }).click();
    await expect.poll(() => stops().length).toBe(2);
    await page.getByRole("radio", { name: "My PRs 3" }).click();
    await expect.poll(stops).toEqual(["service shipping-rates", "service checkout-api"]);
  });

  it("folds a long quiet group, and draws only what is in sight when it is unfolded", async () => {
    await draw("board-60");
    expect(stops().at(-1)).toBe("fold");
    const drawn = document.querySelectorAll(".grid *").length;
    expect(drawn).toBeLessThan(34 * 75);
    await userEvent.keyboard("{Shift>}{/Shift}j");
    await userEvent.keyboard("{End}");
    await expect.poll(focused).toBe("fold");
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => stops().length > 0 && !stops().some((one) => one === "fold")).toBe(true);
    await expect.poll(() => focused()?.startsWith("service ")).toBe(true);
    // 60 rows and 5 heads: what is far away is not in the page.
    expect(document.querySelectorAll(".grid *").length).toBeLessThan(drawn);
    const last = view.services.at(-1)!.name;
    await userEvent.keyboard("{End}");
    await expect.poll(focused).toBe(`service ${last}`);
    await userEvent.keyboard("{Home}");
    await expect.poll(focused).toBe("service storefront");
  });

  it("has as many nodes at six hundred services as at sixty", async () => {
    await openScene("board-60");
    view.show("board");
    Object.assign(view, { row: null, filter: "", tab: "all" });
    const services = Array.from({ length: 10 }, (_, i) => sixty().map((one) => ({ ...one, name: `${one.name}-${i}` })));
    const value = world.value!;
    world.value = { ...value, snapshot: { ...value.snapshot, services: services.flat().map((one) => viewOf(one)) } };
    render(Board, {}, { width: 1236, height: 800 });
    await expect.poll(() => stops().length).toBeGreaterThan(5);
    expect(document.querySelectorAll(".grid *").length).toBeLessThan(34 * 75);
  });

  it("says what would be here where there is nothing", async () => {
    await openScene("board");
    view.show("board");
    world.value = { ...world.value!, snapshot: { ...world.value!.snapshot, services: [] } };
    const page = render(Board, {});
    await page.getByRole("button", { name: "Add a service" }).click();
    expect(view.page).toBe("settings");
  });
});
