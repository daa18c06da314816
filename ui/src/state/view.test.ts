import { beforeEach, describe, expect, it, vi } from "vitest";
import { service } from "../ipc/fake/parts";
import { scene } from "../ipc/fake/scenes";
import { viewOf } from "../ipc/fake/views";
import type { World } from "../ipc/types";
// Transformed before the first test counts its time.
import "./view.svelte";

/** Both are one state for the whole window: each test has its own window. */
async function opened(names: string[]) {
  vi.resetModules();
  const { world } = await import("./world.svelte");
  const { view } = await import("./view.svelte");
  const of = (wanted: string[]): World => {
    const made = scene("flow");
    const services = wanted.map((name) => viewOf(service(name, name === "hurt" ? { mark: "hurt" } : {})));
    return { ...made, snapshot: { ...made.snapshot, services } };
  };
  world.value = of(names);
  return { view, become: (wanted: string[]) => (world.value = of(wanted)) };
}

describe("where the window opens", () => {
  beforeEach(() => void vi.resetModules());

  it.each([
    [[], "flow"],
    [["a"], "flow"],
    [["a", "b"], "board"],
  ])("with %j on %s", async (names, page) => {
    expect((await opened(names)).view.page).toBe(page);
  });

  it("stays there when services come and go", async () => {
    const { view, become } = await opened(["a"]);
    view.settle();
    become(["a", "b"]);
    expect(view.page).toBe("flow");
    view.show("board");
    become(["a"]);
    expect(view.page).toBe("board");
  });

  it("is about the most urgent service until another is named", async () => {
    const { view } = await opened(["a", "b", "hurt"]);
    expect(view.services.map((one) => one.name)).toEqual(["hurt", "a", "b"]);
    expect(view.service?.name).toBe("hurt");
    view.show("flow", "b");
    expect([view.service?.name, view.row]).toEqual(["b", "b"]);
  });

  it("stays about the service that is shown, whichever becomes urgent", async () => {
    const { view, become } = await opened(["a", "b"]);
    view.show("flow");
    expect(view.service?.name).toBe("a");
    become(["hurt", "b", "a"]);
    expect([view.page, view.service?.name]).toEqual(["flow", "a"]);
  });
});

describe("comparing", () => {
  const of = (environment: string, version: number | null) => ({ environment, version });

  it("opens the two releases and goes back to the release it was opened from", async () => {
    const { view } = await opened(["a", "b"]);
    view.openRelease("b", "production", "r7");
    view.openCompare("b", of("production", 6), of("production", null));
    expect([view.page, view.service?.name, view.isOfService]).toEqual(["compare", "b", true]);
    expect(view.compared).toEqual({ base: of("production", 6), head: of("production", null) });
    view.show("compare");
    expect(view.compared, "asked for once more, it stays").not.toBeNull();
    view.openCompare("b", of("production", 5), of("production", null));
    view.closeCompare();
    expect([view.page, view.release]).toEqual(["timeline", { environment: "production", id: "r7" }]);
  });

  it("means staging and production where no release is named, also of another service", async () => {
    const { view } = await opened(["a", "b"]);
    view.openRelease("a", "production", "r7");
    view.openCompare("a", of("production", 6), of("production", null));
    view.show(view.page, "b");
    expect([view.page, view.service?.name, view.compared]).toEqual(["compare", "b", null]);
    view.closeCompare();
    expect([view.page, view.service?.name, view.release]).toEqual(["timeline", "b", null]);
  });
});
