// Jobs as lanes: shards merged, starts and ends known or forecast. Pure; times in milliseconds.
import type { Job, JobStatus, Pipeline } from "../../ipc/types";
import { at } from "../../presentation/time";

export interface Lane {
  key: string;
  /** `unit ×2` */
  label: string;
  /** `unit` */
  name: string;
  workflow: string;
  jobs: Job[];
  status: JobStatus;
  start: number | null;
  /** When it ended; null while it may still move. */
  end: number | null;
  usual: number | null;
  /** Ids of the lanes it waits for. */
  needs: string[];
  hold: boolean;
  /** Where it would start and end, from history; null without an estimate. */
  forecastStart: number | null;
  forecastEnd: number | null;
}

const shard = /^(.+?)[-_ ]?(\d+)(?:\/\d+)?$/;

const urgency: JobStatus[] = ["failed", "running", "on_hold", "unknown", "queued", "canceled", "passed", "skipped"];

/** One lane per job; jobs that differ only by a shard's number share one. */
export function lanes(pipeline: Pick<Pipeline, "jobs">, now: number): Lane[] {
  const groups = new Map<string, Job[]>();
  const count = new Map<string, number>();
  for (const job of pipeline.jobs) count.set(baseKey(job), (count.get(baseKey(job)) ?? 0) + 1);
  for (const job of pipeline.jobs) {
    const key = (count.get(baseKey(job)) ?? 0) > 1 ? baseKey(job) : `${job.workflow}/${job.id}`;
    groups.set(key, [...(groups.get(key) ?? []), job]);
  }
  const laneOf = new Map<string, string>();
  for (const [key, jobs] of groups) for (const job of jobs) laneOf.set(job.id, key);
  const made = [...groups].map(([key, jobs]) => lane(key, jobs, laneOf));
  forecast(made, now);
  return made.sort((a, b) => rank(a) - rank(b) || made.indexOf(a) - made.indexOf(b));
}

function baseKey(job: Job): string {
  const base = job.approval_id === null ? shard.exec(job.name)?.[1] : undefined;
  return base === undefined ? `${job.workflow}/${job.id}` : `${job.workflow}/${base}#`;
}

function lane(key: string, jobs: Job[], laneOf: Map<string, string>): Lane {
  const first = jobs[0]!;
  const name = jobs.length > 1 ? (shard.exec(first.name)?.[1] ?? first.name) : first.name;
  const known = (times: number[]) => times.filter((t) => !Number.isNaN(t));
  const starts = known(jobs.map((j) => at(j.started_at)));
  const ends = known(jobs.map((j) => at(j.stopped_at)));
  const usuals = jobs.flatMap((j) => j.usual_seconds ?? []);
  const status = urgency.find((s) => jobs.some((j) => j.status === s)) ?? "unknown";
  const over = jobs.every((j) => ["passed", "failed", "canceled", "skipped"].includes(j.status));
  const needs = new Set(jobs.flatMap((j) => j.dependencies).flatMap((id) => laneOf.get(id) ?? []));
  needs.delete(key);
  return {
    key,
    name,
    label: jobs.length > 1 ? `${name} ×${jobs.length}` : name,
    workflow: first.workflow,
    jobs,
    status,
    needs: [...needs],
    start: starts.length > 0 ? Math.min(...starts) : null,
    end: over && ends.length > 0 ? Math.max(...ends) : null,
    usual: usuals.length > 0 ? Math.max(...usuals) : null,
    hold: first.approval_id !== null || first.status === "on_hold",
    forecastStart: null,
    forecastEnd: null,
  };
}

function forecast(all: Lane[], now: number) {
  const by = new Map(all.map((l) => [l.key, l]));
  const ends = new Map<string, number | null>();
  const end = (one: Lane, depth: number): number | null => {
    const known = ends.get(one.key);
    if (known !== undefined) return known;
    let result: number | null;
    if (one.end !== null) result = one.end;
    else if (one.start !== null && one.status !== "on_hold")
      result = one.usual === null ? null : Math.max(now, one.start + one.usual * 1000);
    // A cycle can only come from a broken answer.
    else if (depth > all.length) result = null;
    else {
      let start: number | null = now;
      for (const key of one.needs) {
        const before = by.get(key);
        const ended: number | null = before ? end(before, depth + 1) : now;
        start = start === null || ended === null ? null : Math.max(start, ended);
      }
      one.forecastStart = start;
      const own = one.hold ? 0 : one.usual;
      result = start === null || own === null ? null : start + own * 1000;
    }
    one.forecastEnd = result;
    ends.set(one.key, result);
    return result;
  };
  for (const one of all) end(one, 0);
}

function rank(one: Lane): number {
  return one.start ?? one.forecastStart ?? Number.MAX_SAFE_INTEGER;
}

/** Seconds of the lane so far. */
export function elapsed(one: Lane, now: number): number | null {
  if (one.start === null) return null;
  return Math.max(0, ((one.end ?? now) - one.start) / 1000);
}

export interface Scale {
  from: number;
  to: number;
  ticks: { at: number; seconds: number }[];
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600];

/** The axis of a pipeline: from its start to its expected end, with about five ticks. */
export function scale(
  pipeline: Pick<Pipeline, "created_at" | "eta_seconds"> & Partial<Pick<Pipeline, "run_started_at">>,
  all: Lane[],
  now: number,
): Scale {
  const starts = all.flatMap((l) => l.start ?? []);
  const created = at(pipeline.run_started_at ?? pipeline.created_at);
  const from = Number.isNaN(created) ? Math.min(now, ...starts) : Math.min(created, ...starts);
  const usualEnds = all.flatMap((l) => (l.start !== null && l.usual !== null ? l.start + l.usual * 1000 : []));
  const ends = all.flatMap((l) => l.end ?? l.forecastEnd ?? (l.start !== null ? now : []));
  const eta = pipeline.eta_seconds === null ? [] : [now + pipeline.eta_seconds * 1000];
  const to = Math.max(from + 1000, ...ends, ...usualEnds, ...eta);
  const length = (to - from) / 1000;
  const step = steps.find((s) => length / s <= 5) ?? length / 5;
  const ticks = Array.from({ length: Math.floor(length / step) + 1 }, (_, i) => ({
    at: from + i * step * 1000,
    seconds: i * step,
  }));
  return { from, to, ticks };
}

/** Lanes in columns by their depth of dependencies, for the graph. */
export function columns(all: Lane[]): Lane[][] {
  const by = new Map(all.map((l) => [l.key, l]));
  const depths = new Map<string, number>();
  const depth = (one: Lane, guard: number): number => {
    const known = depths.get(one.key);
    if (known !== undefined) return known;
    const before = guard > all.length ? [] : one.needs.flatMap((key) => by.get(key) ?? []);
    const result = before.reduce((most, b) => Math.max(most, depth(b, guard + 1) + 1), 0);
    depths.set(one.key, result);
    return result;
  };
  const made: Lane[][] = [];
  for (const one of all) {
    const at = depth(one, 0);
    (made[at] ??= []).push(one);
  }
  return made.filter((column) => column !== undefined);
}
