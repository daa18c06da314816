import { describe, expect, it } from "vitest";
import { noOthers } from "../../ipc/fake/pulls";
import type { Change, Consequence, InFlight, Plan } from "../../ipc/types";
import {
  againWords,
  approvalsWords,
  changesTitle,
  checksWords,
  isRed,
  linesOf,
  pullRequestOf,
  remaining,
  shipsWhen,
} from "./shipment";

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
const said = (subject: Consequence["subject"], title: string, ...details: string[]): Consequence => ({
  kind: "fact",
  title,
  details,
  subject,
});
const plan = (shipment: Partial<Plan["shipment"]>, consequences: Consequence[]) => ({
  shipment: { takes_out: [], brings: [], ships_over: [], ships_again: [], ...shipment },
  consequences,
});

describe("what ships", () => {
  it("is counted and named", () => {
    expect(changesTitle("Takes out", [change(1), change(2, "#2", "lena-h"), change(null, "4be21d7aaaa")])).toBe(
      "Takes out 2 PRs and 1 commit by 2 authors",
    );
    expect(changesTitle("Brings", [change(1)])).toBe("Brings 1 PR");
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
    const again = { ...change(482), environment: "production", release: "v10", known: false, pin: null };
    expect(againWords(again)).toBe("rolled back from v10 on production; whether it was reverted since is not known");
  });

  it("is said once: the sections first, then the other consequences", () => {
    const leaves = said("takes_out", "2 pull requests by 1 author leave", "#482 A title, nadia-k");
    const over = said("ships_over", "Pipeline #3129 would ship over it");
    const again = said("ships_again", "#482 ships again: production was rolled back from it");
    const migration = said("migrations", "1 migration is crossed", "db/migrate/1_a.rb (from #482)");
    const undone = said(null, "Not undone", "Data written since");
    const shown = plan({ takes_out: [change(482)], ships_over: [flight()] }, [leaves, over, again, migration, undone]);
    expect(remaining(shown)).toEqual([again, migration, undone]);
    expect(remaining(plan({}, [leaves, over]))).toEqual([leaves, over]);
  });

  it("has lines by what they are about, whatever their words are", () => {
    const rollback = {
      migrations: [{ path: "db/migrate/1_a.rb", pull_request: 482 }],
      config: [{ name: "FX_URL", version: 7, effect: "changed" }],
    } as Plan["rollback"];
    const crossed = linesOf(said("migrations", "Crossed", "other words"), rollback);
    expect(crossed).toEqual([{ lead: null, text: "db/migrate/1_a.rb", mono: true, end: "from #482" }]);
    const undone = linesOf(said("config", "Undone", "other words"), rollback);
    expect(undone).toEqual([{ lead: "v7", text: "FX_URL", mono: true, end: "changed back" }]);
    expect(linesOf(said(null, "Any", "#1 text"), rollback)).toEqual([
      { lead: null, text: "#1 text", mono: false, end: null },
    ]);
  });

  it("leads to the pull request of what the code host merges by itself", () => {
    expect(pullRequestOf({ kind: "auto_merge", carries: [489] })).toBe(489);
    expect(pullRequestOf({ kind: "pipeline", carries: [489] })).toBeNull();
  });
});
