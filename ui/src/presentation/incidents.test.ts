import { describe, expect, it } from "vitest";
import { crashed, earlier, entry, long, open, record, summaryOf, viewOfRecord } from "../ipc/fake/incidents";
import { NOW, before, iso, today } from "../ipc/fake/parts";
import type { Incident } from "../ipc/types";
import {
  barName,
  becameWords,
  clockTime,
  dateOfRecord,
  dayBefore,
  editable,
  entryFacts,
  figures,
  figureWords,
  isRecent,
  leftWords,
  lengthOfRecord,
  matchesRecord,
  optionWords,
  recordFacts,
  recordName,
  recordRows,
  recordSentence,
  spoken,
  times,
  typedTime,
} from "./incidents";
import { newestFirst } from "./recordOrder";

const of = (incident: Incident) => {
  const view = viewOfRecord(incident);
  const all = figures(view, NOW);
  return { view, all, sentence: recordSentence(view, NOW), facts: recordFacts(view) };
};

describe("a record", () => {
  it("says how long it hurt, when, and how it closed", () => {
    const { all, sentence, facts } = of(crashed());
    expect(sentence).toBe("Incident 32: storefront was hurt for 6 min.");
    expect(facts).toEqual([
      "Mon 23 Nov, 11:39 to 11:47",
      "Crashed after v1847",
      "production",
      "closed 12:24: the watch of v1851 was good",
      "1 of 16 entries edited",
    ]);
    expect(all.map((one) => `${figureWords(one)} ${one.words}`)).toEqual([
      "58 s to detect",
      "6 min 9 s to decide",
      "41 s to recover",
      "7 min 48 s in all",
    ]);
    expect(barName(all)).toBe("58 seconds to detect, 6 minutes 9 to decide, 41 seconds to recover");
  });

  it("has figures that run while it is open, and none that is guessed", () => {
    const { all, sentence, facts } = of(open());
    expect(sentence).toBe("Incident 33 is open: Crashed after v1847, hurt for 4 min so far.");
    expect(facts.at(-1)).toBe("not acknowledged");
    expect(all.map((one) => [figureWords(one), one.running])).toEqual([
      ["59 s", false],
      ["4 min 41 s", true],
      ["not yet", false],
      ["5 min 40 s", true],
    ]);
    expect(barName(all)).toBe("59 seconds to detect, 4 minutes 41 to decide so far, not yet recovered");
    const chosen = entry("c", before(60), "decided", "Chose to roll back", "lena-h");
    const after = of({ ...open(), entries: [...open().entries, chosen] }).all;
    expect(after.map((one) => [figureWords(one), one.running])).toEqual([
      ["59 s", false],
      ["3 min 41 s", false],
      ["1 min", true],
      ["5 min 40 s", true],
    ]);
  });

  it("knows nothing of how long it lasted where nobody has seen it begin", () => {
    const blind = record(5, { entries: [], close: { at: before(60), by: "lena-h", reason: "over" } });
    const { all, sentence } = of(blind);
    expect(sentence).toBe("Incident 5: Crashed after v1847.");
    const seen = record(5, { ...blind, entries: [entry("s", before(600), "signal", "H10", "Heroku")] });
    expect(of(seen).sentence).toBe("Incident 5: how long storefront was hurt is not known.");
    expect(all.map(figureWords)).toEqual(["not known", "not known", "not known", "not known"]);
    expect(barName(all)).toBe("time to detect not known, time to decide not known, time to recover not known");
    const opened = of(record(6, { opened_by: "person", title: "Checkout is slow" }));
    expect(opened.sentence).toBe("Incident 6 is open: Checkout is slow.");
    expect(opened.all.every((one) => !one.running)).toBe(true);
  });

  it("is not called hurt where all that was seen is a release that failed", () => {
    const failed = of(earlier().find((one) => one.number === 29)!);
    expect(failed.sentence).toBe("Incident 29: Release failed, old stayed.");
    expect(failed.facts).toContain("not hurt");
    expect(of({ ...crashed(), production: false, environment: "staging" }).sentence).toBe(
      "Incident 32: staging of storefront was hurt for 6 min.",
    );
  });

  it("asks whether it is over, where nothing more happened for a day", () => {
    const { sentence } = of({ ...open(), asks_since: before(60) });
    expect(sentence).toBe("Incident 33: nothing more happened for a day. Is it over?");
    expect(lengthOfRecord(summaryOf({ ...open(), asks_since: before(60) }))).toBe("over?");
  });

  it("says what became of what left", () => {
    expect(crashed().left.map((one) => becameWords(one, crashed().opened_at))).toEqual([
      "reverted, v1851",
      "back 12:04, v1851",
      "back 12:04, v1851",
      "not back, nadia-k",
    ]);
  });

  it("says who closed it, and who acknowledged it", () => {
    const closed = of({ ...crashed(), close: { at: today("12:24"), by: "joost-v", reason: "Looked at" } });
    expect(closed.facts).toContain("closed 12:24 by joost-v: Looked at");
    const seen = of({ ...open(), acknowledged: { by: "lena-h", at: today("14:34"), causes: [] } });
    expect(seen.facts).toContain("acknowledged by lena-h 14:34");
  });

  it("counts what left, commits without a PR apart", () => {
    expect(leftWords(crashed())).toBe("4 PRs left production");
    const [first] = crashed().left;
    const bare = { ...first!, number: null, id: "9f3c1ab" };
    expect(leftWords({ ...crashed(), left: [first!, bare] })).toBe("1 PR and 1 commit without a PR left production");
    expect(leftWords({ ...crashed(), left: [bare] })).toBe("1 commit without a PR left production");
  });
});

describe("an entry", () => {
  const one = entry("a", today("14:39:14"), "note", "It began", "lena-h");

  it("shows seconds where there are any, and how often it was seen", () => {
    expect(clockTime(today("14:39:14"))).toBe("14:39:14");
    expect(clockTime(today("14:41"))).toBe("14:41");
    expect(times(one)).toBeNull();
    expect(times({ ...one, count: 14, last_at: today("14:46") })).toBe("×14 until 14:46");
  });

  it("shows when it was recorded where that is a minute apart, and what it was before", () => {
    expect(entryFacts(one)).toEqual([]);
    expect(entryFacts({ ...one, recorded_at: today("14:40:13") })).toEqual([]);
    expect(entryFacts({ ...one, recorded_at: today("14:58:10") })).toEqual(["recorded 14:58:10"]);
    const edit = { by: "lena-h", at: today("15:00"), happened_at: today("14:58:10"), text: "Began" };
    const later = { by: "joost-v", at: today("15:10"), happened_at: today("14:50"), text: "It began" };
    expect(entryFacts({ ...one, edits: [edit, later] })).toEqual(["edited by joost-v, first 14:58:10 “Began”"]);
  });

  it("has the day before it where that is another", () => {
    expect(dayBefore(one, undefined, today("14:00"))).toBeNull();
    const next = { ...one, happened_at: iso(Date.parse(one.happened_at) + 86_400_000) };
    expect(dayBefore(next, one, today("14:00"))).toBe("Tue 24 Nov");
    expect(editable(next.happened_at, today("14:00"))).toBe("2026-11-24 14:39:14");
    expect(editable(one.happened_at, today("14:00"))).toBe("14:39:14");
  });

  it.each([
    ["14:41", today("14:41")],
    [" 9:05 ", today("09:05")],
    ["14:41:30", today("14:41:30")],
    ["2026-11-22 23:59", new Date(2026, 10, 22, 23, 59).toISOString()],
    ["25:00", null],
    ["14:60", null],
    ["2026-02-30 10:00", null],
    ["14", null],
    ["tomorrow", null],
    ["", null],
  ])("takes the time %j, or does not", (text, wanted) => {
    expect(typedTime(text, one.happened_at)).toBe(wanted);
  });

  it.each([
    [1, "1 second"],
    [58, "58 seconds"],
    [60, "1 minute"],
    [369, "6 minutes 9"],
    [3600, "1 hour"],
    [11_520, "3 hours 12 minutes"],
  ])("says %d seconds aloud", (seconds, words) => {
    expect(spoken(seconds)).toBe(words);
  });

  it("says what a way was thought to take, and what it took", () => {
    const way = { text: "Revert #482", chosen: false, estimate_seconds: 540, took_seconds: null };
    expect(optionWords(way)).toBe("about 9 min");
    expect(optionWords({ ...way, took_seconds: 1020 })).toBe("about 9 min, took 17 min");
    expect(optionWords({ ...way, estimate_seconds: null })).toBe("no estimate then");
  });
});

describe("the list of records", () => {
  const all = newestFirst([...earlier(), crashed()].map(summaryOf));

  it("has the newest first, each with its date and its length", () => {
    expect(all[0]?.number).toBe(32);
    expect(all.map((one) => one.number)).toEqual([...all.map((one) => one.number)].sort((a, b) => b - a));
    expect(all.slice(0, 4).map((one) => `${dateOfRecord(one.opened_at, NOW)}, ${lengthOfRecord(one)}`)).toEqual([
      "today, 6 min",
      "Thu 19, 17 min",
      "12 Nov, 3 min",
      "9 Nov, not hurt",
    ]);
    expect(recordName(all[3]!, NOW)).toBe(
      "Incident 29, Release failed, old stayed, catalog production, 9 Nov, not hurt",
    );
    expect(lengthOfRecord(summaryOf(open()))).toBe("open");
    expect(dateOfRecord(new Date(2025, 2, 1).toISOString(), NOW)).toBe("1 Mar 2025");
  });

  it("has those before the last 90 days under a head, and an open one never there", () => {
    const many = newestFirst(long().map(summaryOf));
    const rows = recordRows(many, NOW);
    const head = rows.findIndex((row) => row.row === "head");
    expect(rows[head]).toMatchObject({ text: `Earlier, ${many.length - head}` });
    expect(rows).toHaveLength(many.length + 1);
    expect(recordRows(all, NOW).every((row) => row.row === "record")).toBe(true);
    expect(isRecent({ ...summaryOf(open()), opened_at: before(200 * 86_400) }, NOW)).toBe(true);
  });

  it("is found by number, title, service and environment", () => {
    const found = (asked: string) => all.filter((one) => matchesRecord(one, asked)).map((one) => one.number);
    expect(found("31")).toEqual([31]);
    expect(found("STOREFRONT command")).toEqual([24]);
    expect(found("nothing of it")).toEqual([]);
  });
});
