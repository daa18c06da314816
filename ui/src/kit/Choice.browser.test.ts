import { describe, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "../test/render";
import Choice from "./Choice.svelte";

const options = [
  { value: "a", text: "One" },
  { value: "b", text: "Two" },
  { value: "b", text: "Two" },
];
const draw = (value: string | undefined) => {
  const onchange = vi.fn();
  return { onchange, group: render(Choice, { label: "Zoom", options, value, onchange }) };
};

describe("a choice of one", () => {
  it("is one tab stop whose arrows choose", async () => {
    const { group, onchange } = draw("a");
    await userEvent.keyboard("{Tab}");
    await expect.element(group.getByRole("radio", { name: "One" })).toHaveFocus();
    await userEvent.keyboard("{ArrowRight}");
    expect(onchange).toHaveBeenCalledWith("b");
  });

  it("leaves arrows with Shift to the page", async () => {
    const { group, onchange } = draw("a");
    const page = vi.fn();
    addEventListener("keydown", page);
    group.getByRole("radio", { name: "One" }).element().dispatchEvent(new Event("focus"));
    (group.getByRole("radio", { name: "One" }).element() as HTMLElement).focus();
    await userEvent.keyboard("{Shift>}{ArrowRight}{/Shift}");
    removeEventListener("keydown", page);
    expect(onchange).not.toHaveBeenCalled();
    const arrow = page.mock.calls.map(([event]) => event as KeyboardEvent).find((event) => event.key === "ArrowRight");
    expect(arrow?.defaultPrevented).toBe(false);
  });

  it("shows none as chosen where none is", () => {
    const { group } = draw(undefined);
    expect(group.getByRole("radio", { checked: true }).query()).toBeNull();
  });
});
