// How records of incidents are shown. Pure.
import type {
  DecisionOption,
  EntryKind,
  Incident,
  IncidentEntry,
  IncidentSummary,
  IncidentTimes,
  IncidentView,
  LeftChange,
} from "../ipc/types";
import type { IconName, MarkName, Tone } from "../kit/shapes";
import { distinct } from "../kit/keys";
import { plural, title } from "./state";
import { about, at, between, day, dayOfMonth, exactSpan, hourMinute, span, weekday } from "./time";

const DAY = 86_400_000;
const RECENT = 90 * DAY;
/** Milliseconds between what happened and its recording from which on both are shown. */
const APART = 60_000;

/** Text that Slipway or a person may have put down: a mark for its kind, never for its words. */
export type EntryMark = { mark: MarkName; tone: Tone } | { icon: IconName };

const KIND_MARKS: Record<EntryKind, EntryMark> = {
  bad_live: { mark: "live", tone: "grey" },
  signal: { mark: "cross", tone: "warn" },
  alert: { icon: "bell" },
  plan_opened: { icon: "eye" },
  acknowledged: { icon: "eye" },
  decided: { mark: "back", tone: "person" },
  sent: { mark: "minus", tone: "grey" },
  live: { mark: "live", tone: "ok" },
  verified: { mark: "check", tone: "ok" },
  revert_opened: { icon: "revert" },
  revert_merged: { mark: "merged", tone: "grey" },
  revert_live: { mark: "live", tone: "ok" },
  stopped: { mark: "pause", tone: "person" },
  pin_set: { mark: "pin", tone: "person" },
  pin_ended: { mark: "pin", tone: "grey" },
  pin_violated: { mark: "triangle", tone: "warn" },
  config: { mark: "sliders", tone: "grey" },
  watch: { mark: "clock", tone: "grey" },
  note: { mark: "bubble", tone: "grey" },
  closed: { mark: "check", tone: "grey" },
  reopened: { mark: "triangle", tone: "warn" },
  failed: { mark: "cross", tone: "warn" },
  event: { mark: "minus", tone: "grey" },
};

/** What the eye looks for first. */
const TURNS: ReadonlySet<EntryKind> = new Set<EntryKind>([
  "bad_live",
  "decided",
  "live",
  "revert_live",
  "note",
  "pin_violated",
]);
export const isTurn = (kind: EntryKind): boolean => TURNS.has(kind);

/** `first`: the first signal of the record; red where production is hurt by it. */
export function markOfEntry(kind: EntryKind, first: boolean, production: boolean): EntryMark {
  if (kind === "signal" && first && production) return { mark: "hurt", tone: "hurt" };
  return KIND_MARKS[kind];
}

export const firstSignal = (timeline: readonly IncidentEntry[]): IncidentEntry | null =>
  timeline.find((entry) => entry.kind === "signal") ?? null;

/** `14:39:14`, or `14:41` of a whole minute. */
export function clockTime(time: string): string {
  const date = new Date(at(time));
  const seconds = date.getSeconds();
  return `${hourMinute(date.getTime())}${seconds === 0 ? "" : `:${String(seconds).padStart(2, "0")}`}`;
}

const sameDay = (one: string, other: string) => new Date(at(one)).toDateString() === new Date(at(other)).toDateString();

/** `Thu 19 Nov`, where an entry is the first one of another day than the one before it. */
export function dayBefore(entry: IncidentEntry, previous: IncidentEntry | undefined, opened: string): string | null {
  const before = previous?.happened_at ?? opened;
  return sameDay(entry.happened_at, before) ? null : day(at(entry.happened_at));
}

/** `×14 until 14:46` */
export const times = (entry: IncidentEntry): string | null =>
  entry.count > 1 ? `×${entry.count} until ${clockTime(entry.last_at)}` : null;

export function firstValue(entry: IncidentEntry): { happened_at: string; text: string } {
  return entry.edits[0] ?? entry;
}

/** What is known of an entry beside what it says: when it was recorded, and what it was before it was edited. */
export function entryFacts(entry: IncidentEntry): string[] {
  const facts: string[] = [];
  if (Math.abs(at(entry.recorded_at) - at(entry.happened_at)) >= APART)
    facts.push(`recorded ${timeOfEdit(entry.recorded_at, entry.happened_at)}`);
  const last = entry.edits.at(-1);
  if (last === undefined) return facts;
  const first = firstValue(entry);
  const was = [
    first.happened_at === entry.happened_at ? [] : [timeOfEdit(first.happened_at, entry.happened_at)],
    first.text === entry.text ? [] : [`“${first.text}”`],
  ].flat();
  facts.push(`edited by ${last.by}${was.length === 0 ? "" : `, first ${was.join(" ")}`}`);
  return facts;
}

/** The time, with the day where it is not that of the other one. */
export const timeOfEdit = (time: string, beside: string): string =>
  sameDay(time, beside) ? clockTime(time) : `${day(at(time))}, ${clockTime(time)}`;

/** As it stands in the field of an edit. */
export function editable(time: string, opened: string): string {
  if (sameDay(time, opened)) return clockTime(time);
  const date = new Date(at(time));
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clockTime(time)}`;
}

/** What a person has typed, on the day of `on` unless it names another; null: no time. */
export function typedTime(text: string, on: string): string | null {
  const parts = /^(?:(\d{4})-(\d{2})-(\d{2})\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text.trim());
  if (!parts) return null;
  const base = new Date(at(on));
  const [year, month, date] = parts[1]
    ? [Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])]
    : [base.getFullYear(), base.getMonth(), base.getDate()];
  const [hour, minute, second] = [Number(parts[4]), Number(parts[5]), Number(parts[6] ?? 0)];
  const time = new Date(year, month, date, hour, minute, second);
  const same =
    time.getFullYear() === year &&
    time.getMonth() === month &&
    time.getDate() === date &&
    time.getHours() === hour &&
    time.getMinutes() === minute &&
    time.getSeconds() === second;
  return same ? time.toISOString() : null;
}

export interface Figure {
  key: keyof IncidentTimes;
  words: string;
  /** Null: not known. */
  seconds: number | null;
  /** It goes on: the clock is counted in. */
  running: boolean;
  /** It has not begun, and still may. */
  ahead: boolean;
}

/** The four figures; those that are not over yet run with the clock, where their beginning is known. */
export function figures({ incident, times, marks }: IncidentView, now: number): Figure[] {
  const open = incident.close === null;
  const { bad_live: bad, first_signal: signal, decided } = marks;
  type Beginning = { from: string | null; goesOn: boolean; ahead: boolean };
  const figure = (key: Figure["key"], words: string, { from, goesOn, ahead }: Beginning): Figure => {
    const known = times[key];
    const runs = known === null && open && goesOn && from !== null;
    const seconds = runs ? Math.max(0, (now - at(from)) / 1000) : known;
    return { key, words, seconds, running: runs, ahead: seconds === null && open && ahead };
  };
  return [
    figure("detect", "to detect", { from: null, goesOn: false, ahead: bad !== null && signal === null }),
    figure("decide", "to decide", { from: signal, goesOn: decided === null, ahead: decided === null }),
    figure("recover", "to recover", { from: decided, goesOn: true, ahead: decided === null }),
    figure("total", "in all", { from: bad, goesOn: true, ahead: false }),
  ];
}

/** `58 seconds`, `6 minutes 9`, `3 hours 12 minutes`: as it is said aloud. */
export function spoken(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return plural(whole, "second");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${plural(minutes, "minute")}${whole % 60 === 0 ? "" : ` ${whole % 60}`}`;
  const hours = Math.floor(minutes / 60);
  return `${plural(hours, "hour")}${minutes % 60 === 0 ? "" : ` ${plural(minutes % 60, "minute")}`}`;
}

const PENDING: Record<Figure["key"], string> = {
  detect: "detected",
  decide: "decided",
  recover: "recovered",
  total: "over",
};

/** `58 seconds to detect, 6 minutes 9 to decide, 41 seconds to recover` */
export function barName(all: readonly Figure[]): string {
  return all
    .filter((one) => one.key !== "total")
    .map((one) => {
      if (one.seconds === null) return one.ahead ? `not yet ${PENDING[one.key]}` : `time ${one.words} not known`;
      return `${spoken(one.seconds)} ${one.words}${one.running ? " so far" : ""}`;
    })
    .join(", ");
}

export const figureWords = (one: Figure): string =>
  one.seconds !== null ? exactSpan(one.seconds) : one.ahead ? "not yet" : "not known";

const where = (incident: Incident) =>
  incident.production ? incident.service : `${incident.environment} of ${incident.service}`;

/** Seconds for which users were or are hurt; null where they were not, or that is not known. */
function hurtFor({ incident, hurt_since, hurt_seconds }: IncidentView, now: number): number | null {
  if (hurt_seconds !== null || hurt_since === null || incident.close !== null) return hurt_seconds;
  return Math.max(0, (now - at(hurt_since)) / 1000);
}

/** The sentence of a record. */
export function recordSentence(view: IncidentView, now: number): string {
  const { incident } = view;
  const name = nameOfRecord(incident);
  const seconds = hurtFor(view, now);
  if (incident.close === null) {
    if (incident.asks_since !== null) return `${name}: nothing more happened for a day. Is it over?`;
    // Good code may be live while the record waits for its watch.
    const hurt = seconds === null ? "" : `, hurt for ${span(seconds)}${view.hurt_seconds === null ? " so far" : ""}`;
    return `${name} is open: ${incident.title}${hurt}.`;
  }
  if (view.hurt_since === null) return `${name}: ${incident.title}.`;
  return seconds === null
    ? `${name}: how long ${where(incident)} was hurt is not known.`
    : `${name}: ${where(incident)} was hurt for ${span(seconds)}.`;
}

/** What stands under the sentence. */
export function recordFacts({ incident, timeline, marks, hurt_since, edited }: IncidentView): string[] {
  const began = marks.bad_live ?? hurt_since ?? incident.opened_at;
  const period =
    marks.good_live === null || at(marks.good_live) < at(began)
      ? `${day(at(began))}, ${incident.close === null ? "since " : ""}${hourMinute(at(began))}`
      : between(at(began), at(marks.good_live));
  // What the sentence does not name.
  const named = incident.close !== null && hurt_since !== null;
  const facts = [period, named ? incident.title : incident.service, incident.environment];
  if (incident.close !== null) {
    const { at: closed, by, reason } = incident.close;
    facts.push(
      `closed ${timeOfEdit(closed, began)}${by === null ? "" : ` by ${by}`}${reason === "" ? "" : `: ${reason}`}`,
    );
    if (hurt_since === null) facts.push("not hurt");
  } else if (incident.acknowledged !== null) {
    const { by, at: time } = incident.acknowledged;
    facts.push(`acknowledged by ${by} ${timeOfEdit(time, began)}`);
  } else facts.push("not acknowledged");
  if (edited > 0) facts.push(`${edited} of ${plural(timeline.length, "entry", "entries")} edited`);
  return facts;
}

/** `today`, `Thu 19` of the last week, `12 Nov`, of another year `12 Nov 2025`. */
export function dateOfRecord(time: string, now: number): string {
  const then = new Date(at(time));
  const today = new Date(now);
  if (then.toDateString() === today.toDateString()) return "today";
  const week = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 6).getTime();
  if (then.getTime() >= week) return weekday(then.getTime());
  const year = then.getFullYear() === today.getFullYear() ? "" : ` ${then.getFullYear()}`;
  return `${dayOfMonth(then.getTime())}${year}`;
}

/** How long it hurt: `7 min`, `not hurt` as far as it is known. */
export function lengthOfRecord({ open, asks, hurt_since, hurt_seconds }: IncidentSummary): string {
  if (open) return asks ? "over?" : "open";
  if (hurt_since === null) return "not hurt";
  return hurt_seconds === null ? "not known" : span(hurt_seconds);
}

/** `Incident 31, Checkout answered 500, storefront production, Thu 19, 18 min` */
export function recordName(one: IncidentSummary, now: number): string {
  const length = lengthOfRecord(one);
  return [
    `Incident ${one.number}`,
    one.title,
    `${one.service} ${one.environment}`,
    dateOfRecord(one.opened_at, now),
    length === "not known" ? "length not known" : length,
  ].join(", ");
}

export const isRecent = (one: IncidentSummary, now: number): boolean => one.open || now - at(one.opened_at) < RECENT;

export type RecordRow =
  { row: "head"; key: string; text: string } | { row: "record"; key: string; record: IncidentSummary };

/** The records, those before the last 90 days under a head of their own. */
export function recordRows(all: readonly IncidentSummary[], now: number): RecordRow[] {
  const made = (record: IncidentSummary): RecordRow => ({ row: "record", key: record.id, record });
  const recent = all.filter((one) => isRecent(one, now));
  const earlier = all.filter((one) => !isRecent(one, now));
  if (earlier.length === 0) return recent.map(made);
  const head: RecordRow = { row: "head", key: "head of earlier", text: `Earlier, ${earlier.length}` };
  return [...recent.map(made), head, ...earlier.map(made)];
}

export function matchesRecord(one: IncidentSummary, asked: string): boolean {
  const text = `${one.number} ${one.title} ${one.service} ${one.environment}`.toLowerCase();
  return asked
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** `about 40 s, took 41 s` */
export function optionWords(one: DecisionOption): string {
  const estimate = one.estimate_seconds === null ? "no estimate then" : about(one.estimate_seconds);
  return one.took_seconds === null ? estimate : `${estimate}, took ${exactSpan(one.took_seconds)}`;
}

/** `4 PRs left production`, with commits that had no PR counted apart. */
export function leftWords({ left, environment }: Incident): string {
  const pulls = left.filter((one) => one.number !== null).length;
  const commits = left.length - pulls;
  const parts = [
    pulls > 0 || commits === 0 ? [plural(pulls, "PR")] : [],
    commits > 0 ? [`${plural(commits, "commit")} without a PR`] : [],
  ].flat();
  return `${parts.join(" and ")} left ${environment}`;
}

/** `reverted, v1851`; `back 15:04, v1851`; of one that is still out, its author. */
export function becameWords({ became, author }: LeftChange, opened: string): string {
  if (became === null) return author === null ? "not back" : `not back, ${author}`;
  return became.reverted ? `reverted, ${became.release}` : `back ${timeOfEdit(became.at, opened)}, ${became.release}`;
}

export const authorsOf = ({ left }: Incident): string =>
  plural(distinct(left.flatMap((one) => one.author ?? [])).length, "author");

export const nameOfRecord = (one: { number: number; title: string }): string => title(`incident ${one.number}`);
