// Seven days of one environment on a few pixels: working hours have the room.
import type { Environment, Release } from "../ipc/types";
import { rollbackOf } from "./state";
import { at, day as dayWords, span } from "./time";

const DAYS = 7;
const WEEKEND = 4;
const GAP = 1;
const OPENS = 8;
const CLOSES = 19;
const TICK = 2;
/** The least width of an outage. */
const LEAST = 3;

export interface Day {
  start: number;
  letter: string;
  weekend: boolean;
  today: boolean;
  left: number;
  width: number;
  /** Nights are folded to the edges: what happens before or after these is drawn on them. */
  from: number;
  to: number;
}

/** The last seven days of the calendar, today last. Each begins at its own midnight, also when clocks change. */
export function weekDays(now: number, width: number): Day[] {
  const today = new Date(now);
  const hour = (back: number, hours: number) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() - back, hours).getTime();
  const workday = (width - 2 * WEEKEND - (DAYS - 1) * GAP) / (DAYS - 2);
  let left = 0;
  return Array.from({ length: DAYS }, (_, i) => {
    const back = DAYS - 1 - i;
    const start = hour(back, 0);
    const weekday = new Date(start).getDay();
    const weekend = weekday === 0 || weekday === 6;
    const made = {
      start,
      letter: "SMTWTFS"[weekday]!,
      weekend,
      today: back === 0,
      left,
      width: weekend ? WEEKEND : workday,
      from: weekend ? start : hour(back, OPENS),
      to: weekend ? hour(back - 1, 0) : hour(back, CLOSES),
    };
    left += made.width + GAP;
    return made;
  });
}

export function placeOf(days: readonly Day[], time: number): number {
  const day = days.findLast((one) => one.start <= time);
  if (day === undefined) return 0;
  const part = Math.min(1, Math.max(0, (time - day.from) / (day.to - day.from)));
  return day.left + part * day.width;
}

/** In the order in which they are drawn: what is worse lies above. */
const KINDS = ["live", "unknown", "back", "failed"] as const;
export type TickKind = (typeof KINDS)[number];

function kindOf(release: Release): TickKind | null {
  switch (release.status) {
    case "failed":
      return "failed";
    case "unknown":
      return "unknown";
    case "pending":
    case "expired":
      return null;
    case "succeeded": {
      if (rollbackOf(release) !== null) return "back";
      const cause = release.cause?.cause;
      return cause === "config" || cause === "add_on" ? null : "live";
    }
  }
}

export interface Week {
  days: Day[];
  ticks: { x: number; kind: TickKind }[];
  hurt: { x: number; width: number } | null;
  /** Up to here releases are not loaded. */
  notLoaded: number;
  /** Nothing happened in it, as far as it is loaded. */
  empty: boolean;
  /** `7 days: 9 live, 1 failed, 1 back, hurt 18 min` */
  words: string;
}

type Facts = Pick<Environment, "releases" | "releases_complete" | "down_since" | "outage">;

export function weekOf(env: Facts, now: number, width: number): Week {
  const days = weekDays(now, width);
  const begin = days[0]!.start;
  const found = env.releases.flatMap((release) => {
    const time = at(release.released_at);
    const kind = kindOf(release);
    return kind === null || !(time >= begin && time <= now) ? [] : [{ time, kind }];
  });
  const hurt = hurtOf(env, begin, now);
  const oldest = env.releases.map((one) => at(one.released_at)).filter((time) => !Number.isNaN(time));
  const reach = env.releases_complete ? begin : Math.min(now, ...oldest);
  const loaded = reach <= begin;
  const right = width - TICK;
  return {
    days,
    ticks: KINDS.flatMap((kind) => {
      const places = found.filter((one) => one.kind === kind).map(({ time }) => Math.round(placeOf(days, time)));
      return [...new Set(places)].sort((a, b) => a - b).map((x) => ({ x: Math.min(x, right), kind }));
    }),
    hurt: hurt && blockOf(placeOf(days, hurt.from), placeOf(days, hurt.to), width),
    notLoaded: loaded ? 0 : placeOf(days, reach),
    empty: found.length === 0 && hurt === null,
    words: `7 days: ${wordsOf(found, hurt, loaded ? null : reach, now)}`,
  };
}

function hurtOf({ down_since, outage }: Facts, begin: number, now: number): { from: number; to: number } | null {
  const from = at(down_since ?? outage?.since);
  const to = down_since === null ? at(outage?.ended_at) : now;
  if (Number.isNaN(from) || Number.isNaN(to) || to < begin) return null;
  return { from: Math.max(begin, from), to };
}

function blockOf(from: number, to: number, width: number): { x: number; width: number } {
  const wide = Math.max(LEAST, to - from);
  return { x: Math.max(0, Math.min(from, width - wide)), width: wide };
}

const WORDS: Record<TickKind, string> = { live: "live", failed: "failed", back: "back", unknown: "unknown" };

function wordsOf(
  found: readonly { kind: TickKind }[],
  hurt: { from: number; to: number } | null,
  reach: number | null,
  now: number,
): string {
  const counts = (["live", "failed", "back", "unknown"] as const).flatMap((kind) => {
    const count = found.filter((one) => one.kind === kind).length;
    return count === 0 ? [] : [`${count} ${WORDS[kind]}`];
  });
  const parts = [
    ...counts,
    ...(hurt === null ? [] : [`hurt ${span((hurt.to - hurt.from) / 1000)}`]),
    ...(reach === null ? [] : [reach >= now ? "releases not loaded" : `before ${dayWords(reach)} not loaded`]),
  ];
  return parts.length === 0 ? "no release" : parts.join(", ");
}
