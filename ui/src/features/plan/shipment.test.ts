import { describe, expect, it } from "vitest";
import { noOthers } from "../../ipc/fake/pulls";
import type { Change, Consequence, InFlight, Plan } from "../../ipc/types";
import { againWords, approvalsWords, changesTitle, checksWords, isRed, remaining, shipsWhen } from "./shipment";

const change = (number: number | null, id = `#${number}`, author = "nadia-k"): Change => ({
  id,
  number,
  title: "A title",
  author,
  checks: null,
  approvals: null,
  url: null,
});
const flight = (more: Partial<InFlight> = {}): InFlight => ({
  kind: "pipeline",
  id: "p-1",
  label: "Pipeline #3129",
  carries: [489, 490],
  ships_in_seconds: 360,
  waits_for: null,
  ...more,
});
const said = (title: string, ...details: string[]): Consequence => ({ kind: "fact", title, details });
const plan = (shipment: Partial<Plan["shipment"]>, consequences: Consequence[]) => ({
  shipment: { takes_out: [], brings: [], ships_over: [], ships_again: [], ...shipment },
  consequences,
});

describe("what ships", () => {
  it("is counted and named", () => {
    expect(changesTitle("Takes out", [change(1), change(2, "#2", "lena-h"), change(null, "4be21d7aaaa")])).toBe(
      "Takes out 2 pull requests and 1 commit by 2 authors",
    );
    expect(changesTitle("Brings", [change(1)])).toBe("Brings 1 pull request");
  });

  it("says what is not known and never calls it green", () => {
    expect(checksWords(null)).toBe("checks not read");
    expect(checksWords({ passed: 0, failed: 0, pending: 0, missing: 0, ...noOthers })).toBe("no checks");
    expect(checksWords({ passed: 13, failed: 1, pending: 0, missing: 2, ...noOthers })).toBe(
      "13 of 16 checks passed, 1 failed, 2 not reported",
    );
    expect(isRed({ passed: 13, failed: 0, pending: 0, missing: 1, ...noOthers })).toBe(true);
    expect(isRed(null)).toBe(false);
    expect(approvalsWords(null)).toBe("approvals not read");
    expect(shipsWhen(flight({ ships_in_seconds: null }))).toBe("carries #489, #490; when it ships is not known");
    const held = flight({ carries: [], waits_for: "the approval release" });
    expect(shipsWhen(held)).toBe("waits for the approval release");
    const again = { ...change(482), environment: "production", release: "v10", known: false };
    expect(againWords(again)).toBe("rolled back from v10 on production; whether it was reverted since is not known");
  });

  it("is said once: the sections first, then the other consequences", () => {
    const leaves = said("2 pull requests by 1 author leave", "#482 A title, nadia-k", "#48 A title, nadia-k");
    const direct = said("1 commit leaves", "4be21d7");
    const over = said("Pipeline #3129 would ship over it");
    const migration = said("1 migration is crossed", "db/migrate/1_a.rb (from #482)");
    const undone = said("Not undone", "Data written since");
    const other = said("More", "#4820 Another");
    const shown = plan({ takes_out: [change(482), change(48), change(null, "4be21d7aaaa")], ships_over: [flight()] }, [
      leaves,
      direct,
      over,
      migration,
      undone,
      other,
    ]);
    expect(remaining(shown)).toEqual([migration, undone, other]);
    expect(remaining(plan({}, [leaves, direct, over]))).toEqual([leaves, direct, over]);
  });
});
