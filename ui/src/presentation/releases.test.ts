import { describe, expect, it, vi } from "vitest";
import type { Release } from "../ipc/types";
import { before, configSet, environment, release, rolledBackTo, service } from "../ipc/fake/parts";
import { environmentLane } from "../features/timeline/layout";
import { ofRelease } from "./state";

vi.mock("../state/world.svelte", () => ({ world: { services: [], service: () => null, follow: () => () => {} } }));
vi.mock("../state/view.svelte", () => ({
  view: { drawer: null, selected: {}, pipeline: null, show: () => {}, openPullRequest: () => {} },
}));
vi.mock("../state/planSession.svelte", () => ({ planSession: { open: async () => {} } }));

const { commands } = await import("../features/shell/commands");
/** Every component's source, as text. */
const sources = import.meta.glob<string>("/src/**/*.svelte", { query: "?raw", import: "default", eager: true });

const live = (mark: Release["mark"], more: Partial<Release> = {}) =>
  release(9, before(600), { current: true, mark, ...more });

describe("one state of a release, one mark", () => {
  it("is the same in the strip, the palette and the words", () => {
    const tones = { crashing: "hurt", restarting: "warn", degraded: "warn", live_unknown: "grey", live: "ok" } as const;
    for (const [mark, tone] of Object.entries(tones) as [keyof typeof tones, string][]) {
      for (const came of [{}, rolledBackTo(3), configSet("A")]) {
        const one = live(mark, came);
        if (mark !== "live") expect(ofRelease(one).tone).toBe(tone);
        const env = environment("production", "app", [one, release(8, before(9000))], {
          health: mark === "live" ? "healthy" : "down",
        });
        const shop = service("shop", { environments: [env] });
        const palette = commands(shop, [shop]).find((c) => c.words.startsWith("v9 "));
        expect(palette?.mark).toEqual({ name: ofRelease(one).mark, tone: ofRelease(one).tone });
        const now = Date.now();
        const frame = { from: Date.parse(before(18_000)), to: Date.parse(before(-600)), width: 1000, now };
        const lane = environmentLane(env, { ...frame, now: Date.parse(before(0)) }, null);
        const edge = lane.segments.at(-1)?.edge;
        if (mark !== "live") expect(edge).toBe(tone);
      }
    }
  });

  it("is decided by no component for itself", () => {
    for (const [path, source] of Object.entries(sources)) {
      const own =
        /health === "down"[^\n]*(tone|mark)=|release\.current \? \{ mark|status === "succeeded" \? "check"/.test(
          source,
        );
      expect(own, path).toBe(false);
    }
  });
});
