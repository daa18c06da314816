import { afterEach, describe, expect, it, vi } from "vitest";
import { configSet, release, rolledBackTo } from "../ipc/fake/parts";
import type { Release } from "../ipc/types";
import { placeOf, weekDays, weekOf } from "./week";

const WIDTH = 112;
const local = (month: number, day: number, hour = 0, minute = 0) =>
  new Date(2026, month - 1, day, hour, minute).getTime();
const iso = (ms: number) => new Date(ms).toISOString();
/** Monday. */
const NOW = () => local(11, 23, 14, 36);
const env = (releases: Release[], more = {}) => ({
  releases,
  releases_complete: true,
  down_since: null,
  outage: null,
  ...more,
});
afterEach(() => void vi.unstubAllEnvs());

describe("seven days", () => {
  it("are of the calendar, today last, weekends narrow, and fill the width", () => {
    const days = weekDays(NOW(), WIDTH);
    expect(days.map((day) => day.letter).join("")).toBe("TWTFSSM");
    expect(days.filter((day) => day.weekend).map((day) => day.width)).toEqual([4, 4]);
    expect(days.at(-1)).toMatchObject({ today: true });
    expect(days.at(-1)!.left + days.at(-1)!.width).toBeCloseTo(WIDTH);
  });

  it("fold nights to the edges of a day", () => {
    const days = weekDays(NOW(), WIDTH);
    const wednesday = days[1]!;
    const at = (hour: number, minute = 0) => placeOf(days, local(11, 18, hour, minute));
    expect([at(0), at(3), at(8)]).toEqual([wednesday.left, wednesday.left, wednesday.left]);
    expect(at(13, 30)).toBeCloseTo(wednesday.left + wednesday.width / 2);
    expect(at(19)).toBeCloseTo(wednesday.left + wednesday.width);
    expect(at(23, 59)).toBeCloseTo(wednesday.left + wednesday.width);
  });

  it.each(["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo"])(
    "begin at midnight and open at eight all year, clocks changed or not: %s",
    (zone) => {
      vi.stubEnv("TZ", zone);
      const here = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", hourCycle: "h23" });
      expect(here.format(new Date(2026, 6, 1, 12))).toBe("12");
      for (let day = 1; day <= 365; day++) {
        const now = new Date(2026, 0, day, 12).getTime();
        const days = weekDays(now, WIDTH);
        expect(days.map((one) => new Date(one.start).getDate())).toEqual(
          Array.from({ length: 7 }, (_, i) => new Date(2026, 0, day - 6 + i).getDate()),
        );
        const wide = days.filter((one) => !one.weekend);
        expect(wide.map((one) => [new Date(one.from).getHours(), new Date(one.to).getHours()])).toEqual(
          Array.from({ length: 5 }, () => [8, 19]),
        );
        for (const one of wide) expect(placeOf(days, one.from)).toBeCloseTo(one.left);
      }
    },
  );

  it("have a tick for each release that brought, took back or failed, and none for config", () => {
    const at = (day: number, hour: number) => iso(local(11, day, hour));
    const week = weekOf(
      env([
        release(9, at(23, 13), { status: "pending" }),
        release(8, at(23, 10), rolledBackTo(6)),
        release(7, at(20, 10), { status: "failed" }),
        release(6, at(19, 10)),
        release(5, at(18, 10), configSet("A")),
        release(4, at(17, 10), { status: "unknown" }),
        release(3, at(16, 10)),
      ]),
      NOW(),
      WIDTH,
    );
    expect(week.ticks.map((one) => one.kind)).toEqual(["live", "unknown", "back", "failed"]);
    expect(week.words).toBe("7 days: 1 live, 1 failed, 1 back, 1 unknown");
    expect(week.empty).toBe(false);
  });

  it("merge what falls on one pixel, and count it all", () => {
    const minutes = [0, 1, 2].map((minute) => release(10 - minute, iso(local(11, 19, 10, minute))));
    const failed = release(7, iso(local(11, 19, 10)), { status: "failed" });
    const week = weekOf(env([...minutes, failed]), NOW(), WIDTH);
    expect(week.ticks.map((one) => one.kind)).toEqual(["live", "failed"]);
    expect(week.words).toBe("7 days: 3 live, 1 failed");
  });

  it("show an outage, however short, inside the frame", () => {
    const short = weekOf(env([], { down_since: iso(NOW() - 60_000) }), NOW(), WIDTH);
    expect(short.hurt).toMatchObject({ width: 3 });
    expect(short.hurt!.x + 3).toBeLessThanOrEqual(WIDTH);
    expect(short.words).toBe("7 days: hurt 1 min");
    const late = weekOf(env([], { down_since: iso(local(11, 23, 20)) }), local(11, 23, 23), WIDTH);
    expect(late.hurt).toEqual({ x: WIDTH - 3, width: 3 });
    const over = { since: iso(local(11, 19, 9)), ended_at: iso(local(11, 19, 12)) };
    expect(weekOf(env([], { outage: over }), NOW(), WIDTH).words).toBe("7 days: hurt 3 h");
  });

  it("hatch what is not loaded, and call nothing empty that was not read", () => {
    const one = release(3, iso(local(11, 19, 10)));
    const part = weekOf(env([one], { releases_complete: false }), NOW(), WIDTH);
    expect(part.notLoaded).toBeCloseTo(placeOf(part.days, local(11, 19, 10)));
    expect(part.words).toBe("7 days: 1 live, before Thu 19 Nov not loaded");
    const unread = weekOf(env([], { releases_complete: false }), NOW(), WIDTH);
    expect([unread.empty, unread.notLoaded > 90, unread.words]).toEqual([true, true, "7 days: releases not loaded"]);
    const old = release(2, iso(local(11, 2, 10)));
    expect(weekOf(env([old], { releases_complete: false }), NOW(), WIDTH)).toMatchObject({
      notLoaded: 0,
      empty: true,
      words: "7 days: no release",
    });
  });
});
