import { describe, expect, it } from "vitest";
import type { HealthLevel, HealthSpan } from "../ipc/types";
import { healthBars, healthWords } from "./healthStrip";

const NOW = Date.UTC(2026, 10, 23, 14, 36);
const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
const spans = (...all: [minutes: number, level: HealthLevel][]): HealthSpan[] =>
  all.map(([minutes, level]) => ({ from: ago(minutes), level }));
const LETTERS: Record<HealthLevel, string> = { good: "g", warning: "w", bad: "B", unknown: "." };
const drawn = (history: HealthSpan[], looked: string | null) =>
  healthBars(history, looked, NOW)
    .map((level) => LETTERS[level])
    .join("");

describe("sixty minutes of health", () => {
  const cases: [what: string, history: HealthSpan[], looked: string | null, bars: string, words: string][] = [
    ["nothing was looked at", [], null, ".".repeat(20), "Last 60 min: not looked at"],
    ["all good, from before the hour", spans([90, "good"]), ago(0), "g".repeat(20), "Last 60 min: good"],
    [
      "the last lasts until the newest look, and no longer",
      spans([60, "good"]),
      ago(12),
      "g".repeat(16) + "....",
      "Last 60 min: good 48 min, not looked at 12 min",
    ],
    [
      "the worst of a bar decides",
      spans([60, "good"], [6, "warning"], [5, "bad"], [4, "good"]),
      ago(0),
      "g".repeat(18) + "Bg",
      "Last 60 min: failing 1 min, warning 1 min, good 58 min",
    ],
    [
      "what was seen once counts, though it has no length",
      spans([60, "good"], [31, "bad"], [31, "good"]),
      ago(0),
      "g".repeat(9) + "B" + "g".repeat(10),
      "Last 60 min: failing under 1 min, good 60 min",
    ],
    [
      "a single look",
      spans([1, "good"]),
      ago(1),
      ".".repeat(19) + "g",
      "Last 60 min: good under 1 min, not looked at 60 min",
    ],
    [
      "a gap is no health",
      spans([60, "good"], [30, "unknown"], [15, "good"]),
      ago(0),
      "g".repeat(10) + "....." + "g".repeat(5),
      "Last 60 min: good 45 min, not looked at 15 min",
    ],
    [
      "an edge belongs to the later bar",
      spans([60, "good"], [3, "bad"]),
      ago(0),
      "g".repeat(19) + "B",
      "Last 60 min: failing 3 min, good 57 min",
    ],
    [
      "what ended before the hour is not in it",
      spans([120, "bad"], [60, "good"]),
      ago(0),
      "g".repeat(20),
      "Last 60 min: good",
    ],
    [
      "a look that has no time",
      spans([30, "good"]),
      null,
      ".".repeat(10) + "g" + ".".repeat(9),
      "Last 60 min: good under 1 min, not looked at 60 min",
    ],
  ];
  it.each(cases)("%s", (_what, history, looked, bars, words) => {
    expect(drawn(history, looked)).toBe(bars);
    expect(healthWords(history, looked, NOW)).toBe(words);
  });
});
