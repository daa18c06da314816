import { afterAll, describe, expect, it } from "vitest";
import { dayLines, scaleOf, ticks, timeOf, type Frame } from "./scale";
import { spanOf } from "./zoom";

const HOUR = 3_600_000;
const WIDTH = 1400;
const words = { hour: (t: number) => `h${new Date(t).getHours()}`, day: (t: number) => `d${new Date(t).getDate()}` };
const usual = process.env.TZ;
function at(zone: string) {
  process.env.TZ = zone;
}
afterAll(() => {
  if (usual === undefined) delete process.env.TZ;
  else process.env.TZ = usual;
});
const midnight = (time: number) => {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()];
};

/** Each zone with days around which its clocks change, and how many hours the day of the change has. */
const zones: [zone: string, around: string, hours: number][] = [
  ["Europe/Berlin", "2026-03-29", 23],
  ["Europe/Berlin", "2026-10-25", 25],
  ["America/New_York", "2026-03-08", 23],
  ["America/New_York", "2026-11-01", 25],
  ["Asia/Kolkata", "2026-10-25", 24],
  // Half an hour, in the southern summer.
  ["Australia/Lord_Howe", "2026-04-05", 24.5],
  ["Australia/Lord_Howe", "2026-10-04", 23.5],
];

describe.each(zones)("in %s around %s", (zone, around, hours) => {
  /** Three days before the change; the date is that of the place. */
  const start = () => {
    const [year, month, day] = around.split("-").map(Number);
    return new Date(year!, month! - 1, day! - 3).getTime();
  };

  it.each(["week", "month"] as const)("begins every day of a %s at its midnight", (zoom) => {
    at(zone);
    const from = start() - (zoom === "month" ? 14 * 24 * HOUR : 0);
    for (const fold of [false, true]) {
      const frame: Frame = { from, to: from + spanOf(zoom), width: WIDTH, now: from, fold };
      const time = timeOf(frame);
      const lines = dayLines(frame);
      expect(lines.length).toBeGreaterThanOrEqual(zoom === "week" ? 7 : 30);
      // A place leads back to its time, so a line stands at a midnight; folded nights are a few pixels wide.
      for (const line of lines) {
        const nearest = Math.round(time(line) / 1000) * 1000;
        expect(midnight(nearest)).toEqual([0, 0, 0]);
      }
      const days = ticks(frame, words).filter((tick) => tick.strong);
      expect(days.length).toBeGreaterThanOrEqual(4);
      for (const day of days) {
        expect(midnight(day.time)).toEqual([0, 0, 0]);
        expect(day.label).toBe(`d${new Date(day.time).getDate()}`);
        expect(day.x).toBeCloseTo(scaleOf(frame)(day.time), 6);
      }
    }
  });

  it("gives the day of the change its own length", () => {
    at(zone);
    const from = start();
    const frame: Frame = { from, to: from + 6 * 24 * HOUR, width: WIDTH, now: from };
    const lines = dayLines(frame);
    const perHour = (WIDTH / (frame.to - frame.from)) * HOUR;
    const lengths = lines.slice(1).map((line, i) => Math.round(((line - lines[i]!) / perHour) * 10) / 10);
    expect(lengths.slice(0, 5)).toEqual([24, 24, 24, hours, 24]);
  });

  it("labels hours as the clock there shows them", () => {
    at(zone);
    const from = start() + 2 * 24 * HOUR;
    const frame: Frame = { from, to: from + 2 * 24 * HOUR, width: WIDTH, now: from };
    const hourly = ticks(frame, words).filter((tick) => !tick.strong);
    expect(hourly.length).toBeGreaterThan(3);
    for (const tick of hourly) {
      expect(midnight(tick.time).slice(1)).toEqual([0, 0]);
      expect(tick.label).toBe(`h${new Date(tick.time).getHours()}`);
    }
  });
});
