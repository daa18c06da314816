// What the list of an environment's releases says of each, in words and in its accessible name. Pure.
import type { Environment, Release, ReleaseCause, ReleaseMark, ServiceView, WatchVerdict } from "../ipc/types";
import { keyed } from "../kit/keys";
import { liveCode } from "./liveCode";
import { codeOf } from "./rollback";
import { ofRelease, plural, rollbackOf, type Shown } from "./state";
import { at, clock, day, hourMinute, since, span } from "./time";

export type ReleaseKind = ReleaseCause["cause"] | "unknown";
export const kindOf = ({ cause }: Pick<Release, "cause">): ReleaseKind => cause?.cause ?? "unknown";

const KINDS: Record<ReleaseKind, string> = {
  deploy: "Deploy",
  rollback: "Rollback",
  config: "Config",
  add_on: "Add-on",
  promotion: "Promotion",
  other: "Other",
  unknown: "Unknown",
};
export const kindWord = (release: Pick<Release, "cause">): string => KINDS[kindOf(release)];

/** Kinds as they are filtered: each release is of one of them, so that the counts add up. */
export type KindFilter = "all" | "deploys" | "rollbacks" | "config" | "failed" | "other";

export const isFailed = ({ status }: Pick<Release, "status">): boolean => status === "failed" || status === "expired";

export function filterOf(release: Pick<Release, "cause" | "status">): Exclude<KindFilter, "all"> {
  if (isFailed(release)) return "failed";
  switch (kindOf(release)) {
    case "deploy":
    case "promotion":
      return "deploys";
    case "rollback":
      return "rollbacks";
    case "config":
    case "add_on":
      return "config";
    case "other":
    case "unknown":
      return "other";
  }
}

const FILTERS: [Exclude<KindFilter, "all">, string][] = [
  ["deploys", "Deploys"],
  ["rollbacks", "Rollbacks"],
  ["config", "Config, add-ons"],
  ["failed", "Failed"],
  ["other", "Other"],
];

/** With how many of each are loaded; other kinds only where there are some. */
export function kindChoices(releases: readonly Release[]): { value: KindFilter; text: string; count: number }[] {
  const counts = new Map<KindFilter, number>();
  for (const release of releases) {
    const kind = filterOf(release);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const choices = FILTERS.map(([value, text]) => ({ value, text, count: counts.get(value) ?? 0 }));
  return [
    { value: "all", text: "All", count: releases.length },
    ...choices.filter(({ value, count }) => value !== "other" || count > 0),
  ];
}

/** Whether the code of a release runs now, brought by another release. */
const runsNow = ({ current }: Pick<Environment, "current">, release: Release): boolean =>
  current !== null && release.id !== current.id && codeOf(release) === codeOf(current);

/** Only one is live, whatever the mark of another says. */
const marked = ({ current }: Pick<Environment, "current">, { id, mark }: Release): ReleaseMark =>
  mark === "live" && current !== null && current.id !== id ? "past" : mark;

/**
 * What it is now, in a word. A release of config alone takes no code's place. `old`: seconds since the environment was
 * read, where it could not be read again; what was live then is not green.
 */
export function stateOf(env: Pick<Environment, "current">, release: Release, old: number | null): Shown {
  const mark = marked(env, release);
  if (mark === "live" && old !== null) return { mark: "clock", tone: "grey", word: `Live ${span(old)} ago` };
  if (mark === "live") return { mark: "live", tone: "ok", word: "Live" };
  if (mark !== "past") return ofRelease(release);
  if (runsNow(env, release))
    return {
      mark: "live",
      tone: "grey",
      word: old === null ? "Its code is live" : `Its code was live ${span(old)} ago`,
    };
  if (env.current !== null && release.version < env.current.version)
    return { mark: "chevrons", tone: "grey", word: "Superseded" };
  return { mark: "live", tone: "grey", word: "Released" };
}

/** The mark before its kind: that of its state, or where that is nothing to look at, of its kind. */
export function markOf(
  env: Pick<Environment, "current">,
  release: Release,
  old: number | null,
): Pick<Shown, "mark" | "tone" | "progress"> {
  const mark = marked(env, release);
  if (mark !== "past" && mark !== "live") return ofRelease(release);
  const live = mark === "live";
  if (release.marked_bad !== null && !live) return { mark: "slash", tone: "grey" };
  if (live && old !== null) return { mark: "clock", tone: "grey" };
  switch (kindOf(release)) {
    case "rollback":
      return { mark: "back", tone: live ? "person" : "grey" };
    case "config":
      return { mark: "sliders", tone: live ? "ok" : "grey" };
    case "add_on":
      return { mark: "box", tone: live ? "ok" : "grey" };
    case "unknown":
      return live ? { mark: "live", tone: "ok" } : { mark: "unknown", tone: "grey" };
    case "deploy":
    case "promotion":
    case "other":
      return { mark: "live", tone: live ? "ok" : "grey" };
  }
}

/** What it brought: `text` is never cut, `title` gives way first. */
export interface Brought {
  text: string;
  title: string | null;
  more: string | null;
  /** Names of config vars: code, not words. */
  code: boolean;
  note: string | null;
}

export function broughtOf(release: Release, titleOf: (number: number) => string | null): Brought {
  const { cause, description, version } = release;
  const own = release.code_version;
  const note = own === null || own === version ? null : `code of v${own}`;
  const plain = { title: null, more: null, code: false, note };
  switch (cause?.cause) {
    case "rollback":
      return { ...plain, text: `Back on v${cause.to}`, note: own === cause.to ? null : note };
    case "config":
      return cause.names.length === 0
        ? { ...plain, text: "Config vars" }
        : { ...plain, text: "", title: cause.names.join(", "), code: true };
    case "add_on":
      return { ...plain, text: "", title: cause.name };
    case "other":
    case "promotion":
    case "deploy":
    case undefined: {
      const from = cause?.cause === "promotion" ? `from ${cause.from}` : note;
      const [first, ...rest] = release.pull_requests ?? [];
      if (first === undefined) {
        if (cause?.cause === "other" && description !== "") return { ...plain, text: "", title: description };
        const text = release.pull_requests === null ? "PRs not known" : "No PR";
        return { ...plain, text, title: description === "" ? null : description, note: from };
      }
      const more = rest.length === 0 ? null : `and ${rest.length} more`;
      return { ...plain, text: `#${first}`, title: titleOf(first), more, note: from };
    }
  }
}

/** Of the release command; null where none is known to have ended. */
export function commandSeconds(release: Release): number | null {
  if (release.output_url === null || release.status === "pending" || release.status === "unknown") return null;
  const seconds = (at(release.updated_at) - at(release.released_at)) / 1000;
  return seconds >= 0 && seconds < 3600 ? seconds : null;
}

/** Who made it, without the server of an address. */
export const whoOf = ({ user }: Pick<Release, "user">): string | null => user?.split("@")[0] ?? null;

/** `watch bad`, as a row says it aloud; null where it was not watched. */
function watchWords(watch: Release["watch"]): string | null {
  if (watch === null) return null;
  if (watch.verdict === null) return `watch ${watch.taken} of ${watch.planned}`;
  return `watch ${watch.verdict}${watch.verdict === "good" && watch.after_trouble ? " after trouble" : ""}`;
}

/** `Version 1847, deploy, 4 PRs, live, 14:39` */
export function releaseName(
  env: Pick<Environment, "current">,
  release: Release,
  old: number | null,
  marked: boolean,
): string {
  const { cause, version, code_version } = release;
  const kind = kindWord(release).toLowerCase();
  const count = release.pull_requests?.length ?? 0;
  const time = at(release.released_at);
  const parts = [
    `Version ${version}`,
    isFailed(release) ? `failed ${kind}` : kind === "unknown" ? "kind unknown" : kind,
    cause?.cause === "rollback" ? `back on version ${cause.to}` : null,
    cause?.cause === "config" && cause.names.length > 0 ? cause.names.join(", ") : null,
    cause?.cause === "add_on" ? cause.name : null,
    count === 0 ? null : plural(count, "PR"),
    code_version === null || code_version === version || cause?.cause === "rollback"
      ? null
      : `code of version ${code_version}`,
    isFailed(release) ? null : stateOf(env, release, old).word.toLowerCase(),
    isFailed(release) ? null : watchWords(release.watch),
    release.marked_bad === null ? null : "marked bad",
    Number.isNaN(time) ? "time not known" : hourMinute(time),
    marked ? "marked for comparing" : null,
  ];
  return parts.filter((part) => part !== null).join(", ");
}

/** Titles and authors of pull requests, each looked up once. */
export interface PullWords {
  title: string | null;
  author: string | null;
}
export function pullWords(service: Pick<ServiceView, "main" | "pull_requests">): Map<number, PullWords> {
  const words = new Map<number, PullWords>();
  for (const { pull_request, pull_request_title, pull_request_author, author } of service.main)
    if (pull_request !== null && !words.has(pull_request))
      words.set(pull_request, { title: pull_request_title, author: pull_request_author ?? author });
  for (const { number, title, author } of service.pull_requests) words.set(number, { title, author });
  return words;
}

/** Whether the filter wants it: version, number and title of a PR, person, commit, or what changed. */
export function matchesRelease(release: Release, filter: string, pulls: ReadonlyMap<number, PullWords>): boolean {
  const { cause } = release;
  const changed = cause?.cause === "config" ? cause.names.join(" ") : cause?.cause === "add_on" ? cause.name : "";
  const brought = (release.pull_requests ?? []).map((number) => {
    const words = pulls.get(number);
    return `#${number} ${words?.title ?? ""} ${words?.author ?? ""}`;
  });
  const text = [`v${release.version}`, release.commit, release.user, release.description, changed, ...brought]
    .join(" ")
    .toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export type ReleaseRow =
  { row: "day"; key: string; text: string; count: number } | { row: "release"; key: string; release: Release };

/** By day, in the order in which they came. */
export function releaseRows(releases: readonly Release[], now: number): ReleaseRow[] {
  const rows: ReleaseRow[] = [];
  let head: Extract<ReleaseRow, { row: "day" }> | null = null;
  // The day of the last row: most rows are of the same one.
  let [from, to] = [Number.NaN, Number.NaN];
  for (const { key, item: release } of keyed(releases, (one) => one.id)) {
    const time = at(release.released_at);
    const same = Number.isNaN(time) ? Number.isNaN(from) : time >= from && time < to;
    if (head === null || !same) {
      const date = new Date(time);
      const midnight = (more: number) => new Date(date.getFullYear(), date.getMonth(), date.getDate() + more).getTime();
      [from, to] = [midnight(0), midnight(1)];
      head = { row: "day", key: `day ${from}`, text: dayWords(time, now), count: 0 };
      rows.push(head);
    }
    head.count += 1;
    rows.push({ row: "release", key: `release ${key}`, release });
  }
  return rows;
}

/** `Today, Mon 23 Nov`, `Fri 20 Nov`, of another year `Fri 21 Nov 2025`. */
export function dayWords(time: number, now: number): string {
  if (Number.isNaN(time)) return "Time not known";
  const [date, today] = [new Date(time), new Date(now)];
  if (date.toDateString() === today.toDateString()) return `Today, ${day(time)}`;
  return date.getFullYear() === today.getFullYear() ? day(time) : `${day(time)} ${date.getFullYear()}`;
}

/** The release that went live before it; null where none is loaded. */
const succeededBefore = (releases: readonly Release[], release: Release): Release | null =>
  releases.find((one) => one.version < release.version && one.status === "succeeded") ?? null;

/** `live 11:24 to 14:39`, of a failed one which release stayed; null where it is not known. */
export function liveWords(env: Environment, release: Release, now: number): string | null {
  if (isFailed(release)) {
    const stayed = succeededBefore(env.releases, release);
    return stayed === null ? "never live" : `never live, v${stayed.version} stayed`;
  }
  if (release.status !== "succeeded") return null;
  const from = at(release.released_at);
  if (Number.isNaN(from)) return null;
  if (release.id === env.current?.id) return `live since ${moment(from, now)}`;
  const next = env.releases.findLast((one) => one.version > release.version && one.status === "succeeded");
  const until = at(next?.released_at);
  const begin = moment(from, now);
  if (Number.isNaN(until)) return `live from ${begin}`;
  const sameDay = new Date(from).toDateString() === new Date(until).toDateString();
  return `live ${begin} to ${sameDay ? hourMinute(until) : moment(until, now)}`;
}
const moment = (time: number, now: number) => {
  const today = new Date(time).toDateString() === new Date(now).toDateString();
  return today ? hourMinute(time) : `${dayWords(time, now)}, ${hourMinute(time)}`;
};

/** What stands under the sentence. */
export function releaseFacts(env: Environment, complete: boolean, now: number): string[] {
  const { releases } = env;
  if (releases.length === 0) return [env.app];
  const failed = releases.filter(isFailed).length;
  const back = releases.filter((one) => rollbackOf(one) !== null && one.status === "succeeded").length;
  const bad = releases.filter((one) => one.marked_bad !== null).length;
  const oldest = at(releases.at(-1)?.released_at);
  const reach = complete
    ? "all there are"
    : Number.isNaN(oldest)
      ? "older ones not loaded"
      : `back to ${dayWords(oldest, now)}`;
  return [
    `${releases.length} ${env.name} ${releases.length === 1 ? "release" : "releases"}`,
    reach,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(back > 0 ? [`${back} rolled back`] : []),
    ...(bad > 0 ? [`${bad} marked bad`] : []),
  ];
}

/** `v1846 is live for 3 h 12 min`. `old`: seconds since it was read, where it could not be read again. */
export function releasesSentence(env: Environment, complete: boolean, old: number | null, now: number): string {
  const { current, releases } = env;
  if (releases.length === 0) return complete ? "No release yet" : "No release was read yet";
  const code = liveCode(env);
  if (current === null || code === null) return "Which release is live is not known";
  const version = `v${code.version}`;
  if (old !== null) return `${version} was live ${span(old)} ago, and was not read since`;
  const words = LIVE[current.mark];
  const age = since(code.since, now);
  const how = age === null ? "" : age < 6 * 3600 ? ` for ${span(age)}` : ` since ${clock(at(code.since), now)}`;
  const also = [
    code.now === null ? null : `now v${code.now}`,
    words ?? null,
    ...releases.filter((one) => one.version > current.version).map((one) => `v${one.version} ${newer(one)}`),
  ];
  const sentence = [`${version} is live${how}`, ...also.filter((part) => part !== null)].join(", ");
  const watched = releases.find((one) => one.version === code.version)?.watch?.verdict ?? null;
  return watched === null ? sentence : `${sentence}. ${WATCHED[watched]}`;
}
const WATCHED: Record<WatchVerdict, string> = {
  good: "Its watch was good.",
  bad: "Its watch is bad.",
  inconclusive: "Its watch was inconclusive.",
  superseded: "Its watch did not end.",
};
const LIVE: Partial<Record<ReleaseMark, string>> = {
  crashing: "and crashing",
  restarting: "and restarting",
  degraded: "and degraded",
  live_unknown: "its health is not known",
};
const newer = ({ status }: Release): string =>
  ({ pending: "is being released", failed: "failed", expired: "expired", unknown: "is unknown", succeeded: "follows" })[
    status
  ];
