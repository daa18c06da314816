// Times and durations in words. Every function takes the present as an argument.

const MINUTE = 60;
const HOUR = 3600;

/** Milliseconds since the epoch; NaN for what is not a time. */
export function at(time: string | null | undefined): number {
  return time ? Date.parse(time) : Number.NaN;
}

/** Seconds from `from` to `now`, never negative; null where unknown. */
export function since(from: string | null | undefined, now: number): number | null {
  const start = at(from);
  return Number.isNaN(start) ? null : Math.max(0, (now - start) / 1000);
}

/** `40 s`, `5 min`, `3 h 12 min`, `2 d`. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return `${whole} s`;
  const minutes = Math.floor(whole / MINUTE);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d`;
  const rest = minutes % 60;
  return rest === 0 || hours >= 24 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** `1 min 25 s`: for short spans that deserve their seconds. */
export function exactSpan(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE || whole >= HOUR) return span(whole);
  const rest = whole % MINUTE;
  return rest === 0 ? `${Math.floor(whole / MINUTE)} min` : `${Math.floor(whole / MINUTE)} min ${rest} s`;
}

/** `4:20`, `1:02:03`: elapsed time on a lane. */
export function watch(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / HOUR);
  const minutes = Math.floor((whole % HOUR) / MINUTE);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % MINUTE)}` : `${minutes}:${two(whole % MINUTE)}`;
}

/** An estimate: two significant figures at most, never more exact than it is. */
export function about(seconds: number): string {
  return `about ${estimate(seconds)}`;
}

export function estimate(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 100) return `${whole} s`;
  const minutes = Math.round(whole / MINUTE);
  if (minutes < 100) return `${minutes} min`;
  return `${Math.round(minutes / 60)} h`;
}

/** `31 to 71 s`, `50 s to 3 min`: the unit once where it is the same. */
export function range(low: number, high: number): string {
  const [first, last] = [estimate(low), estimate(high)];
  const [value, unit] = first.split(" ");
  return unit === last.split(" ")[1] ? `${value} to ${last}` : `${first} to ${last}`;
}

/** `14:26` of today, `Thu 19 Nov, 14:26` of another day. */
export function clock(time: number, now: number): string {
  const date = new Date(time);
  const hm = hourMinute(time);
  return new Date(now).toDateString() === date.toDateString() ? hm : `${day(time)}, ${hm}`;
}

const hourAndMinute = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const hourToSecond = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const weekdayAndDay = new Intl.DateTimeFormat("en-US", { weekday: "short", day: "numeric", month: "short" });
const dayInFull = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" });
const inFull = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });

/** `14:26` */
export function hourMinute(time: number): string {
  return hourAndMinute.format(time);
}

/** `14:26:08` of today, `Thu 19 Nov, 14:26` of another day: for events that are seconds apart. */
export function clockToSecond(time: number, now: number): string {
  const today = new Date(now).toDateString() === new Date(time).toDateString();
  return today ? hourToSecond.format(time) : clock(time, now);
}

// Put together here: web views differ in the commas between the parts.
const dayParts = (time: number, ...wanted: Intl.DateTimeFormatPartTypes[]) => {
  const parts = weekdayAndDay.formatToParts(time);
  return wanted.map((type) => parts.find((one) => one.type === type)?.value ?? "").join(" ");
};

/** `Thu 19 Nov` */
export const day = (time: number): string => dayParts(time, "weekday", "day", "month");
/** `Thu 19`, where the month goes without saying. */
export const weekday = (time: number): string => dayParts(time, "weekday", "day");
/** `19 Nov`, where many days stand side by side. */
export const dayOfMonth = (time: number): string => dayParts(time, "day", "month");

/** `Thu 19 Nov, 09:30 to 11:45`, or with both days. */
export function between(from: number, to: number): string {
  const same = new Date(from).toDateString() === new Date(to).toDateString();
  return `${day(from)}, ${hourMinute(from)} to ${same ? "" : `${day(to)}, `}${hourMinute(to)}`;
}

/** `November 19, 2026` */
export function longDay(time: string): string {
  return dayInFull.format(at(time));
}

/** Relative under 6 h, then the clock. Always followed by "ago" or nothing, as fits. */
export function ago(time: string | null | undefined, now: number): string {
  const seconds = since(time, now);
  if (seconds === null) return "at an unknown time";
  return seconds < 6 * HOUR ? `${span(seconds)} ago` : clock(at(time), now);
}

/** The same without "ago", for narrow rows: `2 h`, `6 d`. */
export function age(time: string | null | undefined, now: number): string | null {
  const seconds = since(time, now);
  if (seconds === null) return null;
  if (seconds >= 2 * HOUR && seconds < 48 * HOUR) return `${Math.floor(seconds / HOUR)} h`;
  return span(seconds);
}

/** `live 3 h 12 min`, or `live since 09:12`. */
export function liveFor(time: string | null | undefined, now: number): string {
  const seconds = since(time, now);
  if (seconds === null) return "live";
  return seconds < 6 * HOUR ? `live ${span(seconds)}` : `live since ${clock(at(time), now)}`;
}

const weekdays = new Intl.DateTimeFormat("en-US", { weekday: "short" });
const months = new Intl.DateTimeFormat("en-US", { month: "short" });

/** `5 h 2 min` under 6 h, `09:12` of today, `Thu 16:02` within 7 days, else `12 Nov`, of another year `12 Nov 2025`. */
export function moment(time: string | null | undefined, now: number): string | null {
  const seconds = since(time, now);
  if (seconds === null) return null;
  if (seconds < 6 * HOUR) return span(seconds);
  const then = new Date(at(time));
  const today = new Date(now);
  if (then.toDateString() === today.toDateString()) return hourMinute(at(time));
  const week = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 6).getTime();
  if (at(time) >= week) return `${weekdays.format(then)} ${hourMinute(at(time))}`;
  const day = `${then.getDate()} ${months.format(then)}`;
  return then.getFullYear() === today.getFullYear() ? day : `${day} ${then.getFullYear()}`;
}

/** What a time is in full, for a tooltip. */
export function absolute(time: string | null | undefined): string {
  const known = at(time);
  return Number.isNaN(known) ? "" : inFull.format(known);
}
