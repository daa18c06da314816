import { describe, expect, it } from "vitest";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import { view } from "../../state/view.svelte";
import Journal from "./Journal.svelte";

async function draw() {
  await openScene("flow");
  view.show("journal");
  return render(Journal, {}, { width: 900, height: 900 });
}

describe("the journal", () => {
  it("leads to what an action was about", async () => {
    const page = await draw();
    await page.getByRole("button", { name: "Open #482" }).first().click();
    expect([view.page, view.drawer]).toEqual(["flow", 482]);
    view.drawer = null;
  });

  it("has no empty column, and never cuts the outcome", async () => {
    const page = await draw();
    await expect.element(page.getByText("Succeeded").first()).toBeVisible();
    for (const entry of page.element().querySelectorAll(".entry")) {
      const time = entry.querySelector(".time")!.getBoundingClientRect();
      const text = entry.querySelector(".text")!.getBoundingClientRect();
      expect(text.left - time.right).toBeLessThan(20);
      expect(time.width).toBeLessThan(150);
    }
    for (const word of page.element().querySelectorAll<HTMLElement>(".word"))
      expect(word.scrollWidth).toBeLessThanOrEqual(word.clientWidth + 1);
  });

  it("copies an action", async () => {
    const page = await draw();
    await expect.element(page.getByRole("button", { name: /^Copy of Merge/ }).first()).toBeVisible();
  });
});
