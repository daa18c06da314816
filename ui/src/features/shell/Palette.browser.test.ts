import { describe, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import { planSession } from "../../state/planSession.svelte";
import { view } from "../../state/view.svelte";
import Palette from "./Palette.svelte";

async function draw(scene: Parameters<typeof openScene>[0]) {
  await openScene(scene);
  const onclose = vi.fn();
  return { page: render(Palette, { onclose }), onclose };
}
const chosen = () => document.querySelector('[role="option"][aria-selected="true"]')?.textContent ?? "";

describe("the palette", () => {
  it("takes the focus, narrows, and opens what is chosen", async () => {
    const { page, onclose } = await draw("flow");
    await expect.element(page.getByRole("combobox")).toHaveFocus();
    await userEvent.keyboard("show delivery");
    for (let row = 0; row < 5 && !chosen().trim().startsWith("#489"); row++) await userEvent.keyboard("{ArrowDown}");
    await expect.poll(chosen).toContain("#489");
    await userEvent.keyboard("{Enter}");
    expect(onclose).toHaveBeenCalledOnce();
    expect(view.drawer).toBe(489);
  });

  it("names the chosen one to assistive tools, whichever it is", async () => {
    const { page } = await draw("flow");
    for (let step = 0; step < 5; step++) {
      await userEvent.keyboard("{ArrowDown}");
      await expect
        .poll(() => {
          const named = page.getByRole("combobox").element().getAttribute("aria-activedescendant");
          return document.getElementById(named ?? "")?.getAttribute("aria-selected");
        })
        .toBe("true");
    }
  });

  it("says why a command cannot be given, and does not give it", async () => {
    const { page, onclose } = await draw("access");
    await userEvent.keyboard("roll back production");
    const off = page.getByRole("option", { name: /read-only/ }).first();
    await expect.element(off).toHaveAttribute("aria-disabled", "true");
    await off.click({ force: true });
    expect(onclose).not.toHaveBeenCalled();
    expect(planSession.action).toBeNull();
  });

  it("finds a record of an incident by its number, and the page of all of them", async () => {
    const { page } = await draw("incidents");
    await userEvent.keyboard("incident 32");
    await expect.element(page.getByRole("option", { name: /Incident 32 Crashed after v1847/ })).toBeVisible();
    await expect.poll(chosen).toContain("Incident 32");
    await userEvent.keyboard("{Enter}");
    expect([view.page, view.incident]).toEqual(["incidents", "i-32"]);
    view.openIncident(null);
    expect(view.incident).toBeNull();
  });

  it("lists what is told twice", async () => {
    const { page } = await draw("repeated");
    await expect.element(page.getByRole("option").first()).toBeVisible();
  });
});
