import { describe, expect, it } from "vitest";
import { NOW } from "../ipc/fake/parts";
import { pinned, pinnedClear, pinnedViolated, watchedBad } from "../ipc/fake/pinned";
import { storefront } from "../ipc/fake/storefront";
import { viewOf } from "../ipc/fake/views";
import { carrier } from "../ipc/fake/watches";
import { ofRail, ofRow } from "./board";
import { bringingBack, cardShown, isHeld, isPinned, pinOf, pinnedOf, usualPin, withPin, withUsualPin } from "./pins";
import { needsWayOn, productionOf } from "./state";

const view = viewOf(pinned());
const production = productionOf(view)!;

describe("a pinned service", () => {
  it("says so in the rail, among all services and on its card", () => {
    expect(isPinned(view)).toBe(true);
    expect(ofRow(view)).toMatchObject({ mark: "pin", tone: "person", word: "pinned" });
    expect(ofRail(view)).toMatchObject({ mark: "pin", word: "pinned" });
    expect(cardShown(view, production, NOW)).toMatchObject({ mark: "pin", word: "Pinned" });
  });

  it("is amber once the pin is violated, and hurt before all", () => {
    const violated = viewOf(pinnedViolated());
    expect(isPinned(violated)).toBe(false);
    expect(cardShown(violated, productionOf(violated)!, NOW)).toMatchObject({ tone: "warn", word: "Pin violated" });
  });

  it("marks what would bring it back: what merges by itself, and what can merge while its revert is not there", () => {
    expect([...bringingBack(view)].sort()).toEqual([488, 491]);
    // Its revert is on the branch: only what was begun before carries it.
    const merged = { ...view, pull_requests: view.pull_requests.filter((one) => one.number !== 492) };
    expect([...bringingBack(merged)]).toEqual([488]);
    expect([...bringingBack(viewOf(pinnedClear()))]).toEqual([491]);
    expect([...bringingBack(viewOf(storefront()))]).toEqual([]);
  });

  it("calls held by the pin only what a person's approval holds", () => {
    expect(isHeld(carrier({ waits_for: "the approval release", stop: null }))).toBe(true);
    expect(isHeld(carrier({ waits_for: "the approval release" }))).toBe(false);
    expect(isHeld(carrier({ stop: null }))).toBe(false);
  });

  it("is listed with production first", () => {
    const env = { ...view.environments[1]!, pin: production.pin };
    expect(pinnedOf({ environments: [env, production] }).map((one) => one.name)).toEqual(["production", "staging"]);
  });
});

describe("the pin of a rollback", () => {
  const back = { action: "roll_back", service: "s", environment: "e", to: null, reason: null } as const;
  it("is usual in production alone, and on rollbacks alone", () => {
    expect(usualPin({ production: true })).toEqual({ bad: null, ends_by_itself: true });
    expect(usualPin({ production: false })).toBeNull();
    expect(pinOf(withUsualPin(back, production))).toEqual({ bad: null, ends_by_itself: true });
    expect(pinOf(withUsualPin(back, undefined))).toBeNull();
    const revert = { action: "revert", service: "s", number: 1 } as const;
    expect(withUsualPin(revert, production)).toBe(revert);
  });
  it("is what a person chose", () => {
    const chosen = { bad: ["#482"], ends_by_itself: false };
    expect(pinOf(withPin(back, chosen))).toEqual(chosen);
    expect(pinOf(withPin(back, null))).toBeNull();
  });
});

describe("a bad watch of what is live", () => {
  it("needs a way on, and its card is not green", () => {
    const bad = viewOf(watchedBad());
    expect(needsWayOn(bad)).toBe(true);
    expect(cardShown(bad, productionOf(bad)!, NOW)).toMatchObject({ tone: "hurt", word: "Watch bad" });
  });
  it("is not of code that was left since", () => {
    const bad = viewOf(watchedBad());
    const left = {
      ...bad,
      environments: bad.environments.map((one) => ({
        ...one,
        current: one.current && { ...one.current, commit: "c" },
      })),
    };
    expect(needsWayOn(left)).toBe(false);
  });
});
