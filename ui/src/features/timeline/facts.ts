// What the drawing asks of a release, a commit or a pipeline in every frame, made once: what did not change is told
// again as the same object.
import type { Commit, Pipeline, Release } from "../../ipc/types";
import { at } from "../../presentation/time";
import { configOf, ofRelease, rollbackOf } from "../../presentation/state";

export type Edge = "ok" | "person" | "hurt" | "warn" | "grey";
export interface ReleaseFacts {
  time: number;
  edge: Edge;
  /** The version that it went back to. */
  back: number | null;
  /** The names that it changed, and nothing else. */
  config: readonly string[];
}

/** Of the same object the same answer. */
export function once<T extends object, R>(make: (one: T) => R): (one: T) => R {
  const made = new WeakMap<T, R>();
  return (one) => {
    let known = made.get(one);
    if (known === undefined) made.set(one, (known = make(one)));
    return known;
  };
}

/** The colour of its one mark. A release that is over is as good as the next one left it. */
export function edgeOf(release: Release): Edge {
  const { tone } = ofRelease(release);
  if (tone === "hurt" || tone === "warn" || tone === "person") return tone;
  return tone === "ok" || release.mark === "past" ? "ok" : "grey";
}

export const factsOf = once((release: Release): ReleaseFacts => ({
  time: at(release.released_at),
  edge: edgeOf(release),
  back: rollbackOf(release),
  config: configOf(release),
}));
export const committedAt = once((commit: Commit) => at(commit.committed_at));
export const startedAt = once((pipeline: Pipeline) => at(pipeline.created_at));
export const stoppedAt = once((pipeline: Pipeline) => at(pipeline.stopped_at ?? pipeline.created_at));

/** The newest release of each version. */
export const byVersion = once((newestFirst: Release[]) => {
  const all = new Map<number, Release>();
  for (const release of newestFirst) if (!all.has(release.version)) all.set(release.version, release);
  return all;
});
