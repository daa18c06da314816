import { describe, expect, it } from "vitest";
import { configSet, rolledBackTo } from "../../ipc/fake/parts";
import type { Environment, Release } from "../../ipc/types";
import { environmentLane, ticks, visible, type Frame } from "./layout";

const NOW = Date.parse("2026-11-23T14:00:00Z");
const frame: Frame = { from: NOW - 5 * 3_600_000, to: NOW + 1_800_000, width: 1100, now: NOW };

function release(version: number, minutes: number, more: Partial<Release> = {}): Release {
  return {
    version,
    code_version: version,
    id: `r${version}`,
    status: "succeeded",
    mark: "past",
    current: false,
    eligible_for_rollback: true,
    slug: null,
    commit: null,
    released_at: new Date(NOW - minutes * 60_000).toISOString(),
    updated_at: null,
    description: "Deploy 4be21d7",
    user: null,
    pull_requests: null,
    output_url: null,
    cause: null,
    artifacts: [],
    add_on_plans: null,
    ...more,
  };
}
function environment(releases: Release[], more: Partial<Environment> = {}): Environment {
  return {
    name: "production",
    app: "a",
    build_app: null,
    production: true,
    health: "healthy",
    down_since: null,
    health_history: [],
    dynos: null,
    formation: null,
    formation_read_at: null,
    formation_at_release: null,
    outage: null,
    process_outage: null,
    health_reason: null,
    failed_release: null,
    probe: null,
    current: releases[0] ?? null,
    releases,
    releases_complete: true,
    rollback_target: null,
    rollback_blocked: null,
    usual_release_seconds: null,
    maintenance: null,
    maintenance_at: null,
    preboot: null,
    switching_until: null,
    build: null,
    pipeline: null,
    ...more,
  };
}

describe("timeline", () => {
  it("puts a failure on the segment that stayed", () => {
    const lane = environmentLane(environment([release(12, 60, { status: "failed" }), release(11, 200)]), frame, null);
    expect(lane.segments.map((s) => s.release.version)).toEqual([11]);
    expect(lane.failures[0]?.label).toBe("v12 failed, v11 stayed");
  });

  it("never starts a segment for a config change", () => {
    const lane = environmentLane(environment([release(12, 60, configSet("A", "B")), release(11, 200)]), frame, null);
    expect(lane.segments).toHaveLength(1);
  });

  it("draws an arc to what is back", () => {
    const lane = environmentLane(
      environment([release(13, 30, rolledBackTo(11)), release(12, 100), release(11, 200)]),
      frame,
      null,
    );
    expect(lane.arcs).toHaveLength(1);
    expect(lane.segments.at(-1)?.edge).toBe("person");
    expect(lane.arcs[0]!.to).toBeLessThan(lane.arcs[0]!.from);
  });

  it("shows what was live when the frame begins", () => {
    expect(visible([release(13, 10), release(12, 400), release(11, 900)], frame).map((r) => r.version)).toEqual([
      12, 13,
    ]);
  });

  it("clusters ten thousand releases, keeps rollbacks", () => {
    const many = Array.from({ length: 10_000 }, (_, i) =>
      release(10_000 - i, i * 10, i === 300 ? rolledBackTo(9690) : {}),
    );
    const week: Frame = { from: NOW - 7 * 86_400_000, to: NOW, width: 1100, now: NOW };
    const lane = environmentLane(environment(many), week, null);
    expect(lane.segments.length).toBeLessThan(200);
    expect(lane.segments.some((s) => s.edge === "person")).toBe(true);
    expect(lane.segments.reduce((sum, s) => sum + s.count, 0)).toBe(1009);
  });

  it("ticks at whole hours", () => {
    const words = { hour: (t: number) => new Date(t).toISOString().slice(11, 16), day: () => "day" };
    expect(ticks(frame, words).every((t) => t.time % 1_800_000 === 0)).toBe(true);
  });
});
