import { describe, expect, it } from "vitest";
import { NOW, before, environment, release } from "../ipc/fake/parts";
import { badWatch, watch } from "../ipc/fake/watches";
import { medianOf, minuteOf, ofReleaseWatch, ofWatch, stripOf, stripWords, watchNote, watchOf } from "./watch";

describe("the watch of a release", () => {
  it("has the last samples before, each since, and what is planned", () => {
    const strip = stripOf(badWatch());
    expect([strip.before.length, strip.since.length, strip.planned]).toEqual([20, 20, 18]);
    expect(strip.since.filter((one) => one === "bad")).toHaveLength(17);
    expect(stripWords(badWatch())).toBe("Before on v1846 20 of 20 good, since then 3 of 20 good, 18 more planned");
  });

  it("plans nothing once it has ended, and says that nothing was there before", () => {
    const ended = watch(7, 1500, "aa", { baseline: null, ended_at: before(300), verdict: "good" });
    expect(stripOf(ended)).toMatchObject({ before: [], planned: 0 });
    expect(stripWords(ended)).toBe("No sample of the code before, since then 38 of 38 good");
  });

  it("is judged by processes where there is no health URL", () => {
    const crashed = { name: "web.1", process: "web", at: null, wanted: 2 };
    const processes = [
      { at: before(60), up: 2, wanted: 2, crashed: [] },
      { at: before(30), up: 1, wanted: 2, crashed: [crashed] },
      { at: before(10), up: 0, wanted: 2, crashed: [] },
    ];
    const one = watch(7, 60, "aa", { has_health_url: false, processes, planned: 20 });
    expect(stripOf(one).since).toEqual(["good", "bad", "bad"]);
    expect(watchNote(one, NOW)).toBe("3 of 20 samples in 20 min, by processes, no health URL");
  });

  it("never says good of a running one", () => {
    expect(ofWatch(watch(7, 290, "aa"), NOW)).toMatchObject({ tone: "run", word: "minute 5 of 20" });
    expect(minuteOf(watch(7, 5000, "aa"), NOW)).toBe("minute 20 of 20");
  });

  it("tells when it was called bad", () => {
    expect(watchNote(badWatch(), NOW)).toBe("minute 7 of 20, called bad after 1 min 28 s");
  });

  it.each([
    [{ verdict: "good" as const }, "Good", "ok"],
    [{ verdict: "good" as const, after_trouble: true }, "Good after trouble", "ok"],
    [{ verdict: "bad" as const }, "Bad", "warn"],
    [{ verdict: "inconclusive" as const }, "Inconclusive", "grey"],
    [{ verdict: "superseded" as const }, "Superseded", "grey"],
    [{ verdict: null }, "9 of 38", "run"],
  ])("of a release is %o: %s", (more, word, tone) => {
    const summary = { reason: null, after_trouble: false, taken: 9, planned: 38, ...more };
    const one = release(7, before(9000), { watch: summary });
    const env = environment("production", "app", [one]);
    expect(ofReleaseWatch(env, one, NOW)).toMatchObject({ word, tone });
  });

  it("is nothing where there was none, and not live where it failed", () => {
    const env = environment("production", "app", []);
    expect(ofReleaseWatch(env, release(7, before(9)), NOW)).toBeNull();
    expect(ofReleaseWatch(env, release(7, before(9), { status: "failed" }), NOW)?.word).toBe("Not live");
  });

  it("has its samples at hand of the newest alone", () => {
    const env = environment("production", "app", [], { watch: watch(7, 60, "aa") });
    expect(watchOf(env, { id: "r-7" })).not.toBeNull();
    expect(watchOf(env, { id: "r-6" })).toBeNull();
  });

  it("has a median of what answered", () => {
    const at = before(1);
    const answer = (milliseconds: number | null, failed = false) => ({ at, failed, status: 200, milliseconds });
    expect(medianOf([])).toBeNull();
    expect(medianOf([answer(null), answer(9000, true)])).toBeNull();
    expect(medianOf([answer(90), answer(10), answer(20)])).toBe(20);
    expect(medianOf([answer(10), answer(20)])).toBe(15);
  });
});
