import { describe, expect, it, vi } from "vitest";
import { commit, environment, pipeline, release, service } from "../../ipc/fake/parts";
import { pr } from "../../ipc/fake/pulls";

vi.mock("../../state/view.svelte", () => ({
  view: { drawer: null, selected: {}, pipeline: null, show: () => {}, openPullRequest: () => {} },
}));
vi.mock("../../state/planSession.svelte", () => ({ planSession: { open: async () => {} } }));

const { commands, search } = await import("./commands");

const at = "2026-11-23T14:00:00Z";

/** A service in which everything that can repeat does: by number, name, id or words. */
const hostile = service("storefront", {
  pull_requests: [
    pr(489, "Open", "ready"),
    pr(489, "Open, told twice", "ready"),
    pr(1, "Of one number with a release", "ready"),
  ],
  // One pull request with three commits on main, one that is still listed as open, and two without any.
  main: [
    commit(482, "Part three", "a", at),
    commit(482, "Part two", "a", at),
    commit(482, "Part one", "a", at),
    commit(489, "Merged just now", "a", at),
    commit(null, "Direct", "a", at),
    commit(null, "Direct", "a", at),
  ],
  pipelines: [
    pipeline(7, "passed", "One", at, 1, []),
    pipeline(7, "passed", "One, told twice", at, 1, []),
    { ...pipeline(8, "passed", "x", at, 1, []), id: "rerun" },
  ],
  environments: [
    environment("a", "app-1", [release(1, at, { id: "1" }), release(2, at, { id: "1" })]),
    environment("a1", "app-2", [release(1, at, { id: "" }), release(1, at, { id: "" })]),
    environment("flow", "app-3", [release(3, at, { id: "x" })]),
  ],
});

describe("the palette's commands", () => {
  it("are each there once, whatever repeats", () => {
    const ids = commands(hostile, [hostile]).map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("are one for one object", () => {
    const words = commands(hostile, [hostile]).map((one) => one.words);
    const of = (start: string) => words.filter((one) => one.startsWith(start)).length;
    expect(of("Revert #482")).toBe(1);
    expect(of("#482")).toBe(1);
    expect(of("#489")).toBe(1);
    expect(of("Pipeline #7")).toBe(1);
  });

  it("keep their own ids in what is found", () => {
    const found = search(commands(hostile, [hostile]), "part revert 482");
    expect(found.map((one) => one.words)).toEqual(["Revert #482…"]);
  });
});
