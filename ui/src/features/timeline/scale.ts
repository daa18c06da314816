// Where times lie on the timeline, and which of them are labelled. Pure. Days are those of this place: one that
// begins or ends summer time has 23 or 25 hours.
import { timeDay, timeTicks } from "d3-time";

export interface Frame {
  from: number;
  to: number;
  width: number;
  now: number;
  /** Nights and weekends are folded to a few pixels. */
  fold?: boolean;
}

export interface Stretch {
  from: number;
  to: number;
  folded: boolean;
}
interface Piece extends Stretch {
  x0: number;
  x1: number;
}

/** Hours of a working day. */
const OPENS = 8;
const CLOSES = 20;
/** Pixels of a night, or of a weekend. */
const FOLDED = 5;

/** The frame cut at the hours where nights begin and end. What holds the present is never folded. */
export function stretches({ from, to, now }: Pick<Frame, "from" | "to" | "now">): Stretch[] {
  const made: Stretch[] = [];
  function add(start: number, end: number, folded: boolean) {
    const cut = { from: Math.max(from, start), to: Math.min(to, end), folded };
    if (cut.to <= cut.from) return;
    const last = made[made.length - 1];
    if (last?.folded === folded) last.to = cut.to;
    else made.push(cut);
  }
  for (let day = timeDay.floor(new Date(from)); day.getTime() < to; day = timeDay.offset(day, 1)) {
    const next = timeDay.offset(day, 1).getTime();
    const opens = new Date(day).setHours(OPENS);
    const closes = new Date(day).setHours(CLOSES);
    const weekend = day.getDay() === 0 || day.getDay() === 6;
    add(day.getTime(), opens, true);
    add(opens, closes, weekend);
    add(closes, next, true);
  }
  return made.map((one) => (one.from <= now && now < one.to ? { ...one, folded: false } : one));
}

/** Asked several times of each frame. */
const made = new WeakMap<Frame, Piece[]>();
function pieces(frame: Frame): Piece[] {
  let known = made.get(frame);
  if (known === undefined) made.set(frame, (known = cut(frame)));
  return known;
}

function cut(frame: Frame): Piece[] {
  const all = frame.fold ? stretches(frame) : [];
  const open = all.reduce((sum, one) => sum + (one.folded ? 0 : one.to - one.from), 0);
  const bands = all.filter((one) => one.folded).length * FOLDED;
  if (open === 0 || bands > frame.width / 2)
    return [{ from: frame.from, to: frame.to, folded: false, x0: 0, x1: frame.width }];
  let x = 0;
  return all.map((one) => {
    const x0 = x;
    x += one.folded ? FOLDED : ((one.to - one.from) / open) * (frame.width - bands);
    return { ...one, x0, x1: x };
  });
}

/** Where a time lies, in pixels from the left edge. */
export function scaleOf(frame: Frame): (time: number) => number {
  const all = pieces(frame);
  const rate = frame.width / (frame.to - frame.from);
  return (time) => {
    if (time <= frame.from) return (time - frame.from) * rate;
    if (time >= frame.to) return frame.width + (time - frame.to) * rate;
    const one = all[pieceAt(all, time)]!;
    return one.x0 + ((time - one.from) / (one.to - one.from)) * (one.x1 - one.x0);
  };
}

/** The first piece that does not end before it. */
function pieceAt(all: readonly Piece[], time: number): number {
  let low = 0;
  let high = all.length - 1;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (all[mid]!.to < time) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** The time at a place. */
export function timeOf(frame: Frame): (x: number) => number {
  const all = pieces(frame);
  return (x) => {
    if (x <= 0) return frame.from;
    const one = all.find((piece) => x <= piece.x1);
    return one === undefined ? frame.to : one.from + ((x - one.x0) / (one.x1 - one.x0)) * (one.to - one.from);
  };
}

/** The folded bands, in pixels. */
export const bandsOf = (frame: Frame): { x0: number; x1: number }[] => pieces(frame).filter((one) => one.folded);

export interface Tick {
  x: number;
  time: number;
  label: string;
  /** The beginning of a day: its label stands right of its line. */
  strong: boolean;
}

/** Pixels that a tick with its label needs. */
const TICK = 96;
/** Of one letter on the axis, at most. */
const LETTER = 6.6;
/** Between two labels. */
const GAP = 10;

const widthOf = (label: string) => label.length * LETTER;
const boxOf = ({ x, label, strong }: Tick) => {
  const left = strong ? x : x - widthOf(label) / 2;
  return { left, right: left + widthOf(label) };
};

/** At whole minutes, hours, days of this place; none whose label would run into another, or into `taken`. */
export function ticks(
  frame: Frame,
  words: { hour: (t: number) => string; day: (t: number) => string },
  taken: { left: number; right: number }[] = [],
): Tick[] {
  const x = scaleOf(frame);
  const most = Math.max(2, Math.floor(frame.width / TICK));
  const dates = frame.fold
    ? timeDay
        .range(new Date(frame.from), new Date(frame.to))
        .flatMap((day) => (most > days(frame) ? [day, noonOf(day)] : [day]))
    : timeTicks(new Date(frame.from), new Date(frame.to), most);
  const all = dates.flatMap((date): Tick[] => {
    const time = date.getTime();
    const strong = timeDay.floor(date).getTime() === time;
    const weekend = date.getDay() === 0 || date.getDay() === 6;
    if (frame.fold && weekend) return [];
    return [{ x: x(time), time, label: strong ? words.day(time) : words.hour(time), strong }];
  });
  const boxes = [...taken];
  const shown = new Set<Tick>();
  const weekday = (tick: Tick) => new Date(tick.time).getDay();
  // Weeks before days before hours, where there is no room for all.
  const rank = (tick: Tick) => (tick.strong ? (weekday(tick) === 1 ? 0 : 1) : 2);
  for (const tick of [...all].sort((a, b) => rank(a) - rank(b) || a.time - b.time)) {
    const box = boxOf(tick);
    if (box.left < -20 || box.right > frame.width) continue;
    if (boxes.some((other) => box.left < other.right + GAP && other.left < box.right + GAP)) continue;
    boxes.push(box);
    shown.add(tick);
  }
  return all.filter((tick) => shown.has(tick));
}

const days = ({ from, to }: Frame) => (to - from) / 86_400_000;
const noonOf = (day: Date) => new Date(new Date(day).setHours(12));

/** Where days begin: a line each, labelled or not. */
export function dayLines(frame: Frame): number[] {
  const x = scaleOf(frame);
  return timeDay.range(new Date(frame.from), new Date(frame.to)).map((day) => x(day.getTime()));
}
