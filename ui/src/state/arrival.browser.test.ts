import { flushSync } from "svelte";
import { beforeEach, describe, expect, it } from "vitest";
import { connect } from "../ipc";
import type { Place } from "../ipc/types";
import { watched } from "../test/watched.svelte";
import { arrival } from "./arrival.svelte";
import { view } from "./view.svelte";
import { world } from "./world.svelte";

describe("what is remembered of the page", () => {
  beforeEach(async () => {
    await connect(new URLSearchParams({ scene: "flow" }));
    await world.start();
    await arrival.start();
  });

  it("is the page with its service", () => {
    view.show("timeline", "catalog");
    expect(arrival.shown).toEqual({ place: "timeline", service: "catalog" });
    view.show("journal");
    expect(arrival.shown).toEqual({ place: "journal" });
    view.show("settings");
    expect(arrival.shown).toEqual({ place: "settings", tab: null });
  });

  it("is the record that is shown", () => {
    view.openIncident("i-32");
    expect(arrival.shown).toEqual({ place: "incident", id: "i-32" });
    view.goto({ place: "incidents" });
    expect([view.page, view.incident]).toEqual(["incidents", null]);
    expect(arrival.shown).toEqual({ place: "incidents" });
  });

  it("does not change with a reading", async () => {
    view.show("flow", "storefront");
    const seen: (Place | null)[] = [];
    const stop = watched(() => void seen.push(arrival.shown));
    flushSync();
    await world.read();
    flushSync();
    expect(seen).toHaveLength(1);
    stop();
  });

  it("is nothing of the sandbox", async () => {
    await connect(new URLSearchParams({ scene: "incident" }));
    await world.read();
    view.show("timeline");
    expect(arrival.shown).toBeNull();
  });
});
