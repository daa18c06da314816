import { describe, expect, it } from "vitest";
import type { Job } from "../../ipc/types";
import { columns, lanes, scale } from "./lanes";

const NOW = Date.parse("2026-11-23T14:36:00Z");
const ago = (s: number) => new Date(NOW - s * 1000).toISOString();

function job(name: string, more: Partial<Job> = {}): Job {
  return {
    id: name,
    number: 1,
    workflow: "deploy",
    name,
    status: "queued",
    duration_seconds: null,
    started_at: null,
    stopped_at: null,
    dependencies: [],
    approval_id: null,
    usual_seconds: 60,
    url: null,
    ...more,
  };
}

describe("lanes", () => {
  it("merges shards and takes the most urgent state", () => {
    const made = lanes(
      { jobs: [job("unit-1", { status: "passed" }), job("unit-2", { status: "failed" }), job("lint")] },
      NOW,
    );
    expect(made.map((l) => [l.label, l.status]).sort()).toEqual([
      ["lint", "queued"],
      ["unit ×2", "failed"],
    ]);
  });

  it("leaves a lone numbered job as it is", () => {
    expect(lanes({ jobs: [job("py-3"), job("lint")] }, NOW).map((l) => l.label)).toEqual(["py-3", "lint"]);
  });

  it("forecasts along the longest path", () => {
    const made = lanes(
      {
        jobs: [
          job("build", { status: "running", started_at: ago(20) }),
          job("slow", { status: "running", started_at: ago(20), usual_seconds: 100 }),
          job("release", { dependencies: ["build", "slow"] }),
        ],
      },
      NOW,
    );
    const release = made.find((l) => l.name === "release");
    expect(release?.forecastStart).toBe(NOW + 80_000);
    expect(release?.forecastEnd).toBe(NOW + 140_000);
  });

  it("knows no forecast without history", () => {
    const made = lanes(
      {
        jobs: [
          job("a", { status: "running", started_at: ago(5), usual_seconds: null }),
          job("b", { dependencies: ["a"] }),
        ],
      },
      NOW,
    );
    expect(made.find((l) => l.name === "b")?.forecastEnd).toBeNull();
  });

  it("survives a cycle", () => {
    const made = lanes({ jobs: [job("a", { dependencies: ["b"] }), job("b", { dependencies: ["a"] })] }, NOW);
    expect(made).toHaveLength(2);
    expect(columns(made).flat()).toHaveLength(2);
  });

  it("puts lanes in columns by depth", () => {
    const made = lanes(
      { jobs: [job("a"), job("b", { dependencies: ["a"] }), job("c", { dependencies: ["b", "a"] })] },
      NOW,
    );
    expect(columns(made).map((c) => c.map((l) => l.name))).toEqual([["a"], ["b"], ["c"]]);
  });

  it("scales seconds as well as minutes", () => {
    const made = lanes({ jobs: [job("a", { status: "running", started_at: ago(3), usual_seconds: 8 })] }, NOW);
    const axis = scale({ created_at: ago(3), eta_seconds: null }, made, NOW);
    expect(axis.ticks.map((t) => t.seconds)).toEqual([0, 2, 4, 6, 8]);
  });
});
