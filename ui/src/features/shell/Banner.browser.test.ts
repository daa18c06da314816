import { describe, expect, it } from "vitest";
import { ipc } from "../../ipc";
import { render } from "../../test/render";
import { openScene } from "../../test/scene";
import { view } from "../../state/view.svelte";
import { world } from "../../state/world.svelte";
import Banner from "./Banner.svelte";

const name = "Break production";

describe("the sandbox's banner", () => {
  it("breaks the production of the shown service, once", async () => {
    await openScene("flow");
    await ipc().openSandbox("healthy");
    await world.read();
    const page = render(Banner, {});
    const button = page.getByRole("button", { name, exact: true });
    await expect.element(button).not.toHaveAttribute("aria-disabled");
    await button.click();
    await expect.poll(() => view.service?.mark).toBe("hurt");
    await expect.element(button).toHaveAttribute("aria-disabled", "true");
    await expect.element(button).toHaveAccessibleDescription("Production is broken already");
  });

  it("has it where a service is shown, and nowhere outside the sandbox", async () => {
    await openScene("flow");
    const own = render(Banner, {});
    expect(own.getByRole("button", { name }).query()).toBeNull();
    await ipc().openSandbox("healthy");
    await world.read();
    const page = render(Banner, {});
    await expect.element(page.getByRole("button", { name, exact: true })).toBeVisible();
    view.show("settings");
    await expect.element(page.getByRole("button", { name })).not.toBeInTheDocument();
    await expect.element(page.getByRole("button", { name: "Leave the sandbox" })).toBeVisible();
  });
});
