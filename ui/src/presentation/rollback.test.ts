import { describe, expect, it } from "vitest";
import { alert, before, configSet, environment, release, rolledBackTo, service } from "../ipc/fake/parts";
import { mustChoose, releaseChoice, rollbackBlocked, rollbackCandidates, takenOut } from "./rollback";
import { asksForProduction, ofEnvironment, productionOf } from "./state";

const at = (hours: number) => before(hours * 3600);
/** v10 went back to v7; v8 and v9 are the code that was left. */
const rolledBack = environment(
  "production",
  "shop",
  [
    release(10, at(1), { current: true, code_version: 7, ...rolledBackTo(7) }),
    release(9, at(2), { status: "failed" }),
    release(8, at(3), { pull_requests: [12, 11] }),
    release(7, at(4)),
    release(6, at(5), { code_version: 5, ...configSet("A") }),
    release(5, at(6)),
    release(4, at(7), { eligible_for_rollback: false }),
  ],
  { rollback_target: null, rollback_blocked: "name the release" },
);

describe("a rollback without a default", () => {
  it("offers earlier releases of other code that the platform takes", () => {
    expect(rollbackCandidates(rolledBack).map((r) => r.version)).toEqual([8, 6, 5]);
    expect(rollbackCandidates({ ...rolledBack, current: null })).toEqual([]);
  });

  it("says which of them was rolled back from", () => {
    const words = rollbackCandidates(rolledBack).map((r) => releaseChoice(rolledBack, r));
    expect(words[0]).toMatch(/^v8, .*#12 and 1 more, rolled back from$/);
    expect(words[2]).not.toMatch(/rolled back from/);
  });

  it("took out what the releases that it went back past had brought", () => {
    expect(takenOut(rolledBack)).toEqual([12, 11]);
    expect(takenOut({ ...rolledBack, current: rolledBack.releases[2]! })).toEqual([]);
    expect(takenOut({ ...rolledBack, current: null })).toEqual([]);
  });

  it("must be chosen where there is something to choose, and only there", () => {
    const state = service("shop");
    expect([mustChoose(rolledBack), rollbackBlocked(state, rolledBack)]).toEqual([true, null]);
    const nothing = { ...rolledBack, releases: rolledBack.releases.slice(0, 2) };
    expect([mustChoose(nothing), rollbackBlocked(state, nothing)]).toEqual([false, "name the release"]);
    expect(mustChoose({ ...rolledBack, rollback_target: 5 })).toBe(false);
    const off = { source: { kind: "environment" as const, name: "production" }, why: "read-only" };
    expect(rollbackBlocked({ ...state, off: [off] }, rolledBack)).toBe("read-only");
  });
});

describe("production", () => {
  const of = (name: string, production: boolean, health: "healthy" | "down" = "healthy") =>
    environment(name, name, [], { production, health });

  it("is what the environment says, whatever it is called", () => {
    const down = { environments: [of("production", false, "down"), of("eu", true), of("us", true, "down")] };
    expect(productionOf(down)?.name).toBe("us");
    expect(productionOf({ environments: [of("production", false), of("eu", true), of("us", true)] })?.name).toBe("eu");
    expect(productionOf({ environments: [of("production", false, "down")] })).toBeNull();
    expect(down.environments.map((one) => ofEnvironment(one).tone)).toEqual(["warn", "ok", "hurt"]);
  });

  it("is asked about where Rust says so", () => {
    const subject = { pull_request: null, pipeline: null, environment: "eu", release: null };
    const asked = { alerts: [{ ...alert("production_not_said", "info", "", at(1)), subject }] };
    expect([asksForProduction(asked, "eu"), asksForProduction(asked, "us")]).toEqual([true, false]);
  });
});
