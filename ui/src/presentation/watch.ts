// What the watch of a release shows, in words and in bars. Pure.
import type { Environment, ProbeSample, ProcessSample, Release, Watch, WatchVerdict } from "../ipc/types";
import { isFailed } from "./releaseRows";
import { plural, type Shown } from "./state";
import { at, exactSpan, since } from "./time";

export type Bar = "good" | "bad";

/** The last answers of the code before, each since, and how many are still planned. */
export interface Strip {
  before: Bar[];
  since: Bar[];
  planned: number;
}

const ofProbe = ({ failed }: ProbeSample): Bar => (failed ? "bad" : "good");
const ofRead = ({ up, crashed }: ProcessSample): Bar => (up === 0 || crashed.length > 0 ? "bad" : "good");
const BEFORE = 20;

export function stripOf(watch: Watch): Strip {
  const taken = watch.has_health_url ? watch.probes.map(ofProbe) : watch.processes.map(ofRead);
  return {
    before: (watch.baseline?.probes ?? []).slice(-BEFORE).map(ofProbe),
    since: taken,
    planned: watch.ended_at === null ? Math.max(0, watch.planned - taken.length) : 0,
  };
}

const failures = (bars: readonly Bar[]) => bars.filter((one) => one === "bad").length;
const answered = (bars: readonly Bar[]) => `${bars.length - failures(bars)} of ${bars.length} good`;

/** `Before on v1846 20 of 20 good, since then 3 of 20 good, 18 more planned` */
export function stripWords(watch: Watch): string {
  const { before, since: taken, planned } = stripOf(watch);
  return [
    before.length === 0 ? "No sample of the code before" : `Before on ${watch.baseline?.release} ${answered(before)}`,
    taken.length === 0 ? "none since" : `since then ${answered(taken)}`,
    ...(planned === 0 ? [] : [`${planned} more planned`]),
  ].join(", ");
}

/** `minute 6 of 20` */
export function minuteOf(watch: Pick<Watch, "began_at" | "length_seconds">, now: number): string {
  const length = Math.round(watch.length_seconds / 60);
  const minute = Math.floor((since(watch.began_at, now) ?? 0) / 60) + 1;
  return `minute ${Math.min(length, minute)} of ${length}`;
}

const VERDICTS: Record<WatchVerdict, Shown> = {
  good: { mark: "check", tone: "ok", word: "Good" },
  bad: { mark: "cross", tone: "warn", word: "Bad" },
  inconclusive: { mark: "unknown", tone: "grey", word: "Inconclusive" },
  superseded: { mark: "chevrons", tone: "grey", word: "Superseded" },
};

export function ofWatch(watch: Watch, now: number): Shown {
  if (watch.verdict !== null) return VERDICTS[watch.verdict];
  return { mark: "ring", tone: "run", word: minuteOf(watch, now), progress: progressOf(watch, now) };
}
const progressOf = (watch: Watch, now: number) =>
  Math.min(0.98, (since(watch.began_at, now) ?? 0) / Math.max(1, watch.length_seconds));

/** `minute 6 of 20, called after 1 min 28 s`, `37 of 38 samples in 20 min` */
export function watchNote(watch: Watch, now: number): string {
  const { since: taken } = stripOf(watch);
  const running = watch.ended_at === null;
  const called = watch.bad_at === null ? null : (at(watch.bad_at) - at(watch.live_at)) / 1000;
  const length = Math.round(watch.length_seconds / 60);
  const samples = `${taken.length} of ${plural(watch.planned, "sample")} in ${length} min`;
  return [
    running ? (watch.verdict === null ? samples : minuteOf(watch, now)) : samples,
    ...(called === null || Number.isNaN(called) ? [] : [`called bad after ${exactSpan(called)}`]),
    ...(watch.recovered_at === null ? [] : ["recovered by itself"]),
    ...(watch.has_health_url ? [] : ["by processes, no health URL"]),
  ].join(", ");
}

/** Milliseconds in the middle of the answers; null where none came. */
export function medianOf(probes: readonly ProbeSample[]): number | null {
  const times = probes.flatMap((one) => (one.failed || one.milliseconds === null ? [] : [one.milliseconds]));
  const sorted = times.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length === 0) return null;
  return sorted.length % 2 === 1 ? sorted[middle]! : Math.round((sorted[middle - 1]! + sorted[middle]!) / 2);
}

/** The watch with its samples, where it is of this release. Only of the newest one they are kept at hand. */
export const watchOf = ({ watch }: Pick<Environment, "watch">, release: Pick<Release, "id">): Watch | null =>
  watch !== null && watch.release.id === release.id ? watch : null;

/** How the watch of a release stands; null where it was not watched. */
export function ofReleaseWatch(env: Pick<Environment, "watch">, release: Release, now: number): Shown | null {
  if (isFailed(release)) return { mark: "minus", tone: "grey", word: "Not live" };
  const { watch } = release;
  if (watch === null) return null;
  const own = watchOf(env, release);
  if (watch.verdict !== null) {
    const shown = VERDICTS[watch.verdict];
    return watch.after_trouble && watch.verdict === "good" ? { ...shown, word: "Good after trouble" } : shown;
  }
  if (own !== null) return ofWatch(own, now);
  return { mark: "ring", tone: "run", word: `${watch.taken} of ${watch.planned}`, progress: 0.5 };
}
