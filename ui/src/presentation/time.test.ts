import { describe, expect, it } from "vitest";
import { about, ago, liveFor, span, watch } from "./time";

const NOW = new Date(2026, 10, 23, 14, 36).getTime();
const back = (s: number) => new Date(NOW - s * 1000).toISOString();

describe("times in words", () => {
  it("spans", () => {
    expect([0, 59, 60, 3599, 11_520, 90_000, 172_800].map(span)).toEqual([
      "0 s",
      "59 s",
      "1 min",
      "59 min",
      "3 h 12 min",
      "25 h",
      "2 d",
    ]);
  });
  it("lanes", () => expect([0, 5, 260, 3723].map(watch)).toEqual(["0:00", "0:05", "4:20", "1:02:03"]));
  it("estimates with two significant figures", () =>
    expect([7, 40, 85, 182, 540, 7200].map(about)).toEqual([
      "about 7 s",
      "about 40 s",
      "about 85 s",
      "about 3 min",
      "about 9 min",
      "about 2 h",
    ]));
  it("is relative under 6 h, then a clock", () => {
    expect(ago(back(3), NOW)).toBe("3 s ago");
    expect(ago(back(7 * 3600), NOW)).toBe("07:36");
    expect(ago(back(30 * 3600), NOW)).toBe("Sun 22 Nov, 08:36");
    expect(ago(null, NOW)).toBe("at an unknown time");
    expect(liveFor(back(11_520), NOW)).toBe("live 3 h 12 min");
  });
});
