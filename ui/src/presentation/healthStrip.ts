// How an environment fared over the last hour, in equal bars.
import type { HealthLevel, HealthSpan } from "../ipc/types";
import { at } from "./time";

const BARS = 20;
const LENGTH = 3_600_000;
const BAR = LENGTH / BARS;
/** A bar is as its worst look was. Without a look it is unknown. */
const RANK: Record<HealthLevel, number> = { unknown: 0, good: 1, warning: 2, bad: 3 };

interface Part {
  level: HealthLevel;
  from: number;
  to: number;
}

/**
 * What of the history lies in the hour. Each lasts until the next one begins, the last until the newest look. One
 * without length was seen once.
 */
function parts(history: readonly HealthSpan[], looked: string | null, now: number): Part[] {
  const begin = now - LENGTH;
  return history.flatMap(({ from, level }, i) => {
    const start = at(from);
    const end = at(history[i + 1]?.from ?? looked);
    const to = Number.isNaN(end) ? start : Math.max(start, end);
    const within = start <= now && (to > begin || (to === begin && start === to));
    return within ? [{ level, from: Math.max(start, begin), to: Math.min(to, now) }] : [];
  });
}

/** `looked`: when the environment was last read. What lies after it is unknown. */
export function healthBars(history: readonly HealthSpan[], looked: string | null, now: number): HealthLevel[] {
  const bars: HealthLevel[] = Array.from({ length: BARS }, () => "unknown");
  const begin = now - LENGTH;
  for (const { level, from, to } of parts(history, looked, now)) {
    const first = Math.min(BARS - 1, Math.floor((from - begin) / BAR));
    const last = from === to ? first : Math.ceil((to - begin) / BAR) - 1;
    for (let bar = first; bar <= last; bar++) if (RANK[level] > RANK[bars[bar]!]) bars[bar] = level;
  }
  return bars;
}

const WORDS: Record<HealthLevel, string> = {
  bad: "failing",
  warning: "warning",
  good: "good",
  unknown: "not looked at",
};

/** `Last 60 min: failing 6 min, good 54 min` */
export function healthWords(history: readonly HealthSpan[], looked: string | null, now: number): string {
  const seen = new Map<HealthLevel, number>();
  for (const { level, from, to } of parts(history, looked, now))
    if (level !== "unknown") seen.set(level, (seen.get(level) ?? 0) + to - from);
  const known = [...seen.values()].reduce((sum, one) => sum + one, 0);
  // Between the newest look and now lie a few seconds.
  if (LENGTH - known > 60_000) seen.set("unknown", LENGTH - known);
  if (seen.size === 1 && seen.has("good")) return "Last 60 min: good";
  if (known === 0 && seen.size === 1) return "Last 60 min: not looked at";
  const words = (["bad", "warning", "good", "unknown"] as const).flatMap((level) => {
    const length = seen.get(level);
    if (length === undefined) return [];
    return [`${WORDS[level]} ${length < 60_000 ? "under 1 min" : `${Math.floor(length / 60_000)} min`}`];
  });
  return `Last 60 min: ${words.join(", ")}`;
}
