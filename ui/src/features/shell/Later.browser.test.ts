// Code that is loaded when it is opened: what is shown and heard until it is there, and where it does not come.
import type { Component } from "svelte";
import { afterEach, expect, it, vi } from "vitest";
import { page as browser, userEvent } from "vitest/browser";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import { arrival } from "../../state/arrival.svelte";
import { planSession } from "../../state/planSession.svelte";
import { view } from "../../state/view.svelte";
import App from "../../App.svelte";
import Bounded from "../../test/Bounded.svelte";
import Logo from "../../kit/Logo.svelte";
import { Part } from "./part.svelte";
import { overlays, pages } from "./parts";

afterEach(() => void vi.restoreAllMocks());

/** As if the code of it took a while: nothing comes until what is answered is called. */
function slow<P extends object>(part: Part<P>): () => Promise<void> {
  expect(part.settled).toBe(false);
  const loading = vi.spyOn(part, "load").mockReturnValue(new Promise(() => {}));
  return () => {
    loading.mockRestore();
    return part.load();
  };
}
async function window() {
  await browser.viewport(1440, 900);
  await openScene("flow");
  await arrival.start();
  // The first page is not another page: it leaves the focus alone.
  await pages.flow.load();
  const stage = render(App, {}, { width: 1440, height: 900 });
  await expect.element(stage.getByRole("region", { name: /^Ready/ })).toBeVisible();
  return stage;
}
const logo = { default: Logo as unknown as Component<Record<string, never>> };

it("says that its code could not be loaded, and can be tried again", async () => {
  const code = vi.fn(() => Promise.reject<typeof logo>(new Error("gone")));
  vi.spyOn(console, "error").mockImplementation(() => {});
  const part = new Part(code);
  const stage = render(Bounded, { part });
  await expect
    .element(stage.getByRole("alert"))
    .toHaveTextContent(/The part cannot be shown.*could not be loaded: gone/);
  code.mockResolvedValue(logo);
  await stage.getByRole("button", { name: "Reload it: The part" }).click();
  await expect.poll(() => stage.element().querySelector("svg")).not.toBeNull();
  expect(stage.getByRole("alert").query()).toBeNull();
  const asked = code.mock.calls.length;
  await part.load();
  expect(code.mock.calls.length).toBe(asked);
});

it("says so where a page could not be loaded, and loads it when it is asked to", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const part = new Part(() => Promise.reject<typeof logo>(new Error("gone")));
  const real = pages.compare;
  Object.assign(pages, { compare: part });
  const stage = await window();
  view.show("compare");
  await expect.element(stage.getByRole("alert").filter({ hasText: /comparison/ })).toHaveTextContent(/gone/);
  Object.assign(pages, { compare: real });
  view.show("flow");
});

it("keeps the page and the focus until the next page is there, which then has the focus", async () => {
  const come = slow(pages.journal);
  const stage = await window();
  const link = stage.getByRole("button", { name: /^Journal/ });
  (link.element() as HTMLElement).focus();
  await userEvent.keyboard("gj");
  expect(view.page).toBe("journal");
  await expect.element(stage.getByRole("region", { name: /^Ready/ })).toBeVisible();
  await expect.element(link).toHaveFocus();
  await come();
  await expect.element(stage.getByRole("heading", { level: 1, name: /Journal|action/ })).toHaveFocus();
  expect(stage.getByRole("region", { name: /^Ready/ }).query()).toBeNull();
});

it("lets no letter reach the page below before what was opened over it is there", async () => {
  const come = slow(overlays.help);
  const stage = await window();
  await userEvent.keyboard("?");
  await expect.poll(() => view.help).toBe(true);
  await userEvent.keyboard("r");
  expect(planSession.action).toBeNull();
  await come();
  await expect.element(stage.getByRole("dialog")).toBeVisible();
  view.help = false;
});
