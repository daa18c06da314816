import { describe, expect, it } from "vitest";
import type { Environment, Release } from "../../ipc/types";
import { commit, configSet, pipeline, rolledBackTo, service } from "../../ipc/fake/parts";
import { environmentLane, merges, runs, visible } from "./layout";
import { ticks, type Frame } from "./scale";
import { zoomOf } from "./zoom";

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
    watch: null,
    marked_bad: null,
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
    watch: null,
    pin: null,
    pin_progress: null,
    on_its_way: null,
    incident: null,
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

  it("draws no more where every second one went wrong or back, and ends each crowd as its newest is", () => {
    const many = Array.from({ length: 10_000 }, (_, i) =>
      release(10_000 - i, i * 1 + 1, i % 2 === 0 ? {} : i % 4 === 1 ? rolledBackTo(9000 - i) : { mark: "crashing" }),
    );
    const week: Frame = { from: NOW - 7 * 86_400_000, to: NOW, width: 1100, now: NOW };
    const { segments, arcs } = environmentLane(environment(many), week, null);
    expect(segments.length).toBeLessThanOrEqual(1100 / 7 + 1);
    expect(arcs.length).toBeLessThanOrEqual(segments.length);
    expect(segments.reduce((sum, one) => sum + one.count, 0)).toBe(10_000);
    expect(segments.some((one) => one.edge === "hurt" && one.body === "ok")).toBe(true);
    expect(segments.at(-1)?.release.version).toBe(10_000);
    const pipelines = Array.from({ length: 8000 }, (_, i) =>
      pipeline(8000 - i, i % 2 === 0 ? "failed" : "passed", "", new Date(NOW - i * 60_000).toISOString(), 40, []),
    );
    const bars = runs(service("shop", { pipelines }), week);
    expect(bars.length).toBeLessThanOrEqual(1100 / 3);
    expect(bars.reduce((sum, one) => sum + one.count, 0)).toBe(8000);
  });

  it("ticks at whole hours", () => {
    const words = { hour: (t: number) => new Date(t).toISOString().slice(11, 16), day: () => "day" };
    expect(ticks(frame, words).every((t) => t.time % 1_800_000 === 0)).toBe(true);
  });

  it("keeps the labels of its right edge inside", () => {
    const now = NOW + 1_700_000;
    const edge: Frame = { ...frame, now };
    const moving = pipeline(3127, "running", "A change", new Date(now - 60_000).toISOString(), null, [], {
      eta_seconds: 60,
    });
    const [run] = runs(service("shop", { pipelines: [moving] }), edge);
    expect(run).toMatchObject({ label: "#3127", before: true });
    const shop = service("shop", { main: [commit(489, "A change", "a", new Date(now - 60_000).toISOString())] });
    expect(merges(shop, edge)[0]).toMatchObject({ label: "#489", before: true });
  });

  it("counts failures that are too close to be told apart, and loses none", () => {
    const many = Array.from({ length: 400 }, (_, i) =>
      release(400 - i, i * 25, i % 5 === 2 ? { status: "failed", mark: "failed" } : {}),
    );
    const week: Frame = { from: NOW - 7 * 86_400_000, to: NOW, width: 1100, now: NOW };
    const { failures } = environmentLane(environment(many), week, null);
    expect(failures.reduce((sum, one) => sum + one.count, 0)).toBe(80);
    failures.slice(1).forEach((one, i) => expect(one.x - failures[i]!.x).toBeGreaterThanOrEqual(14));
    const near = environmentLane(environment(many.slice(0, 30)), { ...week, from: NOW - 12 * 3_600_000 }, null);
    expect(near.failures.every((one) => one.count === 1)).toBe(true);
  });

  it("labels nothing that is narrower than 44 px, other than a count", () => {
    const many = Array.from({ length: 50 }, (_, i) => release(50 - i, i * 160));
    const lane = environmentLane(environment(many), { ...frame, from: NOW - 7 * 86_400_000 }, null);
    expect(lane.segments.length).toBeGreaterThan(20);
    for (const { label, x0, x1, count } of lane.segments) if (count === 1 && x1 - x0 < 44) expect(label).toBeNull();
  });

  it("never loses what hurts in a crowd", () => {
    const many = Array.from({ length: 400 }, (_, i) => release(400 - i, i * 10, i === 200 ? { mark: "crashing" } : {}));
    const week: Frame = { from: NOW - 7 * 86_400_000, to: NOW, width: 300, now: NOW };
    const lane = environmentLane(environment(many), week, null);
    expect(lane.segments.filter((segment) => segment.edge === "hurt")).toHaveLength(1);
  });
});

describe("the zoom", () => {
  const hurt = (minutes: number) => {
    const down_since = new Date(NOW - minutes * 60_000).toISOString();
    return { environments: [environment([release(1, 900)], { health: "down", down_since })] };
  };
  it("shows an incident and as much before it, until somebody chooses another", () => {
    expect(zoomOf(null, { environments: [environment([])] }, NOW)).toBe("5h");
    expect(zoomOf(null, hurt(5), NOW)).toBe("1h");
    expect(zoomOf(null, hurt(100), NOW)).toBe("5h");
    expect(zoomOf(null, hurt(600), NOW)).toBe("day");
    expect(zoomOf("week", hurt(5), NOW)).toBe("week");
  });
});
