import { createRawSnippet } from "svelte";
import { describe, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "../test/render";
import Holder from "../test/ListHolder.svelte";
import type { ListHandle } from "./list";

interface Item {
  name: string;
  height: number;
}
const row = createRawSnippet<[Item, number]>((item) => ({
  render: () => `<div style="height: ${item().height}px"><button>${item().name}</button></div>`,
}));

function draw(items: Item[], kept: number[] = []) {
  let handle: ListHandle | undefined;
  const size = { width: 400, height: 300 };
  const list = render(Holder, { items, row, kept, hold: (one: ListHandle) => (handle = one) }, size);
  return { list, handle: handle! };
}
const many = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `row ${i}`, height: 30 }));
const rows = () => [...document.querySelectorAll<HTMLElement>("[data-row]")];
const seen = (name: string) => {
  const box = document.querySelector('[role="list"]')!.getBoundingClientRect();
  const at = [...document.querySelectorAll("button")].find((one) => one.textContent === name)?.getBoundingClientRect();
  return at !== undefined && at.top >= box.top - 1 && at.bottom <= box.bottom + 1;
};

describe("a long list", () => {
  it("draws what is in sight of ten thousand rows, and tells how many there are", async () => {
    const { list } = draw(many(10_000));
    await expect.element(list.getByText("row 0", { exact: true })).toBeVisible();
    expect(rows().length).toBeLessThan(60);
    expect(rows()[0]?.getAttribute("aria-setsize")).toBe("10000");
    expect(rows()[0]?.getAttribute("aria-posinset")).toBe("1");
  });

  it("shows a row that is asked for, and hands it over once it can take the focus", async () => {
    const { handle } = draw(many(10_000));
    handle.reveal(5000);
    const found = await handle.drawn(5000);
    found?.querySelector("button")?.focus({ preventScroll: true });
    expect(document.activeElement?.textContent).toBe("row 5000");
    await expect.poll(() => seen("row 5000")).toBe(true);
    handle.toEnd();
    await expect.poll(() => seen("row 9999")).toBe(true);
  });

  it("keeps what has the focus drawn while it is scrolled away", async () => {
    const { handle } = draw(many(10_000));
    (await handle.drawn(3))?.querySelector("button")?.focus();
    handle.toEnd();
    await expect.poll(() => seen("row 9999")).toBe(true);
    expect(document.activeElement?.textContent).toBe("row 3");
  });

  it("draws rows of one name each, and rows of any height", async () => {
    const items = Array.from({ length: 40 }, (_, i) => ({ name: "twin", height: 20 + (i % 5) * 40 }));
    const { list } = draw(items);
    await expect.element(list.getByRole("button").first()).toBeVisible();
    await expect.poll(() => rows().length).toBeGreaterThan(2);
    const drawn = rows().map((one) => one.getBoundingClientRect());
    drawn.slice(1).forEach((one, i) => expect(Math.abs(one.top - drawn[i]!.bottom)).toBeLessThan(1));
  });

  it("tells a person's scrolling from its own", async () => {
    const told: [boolean, boolean][] = [];
    let handle: ListHandle | undefined;
    const list = render(
      Holder,
      {
        items: many(200),
        row,
        kept: [],
        hold: (one: ListHandle) => (handle = one),
        onscrolled: (atEnd: boolean, byPerson: boolean) => told.push([atEnd, byPerson]),
      },
      { width: 400, height: 300 },
    );
    await expect.element(list.getByText("row 0", { exact: true })).toBeVisible();
    handle?.toEnd();
    await expect.poll(() => told.at(-1)).toEqual([true, false]);
    await userEvent.wheel(list.getByRole("list"), { delta: { y: -400 } });
    await expect.poll(() => told.at(-1)).toEqual([false, true]);
  });
});
