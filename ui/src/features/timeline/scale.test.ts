import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bandsOf, dayLines, scaleOf, stretches, ticks, timeOf, type Frame } from "./scale";

const HOUR = 3_600_000;
const words = {
  hour: (t: number) => `${new Date(t).getHours()}:00`,
  day: (t: number) => `day ${new Date(t).getDate()}`,
};

describe("the timeline where clocks change", () => {
  const before = process.env.TZ;
  beforeAll(() => {
    process.env.TZ = "Europe/Amsterdam";
  });
  afterAll(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });

  // A day of 25 hours in October, and one of 23 in March.
  it.each([
    ["2026-10-23T00:00:00+02:00", 25, 25],
    ["2027-03-26T00:00:00+01:00", 28, 23],
  ])("puts days where they begin, from %s", (start, changes, hours) => {
    const from = Date.parse(start);
    const frame: Frame = { from, to: from + 6 * 24 * HOUR, width: 1400, now: from };
    const days = ticks(frame, words).filter((tick) => tick.strong);
    expect(days.length).toBeGreaterThanOrEqual(5);
    for (const { time } of days) expect([new Date(time).getHours(), new Date(time).getMinutes()]).toEqual([0, 0]);
    const first = days.findIndex((tick) => new Date(tick.time).getDate() === changes);
    expect((days[first + 1]!.time - days[first]!.time) / HOUR).toBe(hours);
    expect(dayLines(frame).length).toBeGreaterThanOrEqual(5);
    // Hours too: every label is the hour that the clock shows there.
    const near: Frame = { ...frame, from: days[first]!.time, to: days[first]!.time + 24 * HOUR };
    for (const tick of ticks(near, words).filter((one) => !one.strong))
      expect(tick.label).toBe(`${new Date(tick.time).getHours()}:00`);
  });

  it.each(["2026-10-22T12:00:00+02:00", "2027-03-25T12:00:00+01:00"])(
    "folds nights to the same clock, from %s",
    (start) => {
      const from = Date.parse(start);
      const all = stretches({ from, to: from + 7 * 24 * HOUR, now: 0 });
      expect(all[0]!.from).toBe(from);
      expect(all.at(-1)!.to).toBe(from + 7 * 24 * HOUR);
      all.slice(1).forEach((one, i) => {
        expect(one.from).toBe(all[i]!.to);
        expect([8, 20]).toContain(new Date(one.from).getHours());
      });
    },
  );
});

describe("folded nights and weekends", () => {
  const from = Date.parse("2026-11-16T00:00:00Z");
  const frame: Frame = { from, to: from + 7 * 24 * HOUR, width: 1000, now: from + 7 * 24 * HOUR, fold: true };

  it("keep the order of time, and any place leads back to its time", () => {
    const x = scaleOf(frame);
    const time = timeOf(frame);
    let last = -1;
    for (let t = frame.from; t <= frame.to; t += HOUR / 2) {
      expect(x(t)).toBeGreaterThan(last);
      expect(Math.abs(time(x(t)) - t)).toBeLessThan(1000);
      last = x(t);
    }
    expect(x(frame.from)).toBe(0);
    expect(x(frame.to)).toBeCloseTo(1000);
  });

  it("take little room, and no label stands in another", () => {
    expect(bandsOf(frame).reduce((sum, band) => sum + band.x1 - band.x0, 0)).toBeLessThan(50);
    const shown = ticks(frame, words, [{ left: 900, right: 980 }]);
    expect(shown.filter((tick) => tick.strong).length).toBeGreaterThanOrEqual(4);
    for (const tick of shown) expect(tick.x < 900 - tick.label.length * 6.6 || tick.x > 980).toBe(true);
  });

  it("leave the night open in which it is now", () => {
    const night = Date.parse("2026-11-18T02:00:00");
    const open = stretches({ from, to: frame.to, now: night }).find((one) => one.from <= night && night < one.to);
    expect(open?.folded).toBe(false);
  });
});
