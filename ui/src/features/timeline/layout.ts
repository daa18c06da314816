// What the timeline draws between two times. Pure: only what is visible, crowds as counts.
import type { Environment, Pipeline, Release, ServiceView } from "../../ipc/types";
import { isMoving } from "../../presentation/state";
import { byVersion, committedAt, edgeOf, factsOf, startedAt, stoppedAt, type Edge } from "./facts";
import { scaleOf, type Frame } from "./scale";

export interface Dot {
  key: string;
  x: number;
  label: string | null;
  /** The label stands left of it, where it would run out of the frame. */
  before: boolean;
  count: number;
  title: string;
}
export interface Run {
  key: string;
  x0: number;
  x1: number;
  kind: "ok" | "run" | "warn" | "grey";
  /** Where the forecast ends; null for none. */
  ahead: number | null;
  label: string | null;
  before: boolean;
  count: number;
  title: string;
  id: string;
}
export interface Segment {
  key: string;
  x0: number;
  x1: number;
  /** The worst that is in it. */
  edge: Edge;
  /** How the newest of it is, which lasts until the next segment. */
  body: Edge;
  label: string | null;
  /** More than one release in it. */
  count: number;
  current: boolean;
  /** The newest. */
  release: Release;
  /** The one that its edge is of. */
  worst: Release;
  /** The newest that went back to an earlier one. */
  back: Release | null;
}
export interface Failure {
  key: string;
  x: number;
  label: string | null;
  /** More than one failed release, too close to be told apart. */
  count: number;
  /** The newest of them. */
  release: Release;
}
export interface Arc {
  key: string;
  from: number;
  to: number;
}
export interface EnvironmentLane {
  name: string;
  segments: Segment[];
  failures: Failure[];
  arcs: Arc[];
  forecast: { x0: number; x1: number } | null;
}

/** Pixels of the mark of a failure, and of the narrowest pipeline. */
const MARK = 14;
const BAR = 3;
const CROWD = 7;
const LABEL = 44;

export function merges(service: ServiceView, frame: Frame): Dot[] {
  const x = scaleOf(frame);
  const found = service.main.flatMap((c) => {
    const time = committedAt(c);
    return time >= frame.from && time <= frame.to ? [{ time, number: c.pull_request, title: c.title, sha: c.sha }] : [];
  });
  found.sort((a, b) => a.time - b.time);
  const dots: Dot[] = [];
  for (const one of found) {
    const at = x(one.time);
    const last = dots[dots.length - 1];
    const name = one.number === null ? one.sha.slice(0, 7) : `#${one.number}`;
    if (last && at - last.x < 16) {
      last.count += 1;
      last.title += `\n${name} ${one.title}`;
    } else dots.push({ key: one.sha, x: at, label: name, before: false, count: 1, title: `${name} ${one.title}` });
  }
  return spread(dots, frame);
}

export function configs(service: ServiceView, frame: Frame): Dot[] {
  const x = scaleOf(frame);
  const found = service.environments.flatMap((env) =>
    visible(env.releases, frame).flatMap((r) => {
      const { time, config: names } = factsOf(r);
      return names.length === 0
        ? []
        : [{ time, text: `${names.join(", ")} on ${env.name}`, key: `${env.name}-${r.version}` }];
    }),
  );
  found.sort((a, b) => a.time - b.time);
  const dots: Dot[] = [];
  for (const one of found) {
    const at = x(one.time);
    if (at < 0) continue;
    const last = dots[dots.length - 1];
    if (last && at - last.x < 16) {
      last.count += 1;
      last.title += `\n${one.text}`;
    } else dots.push({ key: one.key, x: at, label: one.text, before: false, count: 1, title: one.text });
  }
  return spread(dots, frame);
}

export function runs(service: ServiceView, frame: Frame): Run[] {
  const x = scaleOf(frame);
  const made: Run[] = [];
  const dense = service.pipelines.length > frame.width / 20;
  for (let i = service.pipelines.length - 1; i >= 0; i--) {
    const p = service.pipelines[i]!;
    const start = startedAt(p);
    if (Number.isNaN(start)) continue;
    const moving = isMoving(p);
    const end = moving ? frame.now : stoppedAt(p);
    const ahead = moving && p.eta_seconds !== null ? frame.now + p.eta_seconds * 1000 : null;
    if ((ahead ?? end) < frame.from || start > frame.to) continue;
    const run: Run = {
      key: p.id,
      id: p.id,
      x0: x(start),
      x1: Math.max(x(start) + BAR, x(end)),
      kind: kindOf(p),
      count: 1,
      ahead: ahead === null ? null : x(ahead),
      label: `#${p.number}`,
      before: false,
      title: `#${p.number} ${p.title ?? ""}`.trim(),
    };
    const last = made[made.length - 1];
    if (last && last.kind === run.kind && run.kind === "ok" && run.x0 - last.x1 < 2 && run.x1 - last.x0 < 24) {
      last.x1 = run.x1;
      last.count += 1;
      last.label = null;
    } else if (dense && last && last.kind !== "run" && run.kind !== "run" && run.x1 - last.x0 < CROWD)
      overlaid(last, run);
    else made.push(run);
  }
  let taken = 0;
  made.forEach((run, i) => {
    const end = Math.max(run.x1, run.ahead ?? 0);
    if (run.label !== null) {
      const need = run.label.length * 7 + (run.kind === "warn" ? 30 : 12);
      run.before = (made[i + 1]?.x0 ?? frame.width) - end < need && run.x0 - taken >= need;
      if (!run.before && (made[i + 1]?.x0 ?? frame.width) - end < need) run.label = null;
      taken = end + (run.label === null || run.before ? 0 : need);
    } else taken = end;
  });
  return made;
}

/** Too close to be told apart: one bar, of what went wrong where something did. */
function overlaid(last: Run, run: Run) {
  const count = last.count + 1;
  const shown = last.kind === "warn" && run.kind !== "warn" ? { ...last } : run;
  Object.assign(last, shown, { key: last.key, x0: last.x0, x1: Math.max(last.x1, run.x1), count, label: null });
}

function kindOf(p: Pipeline): Run["kind"] {
  if (p.status === "failed" || p.status === "failing") return "warn";
  if (p.status === "passed") return "ok";
  return isMoving(p) ? "run" : "grey";
}

/** Releases that touch the frame, oldest first: binary search, since there may be ten thousand. */
export function visible(newestFirst: Release[], frame: Frame): Release[] {
  const first = bound(newestFirst, frame.to);
  let last = bound(newestFirst, frame.from);
  // The one that was live when the frame begins.
  while (last < newestFirst.length && newestFirst[last]!.status !== "succeeded") last++;
  return newestFirst.slice(first, last + 1).reverse();
}

/** Those of one stretch of time, newest first. */
export const released = (newestFirst: Release[], from: number, to: number): Release[] =>
  newestFirst.slice(bound(newestFirst, to), bound(newestFirst, from - 1));

/** The first index whose release is not after `time`. */
function bound(newestFirst: Release[], time: number): number {
  let low = 0;
  let high = newestFirst.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (factsOf(newestFirst[mid]!).time > time) low = mid + 1;
    else high = mid;
  }
  return low;
}

export function environmentLane(env: Environment, frame: Frame, ahead: number | null): EnvironmentLane {
  const x = scaleOf(frame);
  const segments: Segment[] = [];
  const failures: Failure[] = [];
  const shown = visible(env.releases, frame);
  for (const release of shown) {
    const { time, config } = factsOf(release);
    if (release.status === "failed") addFailure(failures, release, Math.max(0, x(time)));
    else if (release.status === "succeeded" && config.length === 0)
      addSegment(segments, release, Math.max(0, x(time)), frame, shown.length);
  }
  const end = Math.min(frame.width, x(frame.now));
  const last = segments[segments.length - 1];
  if (last) {
    last.x1 = Math.max(last.x0, end);
    last.current = timeOf(shown[shown.length - 1]) >= timeOf(env.releases[0]);
    if (last.current && env.current) {
      last.body = edgeOf({ ...last.release, mark: env.current.mark });
      const isWorse = WORST.indexOf(last.body) > WORST.indexOf(last.edge);
      if (last.count > 1 && isWorse) last.worst = last.release;
      if (last.count === 1 || isQuiet(last.edge) || isWorse) last.edge = last.body;
    }
  }
  labels(segments, failures, frame);
  const forecastAt = ahead === null ? null : x(ahead);
  return {
    name: env.name,
    segments,
    failures,
    arcs: arcs(env, segments, frame),
    forecast:
      forecastAt === null || forecastAt > frame.width - 4
        ? null
        : { x0: Math.max(forecastAt, end + 2), x1: Math.min(frame.width, Math.max(forecastAt, end + 2) + 44) },
  };
}

const timeOf = (release: Release | undefined): number => (release ? factsOf(release).time : Number.NaN);

function addFailure(failures: Failure[], release: Release, x: number) {
  const last = failures[failures.length - 1];
  if (x <= 0) return;
  if (last && x - last.x < MARK) {
    last.count += 1;
    last.release = release;
  } else failures.push({ key: release.id, x, label: null, count: 1, release });
}

function addSegment(segments: Segment[], release: Release, x0: number, frame: Frame, shown: number) {
  const { edge, back } = factsOf(release);
  const last = segments[segments.length - 1];
  // Too many to tell apart: bins wide enough for their count. What went wrong, and what went back, is never lost in
  // them; only where it lies on top of another one do they share an edge, which is that of the worst.
  const dense = shown > frame.width / 20;
  const quiet = back === null && isQuiet(edge);
  // Times that a platform tells out of order never gather what lies far apart.
  const near = last ? Math.abs(x0 - last.x0) : Infinity;
  const joins = quiet && last && isQuiet(last.edge) ? near < (dense ? LABEL : CROWD) : dense && near < CROWD;
  if (last && joins) {
    last.count += 1;
    last.release = release;
    last.body = edge;
    if (back !== null) last.back = release;
    if (WORST.indexOf(edge) >= WORST.indexOf(last.edge)) {
      last.edge = edge;
      last.worst = release;
    }
    return;
  }
  if (last) last.x1 = x0;
  segments.push({
    key: release.id,
    x0,
    x1: frame.width,
    edge,
    body: edge,
    label: null,
    count: 1,
    current: false,
    release,
    worst: release,
    back: back === null ? null : release,
  });
}

const WORST: readonly Edge[] = ["grey", "ok", "person", "warn", "hurt"];
const isQuiet = (edge: Edge) => edge === "ok" || edge === "grey";

function labels(segments: Segment[], failures: Failure[], frame: Frame) {
  for (const segment of segments) {
    const { back } = factsOf(segment.release);
    const first = failures.find((f) => f.x > segment.x0 && f.x < segment.x1);
    const room = (first?.x ?? segment.x1) - segment.x0;
    const full = back === null ? `v${segment.release.version}` : `v${segment.release.version}, back on v${back}`;
    const text = segment.count > 1 ? `${segment.count} releases` : full;
    const least = segment.count > 1 ? 0 : LABEL;
    if (room >= Math.max(least, text.length * 7 + 10)) segment.label = text;
    else if (segment.count > 1 && room >= 24) segment.label = `${segment.count}`;
    else if (room >= LABEL && segment.count === 1) segment.label = `v${segment.release.version}`;
  }
  failures.forEach((failure, i) => {
    const on = segments.find((s) => s.x0 <= failure.x && failure.x < s.x1);
    const room = Math.min(failures[i + 1]?.x ?? frame.width, on?.x1 ?? frame.width) - failure.x;
    if (failure.count > 1) {
      const text = `${failure.count} failed`;
      failure.label = room > text.length * 6.4 + 24 ? text : room > 36 ? `×${failure.count}` : null;
      return;
    }
    const text =
      on && on.count === 1
        ? `v${failure.release.version} failed, v${on.release.version} stayed`
        : `v${failure.release.version} failed`;
    if (room > text.length * 6.4 + 24) failure.label = text;
    else if (room > 120) failure.label = `v${failure.release.version} failed`;
  });
}

function arcs(env: Environment, segments: Segment[], frame: Frame): Arc[] {
  const x = scaleOf(frame);
  return segments.flatMap((segment) => {
    const back = segment.back === null ? null : factsOf(segment.back).back;
    if (back === null || segment.x0 <= 0) return [];
    const target = byVersion(env.releases).get(back);
    const to = target ? Math.max(0, x(factsOf(target).time)) : segment.x0;
    // Too short to be an arc: the edge's colour says it.
    return segment.x0 - to > 14 ? [{ key: segment.key, from: segment.x0, to }] : [];
  });
}

/**
 * A label stands right of its mark, else left of it, and is left out where it would run into another mark or out
 * of the frame; a count says how many a mark stands for.
 */
function spread(dots: Dot[], frame: Frame): Dot[] {
  let taken = 0;
  dots.forEach((dot, i) => {
    if (dot.count > 1) dot.label = dot.count > 9 ? `${dot.count}` : `×${dot.count}`;
    const need = (dot.label?.length ?? 0) * 7 + 26;
    const right = (dots[i + 1]?.x ?? frame.width) - dot.x >= need;
    dot.before = !right && dot.x - taken >= need;
    if (!right && !dot.before) dot.label = null;
    taken = dot.x + (right ? need : 10);
  });
  return dots;
}
