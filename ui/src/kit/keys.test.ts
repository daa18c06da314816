import { describe, expect, it } from "vitest";
import { distinct, keyed } from "./keys";

/** Every component's source, as text. */
const sources = import.meta.glob<string>("/src/**/*.svelte", { query: "?raw", import: "default", eager: true });

/**
 * Keys that cannot repeat: lists written in the source, rows of a database with a unique id or
 * name, and lists that were made distinct where they are made.
 */
const UNIQUE = new Set([
  "kit/Choice.svelte option.value",
  "features/flow/InFlight.svelte entry.id",
  "features/flow/InFlight.svelte env.name",
  "features/flow/Live.svelte env.name",
  "features/flow/Hurt.svelte one",
  "features/flow/ReleaseCard.svelte number",
  "features/pipelines/Graph.svelte edge.key",
  "features/pipelines/Graph.svelte box.lane.key",
  "features/pipelines/LaneChart.svelte t.seconds",
  "features/pipelines/LaneChart.svelte lane.key",
  "features/settings/ServiceCard.svelte config.name",
  "features/settings/Borrow.svelte one.cli",
  "features/settings/Sandbox.svelte one.name",
  "features/settings/Settings.svelte account.id",
  "features/settings/Settings.svelte one.value",
  "features/settings/Settings.svelte service.name",
  "features/settings/service/PickRepository.svelte repo.name",
  "features/settings/service/ServiceForm.svelte row.key",
  "features/shell/Help.svelte group.title",
  "features/shell/Help.svelte words",
  "features/shell/Help.svelte key",
  "features/shell/Palette.svelte command.id",
  "features/shell/Rail.svelte service.name",
  "features/shell/Tabs.svelte tab.page",
  "features/start/FirstRun.svelte one.name",
  "features/timeline/Lanes.svelte lane.name",
  "features/timeline/Lanes.svelte tick.time",
]);

/** `{#each LIST as ITEM, INDEX (KEY)}` of one source. */
function lists(source: string): { list: string; as: string; key: string | null }[] {
  const each = /\{#each (.+?) as (\{.*?\}(?= \()|[^(){}]+?)(?: \(((?:[^()]|\([^()]*\))+)\))?\}/g;
  return [...source.matchAll(each)].map(([, list, as, key]) => ({ list: list!, as: as!, key: key ?? null }));
}

describe("keys of lists", () => {
  it("are made unique", () => {
    expect(keyed(["a", "b", "a", "a"], (one) => one).map((one) => one.key)).toEqual(["a", "b", "a (2)", "a (3)"]);
    expect(distinct([{ n: 1 }, { n: 2 }, { n: 1 }], (one) => one.n)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it("are an index, made by `keyed`, or known to be unique, in every component", () => {
    const wrong: string[] = [];
    for (const [path, source] of Object.entries(sources)) {
      for (const { list, as, key } of lists(source)) {
        const index = /, (\w+)$/.exec(as)?.[1];
        const safe = key !== null && (key === index || (key === "key" && list.startsWith("keyed(")));
        const name = `${path.replace("/src/", "")} ${key}`;
        if (!safe && !UNIQUE.has(name)) wrong.push(name);
      }
    }
    expect(wrong).toEqual([]);
  });
});
