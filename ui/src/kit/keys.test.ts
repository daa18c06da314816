import { describe, expect, it } from "vitest";
import { distinct, keyed } from "./keys";

/** Every component's source, as text. */
const sources = import.meta.glob<string>("/src/**/*.svelte", { query: "?raw", import: "default", eager: true });

/** Keys of lists that are written in the source, counted by the window itself, or made distinct just before. */
const UNIQUE = new Set([
  "features/compare/ChangeLine.svelte effect",
  "features/compare/Compare.svelte of",
  "features/compare/Side.svelte group.kind",
  "features/inbox/RemindDialog.svelte time.text",
  "features/flow/RecoveryOptions.svelte one",
  "features/flow/ReleaseCard.svelte number",
  "features/pipelines/LaneChart.svelte t.seconds",
  "features/settings/Sandbox.svelte one.name",
  "features/settings/Settings.svelte one.value",
  "features/settings/service/ServiceFields.svelte row.key",
  "features/shell/Help.svelte group.title",
  "features/shell/Help.svelte words",
  "features/shell/Help.svelte key",
  "features/shell/Tabs.svelte tab.page",
  "features/start/FirstRun.svelte one.name",
]);

/** `{#each LIST as ITEM, INDEX (KEY)}` of one source. */
function lists(source: string): { list: string; as: string; key: string | null }[] {
  const each = /\{#each (.+?) as (\{.*?\}(?= \()|[^(){}]+?)(?: \(((?:[^()]|\([^()]*\))+)\))?\}/g;
  return [...source.matchAll(each)].map(([, list, as, key]) => ({ list: list!, as: as!, key: key ?? null }));
}

describe("keys of lists", () => {
  it("are made unique", () => {
    expect(keyed(["a", "b", "a", "a"], (one) => one).map((one) => one.key)).toEqual(["a", "b", "a (2)", "a (3)"]);
    for (const all of [
      ["a", "a", "a (2)"],
      ["a (2)", "a", "a"],
      ["a", "a (2)", "a", "a (2)"],
    ]) {
      expect(new Set(keyed(all, (one) => one).map((one) => one.key)).size).toBe(all.length);
    }
    expect(distinct([{ n: 1 }, { n: 2 }, { n: 1 }], (one) => one.n)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it("are an index, made by `keyed`, or known to be unique, in every component", () => {
    const wrong: string[] = [];
    for (const [path, source] of Object.entries(sources)) {
      for (const { list, as, key } of lists(source)) {
        const index = /, (\w+)$/.exec(as)?.[1];
        const safe = key !== null && (key === index || (key === "key" && /^keyed\b/.test(list)));
        const name = `${path.replace("/src/", "")} ${key}`;
        if (!safe && !UNIQUE.has(name)) wrong.push(name);
      }
    }
    expect(wrong).toEqual([]);
  });
});
