import { describe, expect, it } from "vitest";
import type { Entry, EntryState, SettledAs } from "../ipc/types";
import { extraLines, maySettle } from "./journal";
import { isOpen, ofEntry } from "./state";

const entry = (state: EntryState, settled_as: SettledAs | null = null): Entry => ({
  id: "e",
  at: "2026-11-23T14:00:00Z",
  action: "merge",
  service: "s",
  account: "github-2",
  repo: "a/b",
  app: null,
  target: "a/b#1",
  seen: "head",
  reason: null,
  by: "lena",
  state,
  sent_at: null,
  accepted_at: null,
  finished_at: null,
  message: "",
  request: { action: "merge", service: "s", number: 1, method: null },
  expectation: { expect: "merged", repo: "a/b", number: 1, head_sha: "c" },
  replaced_by: null,
  overtook: [],
  pin: null,
  over_pins: [],
  settled_by: settled_as === null ? null : "ines",
  settled_as,
  settled_reason: settled_as === null ? null : "I looked",
});
const states: EntryState[] = ["planned", "sent", "succeeded", "failed", "unknown", "not_sent"];

describe("the journal", () => {
  it("asks for a person's word only where the outcome is unknown and nobody has said it", () => {
    expect(states.filter((state) => maySettle(entry(state)))).toEqual(["unknown"]);
    for (const said of ["happened", "did_not"] as const) {
      expect(states.some((state) => maySettle(entry(state, said)))).toBe(false);
    }
  });

  it("never shows a person's word as succeeded or failed", () => {
    for (const said of ["happened", "did_not"] as const) {
      const shown = ofEntry(entry("unknown", said));
      expect([shown.tone, shown.mark]).toEqual(["grey", "person"]);
      expect(shown.word).toMatch(/^Outcome unknown/);
      expect(isOpen(entry("unknown", said))).toBe(false);
    }
    expect(extraLines(entry("unknown", "did_not"))).toEqual(["ines said that it did not happen: I looked"]);
  });

  it("says what it undid unseen and what has replaced it", () => {
    const of = (n: number) => ({ id: `r${n}`, label: `v${n}`, ordinal: n });
    expect(extraLines({ ...entry("succeeded"), overtook: [of(11), of(12)], replaced_by: of(14) })).toEqual([
      "v11, v12, which were not seen when it was confirmed, were undone by it",
      "Replaced since by v14",
    ]);
  });
});
