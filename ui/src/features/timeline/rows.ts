// The timeline as a table: a row for everything that the lanes draw, arcs as text. Pure.
import type { Commit, Environment, Pipeline, Release, ServiceView } from "../../ipc/types";
import type { MarkName, Tone } from "../../kit/shapes";
import { ofPipeline, ofRelease, title } from "../../presentation/state";
import { committedAt, factsOf, once, startedAt } from "./facts";

export type Opens =
  | { of: "pull request"; number: number }
  | { of: "pipeline"; id: string }
  | { of: "release"; environment: string; release: Release };
export interface Row {
  key: string;
  time: number;
  lane: string;
  mark: MarkName;
  tone: Tone;
  text: string;
  opens: Opens | null;
}

/** Newest first. Of what did not change the rows are the same ones again. */
export const rowsOf = once((service: ServiceView): Row[] => {
  const all = [
    ...service.main.map(ofCommit),
    ...service.pipelines.map(ofRun),
    ...service.environments.flatMap(ofEnvironment),
  ];
  return all.filter((row) => !Number.isNaN(row.time)).sort((a, b) => b.time - a.time);
});

const ofCommit = once((c: Commit): Row => {
  const number = c.pull_request;
  const name = number === null ? c.sha.slice(0, 7) : `#${number}`;
  return {
    key: `c${c.sha}`,
    time: committedAt(c),
    lane: "Merges on main",
    mark: "merged",
    tone: "grey",
    text: `${name} ${c.pull_request_title ?? c.title}${c.author ? `, by ${c.author}` : ""}`,
    opens: number === null ? null : { of: "pull request", number },
  };
});

const ofRun = once((p: Pipeline): Row => {
  const { mark, tone, word } = ofPipeline(p);
  return {
    key: `p${p.id}`,
    time: startedAt(p),
    lane: "Pipelines",
    mark,
    tone,
    text: `#${p.number} ${word}${p.title ? `: ${p.title}` : ""}`,
    opens: { of: "pipeline", id: p.id },
  };
});

/** Of the releases as they were told: a row depends on what was live before it. */
const madeOf = new WeakMap<Release[], { name: string; rows: Row[] }>();
function ofEnvironment({ name, releases }: Environment): Row[] {
  const known = madeOf.get(releases);
  if (known?.name === name) return known.rows;
  const rows: Row[] = [];
  let stayed: Release | null = null;
  for (let i = releases.length - 1; i >= 0; i--) {
    const release = releases[i]!;
    rows.push(ofOne(name, release, stayed));
    if (release.status === "succeeded") stayed = release;
  }
  rows.reverse();
  madeOf.set(releases, { name, rows });
  return rows;
}

function ofOne(environment: string, release: Release, stayed: Release | null): Row {
  const { mark, tone, word } = ofRelease(release);
  const { time, config, back } = factsOf(release);
  return {
    key: `r${environment}${release.id}`,
    time,
    lane: config.length > 0 ? `Config changes, ${environment}` : title(environment),
    mark,
    tone,
    text: `v${release.version}${what()}`,
    opens: { of: "release", environment, release },
  };

  function what(): string {
    if (release.status === "failed") return ` failed${stayed ? `, v${stayed.version} stayed` : ""}`;
    if (config.length > 0) return ` changed ${config.join(", ")}`;
    return back !== null && tone === "person" ? `, back on v${back}` : ` ${word.toLowerCase()}`;
  }
}

/** The first row that is not after this time. */
export const firstNotAfter = (rows: readonly Row[], time: number): number => first(rows, (row) => row.time <= time);
/** The first row that is before it. */
export const firstBefore = (rows: readonly Row[], time: number): number => first(rows, (row) => row.time < time);

function first(rows: readonly Row[], is: (row: Row) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (is(rows[mid]!)) high = mid;
    else low = mid + 1;
  }
  return low;
}
