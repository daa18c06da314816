import { describe, expect, it } from "vitest";
import { quietWords, timeOfDay } from "./notifications";

describe("a time of day", () => {
  it.each([
    ["19:00", "19:00"],
    ["7:05", "07:05"],
    [" 00:00 ", "00:00"],
    ["24:00", null],
    ["9:5", null],
    ["19", null],
    ["19:60", null],
    ["", null],
  ])("%s is %s", (text, time) => expect(timeOfDay(text)).toBe(time));
});

it("quiet hours say when the rest is told", () => {
  const hours = { on: true, from: "19:00", to: "08:00", weekends: false };
  expect(quietWords(hours)).toContain("told once, at 08:00, if");
  expect(quietWords({ ...hours, weekends: true })).toContain("at 08:00, and after a weekend on Monday, if");
});
