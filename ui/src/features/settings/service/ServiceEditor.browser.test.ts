import { describe, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { openScene } from "../../../test/scene";
import { render } from "../../../test/render";
import { ipc } from "../../../ipc";
import type { Service } from "../../../ipc/types";
import { view } from "../../../state/view.svelte";
import { world } from "../../../state/world.svelte";
import { servicesPage } from "../servicesPage.svelte";
import ServiceEditor from "./ServiceEditor.svelte";

const size = { width: 1000, height: 800 };

async function edit() {
  const service = await openScene("flow");
  let closed = 0;
  const page = render(ServiceEditor, { name: service.name, onclose: () => (closed += 1) }, size);
  await expect.poll(() => servicesPage.head.title).toBe("storefront: all 8 checks pass.");
  const field = (name: string) => page.getByRole("textbox", { name, exact: true });
  const save = page.getByRole("button", { name: "Save storefront", exact: true });
  return { page, field, save, closed: () => closed };
}
/** As another program would: the window is told of it. */
async function elsewhere(change: Partial<Service>) {
  await ipc().editService(kept(), { ...kept(), ...change });
  await world.read();
}
const kept = () => world.service("storefront")!.config;

describe("the form of a service", () => {
  it("tries what is written, says what was read and when, and a failed try does not stop saving", async () => {
    const { page, field, save } = await edit();
    const url = field("Health URL of production, optional");
    await url.fill("https://shop.acme.example/healthz");
    await expect.element(page.getByText("404 in 61 ms.")).toBeVisible();
    await expect.element(url).toHaveAccessibleDescription(/^404 in 61 ms\. \d+ s ago$/);
    expect(servicesPage.head.title).toBe("storefront: 7 of 8 checks pass. The health URL: 404 in 61 ms.");
    expect(servicesPage.head.note).toBe("1 change not saved");
    await save.click();
    await expect.element(page.getByText("storefront saved.")).toBeVisible();
    expect(kept().environments.find((one) => one.name === "production")?.health_url).toMatch(/healthz$/);
    expect(servicesPage.head.note).toBeNull();
  });

  it("tries only what has changed, a moment after the last key", async () => {
    const { field } = await edit();
    const asked: string[][] = [];
    const client = ipc();
    const real = client.tryService.bind(client);
    client.tryService = (service, places) => {
      asked.push(places.map((place) => place.part));
      return real(service, places);
    };
    await field("Name").fill("shop");
    await field("Build app of staging, optional").fill("o");
    await field("Build app of staging, optional").fill("other-build");
    await expect.poll(() => asked).toEqual([["build_app"]]);
    client.tryService = real;
  });

  it("keeps how long a release is watched, and says by what", async () => {
    const { page, save } = await edit();
    const watch = page.getByRole("combobox", { name: "Watch production after a release" });
    await expect.element(watch).toHaveDisplayValue("20 min");
    await expect.element(page.getByText("after each release, 38 probes of the health URL").first()).toBeVisible();
    await watch.selectOptions("40 min");
    await expect.element(page.getByText("after each release, 58 probes of the health URL")).toBeVisible();
    await page.getByRole("textbox", { name: "Health URL of production, optional" }).fill("");
    await expect.element(page.getByText("after each release, by processes alone")).toBeVisible();
    await save.click();
    await expect.element(page.getByText("storefront saved.")).toBeVisible();
    const production = () => kept().environments.find((one) => one.name === "production");
    expect(production()).toMatchObject({ watch_minutes: 40, health_url: null });
    await watch.selectOptions("20 min");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await expect.poll(() => production()?.watch_minutes).toBeNull();
  });

  it("saves with Ctrl+Enter, and not with Enter alone", async () => {
    const { page, field } = await edit();
    await field("Branch").fill("trunk");
    await userEvent.keyboard("{Enter}");
    expect(kept().branch).toBe("main");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await expect.element(page.getByText("storefront saved.")).toBeVisible();
    expect(kept().branch).toBe("trunk");
  });

  it("is left at once when nothing was written, and never without a question when something was", async () => {
    const { page, field, closed } = await edit();
    await field("Branch").fill("trunk");
    const dialog = page.getByRole("dialog", { name: "1 change not saved" });
    for (const leave of [() => userEvent.keyboard("{Escape}"), () => Promise.resolve(view.show("journal"))]) {
      await leave();
      await expect.element(dialog).toBeVisible();
      await userEvent.keyboard("{Escape}");
      await expect.element(dialog).not.toBeInTheDocument();
      await expect.element(field("Branch")).toHaveValue("trunk");
    }
    expect([closed(), view.page]).toEqual([0, "flow"]);
    view.show("journal");
    await dialog.getByRole("button", { name: "Keep as is" }).click();
    await expect.poll(() => view.page).toBe("journal");
    expect(kept().branch).toBe("main");
  });

  it("saves from the question, and goes on", async () => {
    const { page, field, closed } = await edit();
    await field("Branch").fill("trunk");
    await userEvent.keyboard("{Escape}");
    const dialog = page.getByRole("dialog", { name: "1 change not saved" });
    await dialog.getByRole("button", { name: "Save storefront" }).click();
    await expect.poll(closed).toBe(1);
    expect(kept().branch).toBe("trunk");
  });

  it("keeps what is written here when another program changes the service, and takes the rest over", async () => {
    const { page, field, save } = await edit();
    await field("Branch").fill("trunk");
    await elsewhere({ migration_paths: ["sql/**"] });
    await expect.element(page.getByText("storefront was changed elsewhere")).toBeVisible();
    await expect.element(field("Branch")).toHaveValue("trunk");
    await expect.element(save).toHaveAccessibleDescription(/changed elsewhere/);
    await page.getByRole("button", { name: /^Show it/ }).click();
    await expect.element(page.getByText("sql/**")).toBeVisible();
    await save.click();
    await expect.element(page.getByText("storefront saved.")).toBeVisible();
    expect([kept().branch, kept().migration_paths]).toEqual(["trunk", ["sql/**"]]);
  });

  it("shows what another program has saved while nothing is written here", async () => {
    const { page, field } = await edit();
    await elsewhere({ branch: "trunk" });
    await expect.element(field("Branch")).toHaveValue("trunk");
    await expect.element(page.getByText("Changed elsewhere, and shown as it is now.")).toBeVisible();
  });

  it("keeps the words of a form whose service is removed elsewhere", async () => {
    const { page, field, save } = await edit();
    await field("Branch").fill("trunk");
    await ipc().removeService("storefront");
    await world.read();
    await expect.element(page.getByText("storefront is not there any more")).toBeVisible();
    await expect.element(field("Branch")).toHaveValue("trunk");
    await expect.element(save).toHaveAttribute("aria-disabled", "true");
  });

  it("removes only with the service's name", async () => {
    const { page, closed } = await edit();
    await page.getByRole("button", { name: "Remove storefront…" }).click();
    const dialog = page.getByRole("dialog", { name: "Remove storefront" });
    const remove = dialog.getByRole("button", { name: "Remove storefront" });
    await expect.element(remove).toHaveAccessibleDescription("Waiting for the service's name");
    await dialog.getByRole("textbox").fill("storefront");
    await remove.click();
    await expect.poll(closed).toBe(1);
    expect(world.service("storefront")).toBeNull();
  });

  it("offers another proposal beside its field", async () => {
    const { page, field } = await edit();
    await field("Build app of production, optional").fill("other");
    await page.getByRole("button", { name: "Look for other proposals" }).click();
    await page.getByRole("button", { name: "Use storefront-production-build as the build app of production" }).click();
    await expect.element(field("Build app of production, optional")).toHaveValue("storefront-production-build");
    expect(servicesPage.head.note).toBeNull();
  });

  it("does not drop an environment whose app was emptied", async () => {
    const { field, save } = await edit();
    await field("Release app of staging").fill("");
    await expect.element(save).toHaveAccessibleDescription("Name the app of staging, or remove it");
  });
});
