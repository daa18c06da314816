import { describe, expect, it } from "vitest";
import { NOW, before, configSet, environment, release, service } from "../ipc/fake/parts";
import { viewOf } from "../ipc/fake/views";
import { autoMerge, badChange, carrier, change } from "../ipc/fake/watches";
import {
  againWords,
  badWords,
  clockOf,
  forecastWords,
  leaveWords,
  leavingBy,
  nothingFacts,
  shipsIn,
  stopWords,
  stoppable,
} from "./recovery";

const shop = viewOf(service("shop"));

describe("the clock of the ways on", () => {
  it.each([
    [[], 120, ["now", "30 s", "60", "90"]],
    [[40, 540, 370], 626.4, ["now", "2 min", "4", "6", "8", "10"]],
    [[90_000], 104_400, ["now", "8 h", "16", "24"]],
  ])("is as long as the longest of %o, with few lines", (seconds, span, ticks) => {
    const clock = clockOf(seconds);
    expect(clock.span).toBeCloseTo(span);
    expect(clock.ticks.map((one) => one.text)).toEqual(ticks);
    expect(clock.ticks.every((one) => one.at >= 0 && one.at < 1)).toBe(true);
  });
});

describe("what a rollback takes out", () => {
  it("is counted by the releases that are known, each PR and each name once", () => {
    const env = environment("production", "app", [
      release(9, before(10), { current: true, code_version: 8, pull_requests: [], ...configSet("A", "B") }),
      release(8, before(20), { pull_requests: [1, 2] }),
      release(7, before(30), { status: "failed", pull_requests: [3] }),
      release(6, before(40), { pull_requests: [4] }),
    ]);
    expect(leavingBy(env, 6)).toEqual({ pulls: 2, config: 2 });
    const unread = { ...env, releases: env.releases.map((one) => ({ ...one, pull_requests: null })) };
    expect(leavingBy(unread, 6).pulls).toBeNull();
  });

  it.each([
    [4, 2, "4 PRs and 2 config changes leave"],
    [1, 0, "1 PR leaves"],
    [0, 0, "No PR leaves"],
    [0, 1, "No PR and 1 config change leaves"],
    [null, 0, "Which PRs leave is not known"],
    [null, 2, "Which PRs leave is not known; 2 config changes undone"],
    [3, null, "3 PRs leave; config changes not known"],
  ])("is said of %o and %o", (pulls, config, words) => {
    expect(leaveWords(pulls, config)).toBe(words);
  });
});

describe("the revert's forecast", () => {
  const noon = new Date(2026, 10, 23, 12, 0).getTime();
  const of = { tip: null, files: 3, chain: [] };
  it("says yes, no and not known, and a chain before all", () => {
    const words = (is: Parameters<typeof forecastWords>[0]) => forecastWords(is, "main", noon);
    expect(words({ ...of, outcome: { outcome: "clean" } })).toEqual({
      text: "Reverts cleanly, tried on main at 12:00",
      good: true,
    });
    expect(words({ ...of, outcome: { outcome: "conflicts", paths: ["a.rb", "b.rb", "c.rb"] } })).toEqual({
      text: "Would conflict in a.rb and 2 more, tried on main at 12:00",
      good: false,
    });
    expect(words({ ...of, outcome: { outcome: "nothing_left" } })).toEqual({
      text: "Nothing of it is left on main: a revert would change nothing",
      good: false,
    });
    expect(words({ ...of, outcome: { outcome: "not_known", why: "140 files" } })).toEqual({
      text: "Whether it reverts cleanly is not known: 140 files",
      good: null,
    });
    expect(words({ ...of, outcome: { outcome: "clean" }, chain: [489, 482] })).toEqual({
      text: "One revert is not enough: #489, then #482",
      good: false,
    });
  });
});

describe("doing nothing", () => {
  const way = (carriers = [carrier()], checked = 4) => ({ bad: [badChange()], carriers, checked, unread: [] });
  it("is what ships next, with its time", () => {
    expect(nothingFacts(shop, way(), NOW)).toEqual([
      "Pipeline #3129 has #482, without its revert",
      "Pipeline #3129 is 20 % done",
    ]);
    expect(againWords(shop, way(), NOW)).toBe("#482 again in 6 min");
    expect(nothingFacts(shop, way([carrier(), autoMerge()]), NOW)[1]).toBe(
      "Pipeline #3129 is 20 % done; 1 more thing after it",
    );
  });
  it("says what is not known, and never that it is safe", () => {
    expect(nothingFacts(shop, null, NOW)).toEqual(["What is on its way is not known"]);
    expect(againWords(shop, null, NOW)).toBe("what ships next is not known");
    expect(nothingFacts(shop, way([carrier({ known: false, progress: null })]), NOW)[0]).toBe(
      "Pipeline #3129 may have #482: not known",
    );
    expect(againWords(shop, way([carrier({ ships_in_seconds: null })]), NOW)).toBe("#482 again, when is not known");
  });
  it("says that nothing releases it again, and of how many", () => {
    expect(nothingFacts(shop, way([]), NOW)).toEqual(["Nothing on its way releases #482 again, 4 checked"]);
    expect(againWords(shop, way([]), NOW)).toBe("nothing releases it again");
  });
  it("counts on since the CI was read", () => {
    expect(shipsIn(shop, carrier({ ships_in_seconds: 100 }), NOW)).toBe(97);
    expect(shipsIn(shop, carrier({ ships_in_seconds: 1 }), NOW)).toBe(0);
  });
});

describe("the words of what is bad, and of what stops it", () => {
  it("name the first", () => {
    const three = [badChange(), change(483, "b", "x"), { ...change(0, "c", "x"), number: null, id: "77aa01c9ab27" }];
    expect(badWords([])).toBe("what is bad");
    expect(badWords(three.slice(0, 2))).toBe("#482 and #483");
    expect(badWords(three)).toBe("#482 and 2 more");
    expect(badWords(three.slice(2))).toBe("77aa01c");
  });
  it("are those of the design for each kind", () => {
    expect(stopWords(carrier(), 3129)).toBe("Stop #3129…");
    expect(stopWords(carrier(), null)).toBe("Stop Pipeline #3129…");
    expect(stopWords(autoMerge(), null)).toBe("Turn off auto-merge of #488…");
    const queued = carrier({ stop: { action: "dequeue", service: "shop", number: 488 } });
    expect(stopWords(queued, null)).toBe("Take #488 out of the queue…");
  });
  it("leave out what nothing stops", () => {
    const all = [carrier(), carrier({ stop: null }), carrier({ stop_blocked: "archived" })];
    expect(stoppable({ bad: [], carriers: all, checked: 3, unread: [] })).toEqual([all[0]]);
    expect(stoppable(null)).toEqual([]);
  });
});
