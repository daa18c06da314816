import { describe, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import { view } from "../../state/view.svelte";
import { world } from "../../state/world.svelte";
import ServicesTab from "./ServicesTab.svelte";

async function draw(scene: Parameters<typeof openScene>[0] = "flow") {
  await openScene(scene);
  return render(ServicesTab, {}, { width: 1000, height: 800 });
}
const order = () => world.services.slice(0, 3).map((one) => one.name);

describe("the list of services", () => {
  it("is put in order by buttons and by Alt with arrows, says where one went, and keeps the focus on it", async () => {
    const page = await draw();
    const [first, second, third] = order();
    const up = page.getByRole("button", { name: `Move ${first} up`, exact: true });
    await expect.element(up).toHaveAccessibleDescription("It is the first");
    await page.getByRole("button", { name: `Move ${first} down`, exact: true }).click();
    await expect.poll(order).toEqual([second, first, third]);
    await expect.element(page.getByText(`${first} is 2 of ${world.services.length}.`)).toBeVisible();
    expect(document.activeElement?.closest("[data-service]")?.getAttribute("data-service")).toBe(first);
    await userEvent.keyboard("{Alt>}{ArrowDown}{/Alt}");
    await expect.poll(order).toEqual([second, third, first]);
    await userEvent.keyboard("{Alt>}{ArrowUp}{/Alt}{Alt>}{ArrowUp}{/Alt}");
    await expect.poll(order).toEqual([first, second, third]);
  });

  it("opens the form of a service, and of a new one only when it is asked for", async () => {
    const page = await draw();
    await expect.element(page.getByRole("combobox", { name: "Repository" })).not.toBeInTheDocument();
    await page.getByRole("button", { name: "Edit storefront", exact: true }).click();
    await expect.element(page.getByRole("form", { name: "Settings of storefront" })).toBeVisible();
    await page.getByRole("button", { name: "All services" }).click();
    await page.getByRole("button", { name: "Add service…" }).click();
    await expect.element(page.getByRole("combobox", { name: "Repository" })).toBeVisible();
  });

  it("keeps what was written of a new service until it is added, or not wanted", async () => {
    const page = await draw();
    await page.getByRole("button", { name: "Add service…" }).click();
    await page.getByRole("option", { name: /acme\/kiosk/ }).click();
    await page.getByRole("textbox", { name: "Health URL of production, optional" }).fill("http://shop.example/up");
    const asks = page.getByRole("dialog", { name: "New service not saved" });
    for (const name of ["Pick another repository", "All services"]) {
      await page.getByRole("button", { name, exact: true }).click();
      await expect.element(asks).toBeVisible();
      await userEvent.keyboard("{Escape}");
      await expect.element(asks).not.toBeInTheDocument();
    }
    await page.getByRole("button", { name: "All services" }).click();
    await asks.getByRole("button", { name: "Add service" }).click();
    await expect.element(page.getByRole("button", { name: "Add service…" })).toBeVisible();
    await expect.poll(() => world.services.some((one) => one.name === "kiosk")).toBe(true);
    expect(view.held).toBeNull();
  });

  it("tries a new service as it is proposed, before it is added", async () => {
    const page = await draw();
    await page.getByRole("button", { name: "Add service…" }).click();
    await page.getByRole("option", { name: /acme\/kiosk/ }).click();
    await expect.element(page.getByText("200 in 97 ms.")).not.toBeInTheDocument();
    await expect.element(page.getByText(/Read; you may merge/)).toBeVisible();
    await page.getByRole("textbox", { name: "Health URL of production, optional" }).fill("http://shop.example/up");
    await expect.element(page.getByText(/on plain http anybody/)).toBeVisible();
    await page.getByRole("button", { name: "Add service", exact: true }).click();
    await expect.element(page.getByText("kiosk added.")).toBeVisible();
  });
});
