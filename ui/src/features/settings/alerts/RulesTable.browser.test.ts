import { beforeEach, describe, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { ipc } from "../../../ipc";
import { openScene } from "../../../test/scene";
import { render } from "../../../test/render";
import { view } from "../../../state/view.svelte";
import { world } from "../../../state/world.svelte";
import Alerts from "./Alerts.svelte";
import ServiceAlerts from "./ServiceAlerts.svelte";

const size = { width: 1000, height: 1200 };
beforeEach(async () => {
  await openScene("flow");
});

describe("the rules for all services", () => {
  it("are a table whose rows and columns are named", async () => {
    const page = render(Alerts, {}, size);
    await expect.element(page.getByRole("table", { name: "What is told about all services, and how" })).toBeVisible();
    const columns = page.getByRole("columnheader").elements();
    expect(columns.map((one) => one.textContent)).toEqual(["News", "Notify", "Sound", "Whose"]);
    expect(page.getByRole("rowheader").elements()).toHaveLength(world.notifications!.kinds.length);
    for (const box of page.getByRole("checkbox").elements()) {
      const { width, height } = (box.closest("label") ?? box).getBoundingClientRect();
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
    }
  });

  it("has no control for what is locked, but its sound", async () => {
    const page = render(Alerts, {}, size);
    for (const title of ["Hurt, and recovered", "Watch was bad", "Pin violated"]) {
      const lock = page.getByRole("img", { name: `${title}, Notify: always on, cannot be changed` });
      await expect.element(lock).toBeVisible();
      expect(page.getByRole("checkbox", { name: `${title}: Notify` }).query()).toBeNull();
      expect(page.getByRole("radiogroup", { name: `${title}: Whose` }).query()).toBeNull();
      await expect.element(page.getByRole("checkbox", { name: `${title}: Sound` })).toBeChecked();
    }
    const asked = vi.spyOn(ipc(), "setNotificationRule");
    await page.getByRole("checkbox", { name: "Hurt, and recovered: Sound" }).click();
    await expect.element(page.getByText("Saved: Hurt, and recovered, sound off.")).toBeVisible();
    expect(asked).toHaveBeenCalledExactlyOnceWith(null, "hurt", { notify: true, sound: false, whose: "all" });
  });

  it("are saved at once and one after another, by the keyboard too", async () => {
    const page = render(Alerts, {}, size);
    const notify = page.getByRole("checkbox", { name: "Release failed: Notify" });
    const sound = page.getByRole("checkbox", { name: "Release failed: Sound" });
    (sound.element() as HTMLElement).focus();
    await userEvent.keyboard(" ");
    await page.getByRole("radiogroup", { name: "Release failed: Whose" }).getByRole("radio", { name: "Mine" }).click();
    await notify.click();
    await expect.element(page.getByText("Saved: Release failed, notify off.")).toBeVisible();
    const rule = world.notifications!.settings.rules.release_failed;
    expect(rule).toEqual({ notify: false, sound: true, whose: "mine" });
    await expect.element(sound).toBeDisabled();
  });

  it("shows again what a refusal has left", async () => {
    const page = render(Alerts, {}, size);
    vi.spyOn(ipc(), "setNotificationRule").mockRejectedValue({ code: "store", message: "The disk is full." });
    const box = page.getByRole("checkbox", { name: "Failed on main: Notify" });
    await box.click();
    await expect.element(page.getByRole("alert")).toHaveTextContent("The disk is full.");
    await expect.element(box).toBeChecked();
    expect(page.getByText("Saved:").query()).toBeNull();
  });

  it("take a time of day and nothing else", async () => {
    const page = render(Alerts, {}, size);
    const asked = vi.spyOn(ipc(), "setQuietHours");
    const from = page.getByRole("textbox", { name: "Quiet hours from" });
    await from.fill("25:00");
    await userEvent.keyboard("{Tab}");
    await expect.element(page.getByRole("alert")).toHaveTextContent("“25:00” is not a time of day, such as 19:00.");
    expect(asked).not.toHaveBeenCalled();
    await from.fill("7:30");
    await userEvent.keyboard("{Tab}");
    await expect.element(page.getByText("Saved: quiet hours from 07:30.")).toBeVisible();
    await expect.element(from).toHaveValue("07:30");
    expect(page.getByRole("alert").query()).toBeNull();
  });

  it("say why more than mine is told, and that the stored rules could not be read", async () => {
    world.value = {
      ...world.value!,
      notifications: {
        ...world.notifications!,
        me: [],
        mine_unknown: "Not known who you are.",
        trouble: "Not readable.",
      },
    };
    const page = render(Alerts, {}, size);
    await expect.element(page.getByText("Not known who you are.")).toBeVisible();
    await expect.element(page.getByRole("alert")).toHaveTextContent("Not readable.");
  });
});

describe("the test", () => {
  it("says who took it", async () => {
    const page = render(Alerts, {}, size);
    await expect.element(page.getByText("gnome-shell 47.2 shows notifications here.")).toBeVisible();
    await page.getByRole("button", { name: "Send a test" }).click();
    await expect.element(page.getByText("gnome-shell 47.2 took it")).toBeVisible();
  });

  it("says what to do when nobody answers", async () => {
    await openScene("flow", { server: "nobody" });
    const page = render(Alerts, {}, size);
    await page.getByRole("button", { name: "Send a test" }).click();
    await expect.element(page.getByText("No notification server answers")).toBeVisible();
    await expect.element(page.getByText("such as dunst or mako")).toBeVisible();
  });
});

describe("the rules of a service", () => {
  it("begin as those for all, and end where it has none of its own", async () => {
    const page = render(ServiceAlerts, { service: "checkout-api" }, size);
    expect(page.getByRole("table").query()).toBeNull();
    await page.getByRole("radio", { name: "Its own rules" }).click();
    await expect.element(page.getByRole("table", { name: "What is told about checkout-api, and how" })).toBeVisible();
    await page.getByRole("checkbox", { name: "Failed on main: Notify" }).click();
    await expect.element(page.getByText("Saved: Failed on main, notify off.")).toBeVisible();
    expect(world.notifications!.settings.rules.pipeline_failed.notify).toBe(true);
    expect(world.notifications!.settings.services["checkout-api"]?.pipeline_failed.notify).toBe(false);
    await page.getByRole("radio", { name: "As all services" }).click();
    await expect.element(page.getByText("The rules in Alerts apply.")).toBeVisible();
    await page.getByRole("button", { name: "Open Alerts" }).click();
    expect([view.page, view.settingsTab]).toEqual(["settings", "alerts"]);
  });
});
