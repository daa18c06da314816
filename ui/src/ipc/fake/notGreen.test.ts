import { describe, expect, it } from "vitest";
import type { CheckStatus } from "../types";
import { pulls } from "./notGreen";

const RED: CheckStatus[] = ["failed", "timed_out", "startup_failure", "cancelled", "action_required", "stale"];

describe("the scene of every word a check can have", () => {
  const pull = pulls().find((one) => one.number === 501)!;
  const count = (...of: CheckStatus[]) => pull.check_list.filter((check) => of.includes(check.status)).length;

  it("tells a cause for each state that keeps it back, as Rust does", () => {
    expect(pull.causes.map((cause) => cause.text)).toEqual(pull.reasons);
    for (const status of [...RED, "pending", "unknown", "missing"] as CheckStatus[]) {
      expect(pull.causes.map((cause) => cause.kind)).toContain(`check_${status}`);
    }
  });

  it("counts its checks as Rust does", () => {
    expect(pull.checks).toMatchObject({
      passed: count("passed", "neutral"),
      failed: count(...RED),
      pending: count("pending", "unknown"),
      missing: count("missing"),
      skipped: count("skipped"),
      neutral: count("neutral"),
    });
    const decided = pull.checks.passed + pull.checks.failed + pull.checks.pending;
    expect(pull.reasons).toContain(`Checks ${pull.checks.passed} of ${decided}`);
  });
});
