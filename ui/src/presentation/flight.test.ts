import { describe, expect, it } from "vitest";
import { twelve } from "../ipc/fake/board";
import { NOW, before, environment, pipeline, release, service } from "../ipc/fake/parts";
import { history } from "../ipc/fake/journal";
import { viewOf, type FakeService } from "../ipc/fake/views";
import { flightOf } from "./flight";
import { liveCode } from "./liveCode";
import { initials } from "./people";
import { moment } from "./time";

const named = (name: string) => viewOf(twelve().find((one) => one.name === name)!);
const of = (more: Partial<FakeService>) => flightOf(viewOf(service("shop", more)), NOW);
const moving = (number: number, progress: number, more = {}) =>
  pipeline(number, "running", `Change ${number}`, before(60), null, [], { progress, pull_request: number, ...more });

describe("what is in flight", () => {
  it("is the change furthest on, with how many more", () => {
    expect(of({ pipelines: [moving(3, 0.1), moving(2, 0.7), moving(1, 0.4)] })).toMatchObject({
      lead: "#2",
      percent: 70,
      more: 2,
      words: "in flight 2, 70 percent",
    });
  });
  it("has an estimate only where there is one, counted on since it was read", () => {
    expect(of({ pipelines: [moving(1, 0.1)] })?.note).toBe("no estimate yet");
    expect(of({ pipelines: [moving(1, 0.1, { eta_seconds: 363 })] })?.note).toBe("about 6 min left");
    expect(of({ pipelines: [moving(1, 0.9, { eta_seconds: 3 })] })?.note).toBe("any second now");
  });
  it("says where it is held, that it will not release, and when it was last read", () => {
    expect(flightOf(named("email-worker"), NOW)).toMatchObject({
      line: "held at approve-release",
      stopped: false,
      more: 1,
    });
    expect(flightOf(named("search-indexer"), NOW)).toMatchObject({
      lead: "#341",
      line: "will not release",
      stopped: true,
    });
    expect(flightOf(named("loyalty"), NOW)).toMatchObject({ lead: "#131", line: "last read 14:31", stopped: true });
  });
  it("is never blue while how it is now is not known", () => {
    const unread = service("shop", { pipelines: [moving(1, 0.5)] });
    const error = { kind: "unreachable" as const, message: "", since: before(900), retry_at: null, url: null };
    unread.sources = unread.sources.map((one) => ({ ...one, observed_at: before(900), error }));
    expect(flightOf(viewOf(unread), NOW)).toMatchObject({
      stopped: true,
      shown: { mark: "clock" },
      line: "last read 14:21",
    });
  });
  it("is an action whose outcome is open, before all else", () => {
    const sent = { ...history()[0]!, state: "sent" as const, action: "rollback", settled_as: null, target: "shop v7" };
    expect(of({ actions: [sent], pipelines: [moving(1, 0.5)] })).toMatchObject({
      lead: "Rollback sent, checking",
      line: "shop v7",
      percent: null,
      more: 1,
    });
  });
  it("is a release that is on its way, or nothing", () => {
    const releasing = environment("production", "shop", [
      release(2, before(20), { status: "pending" }),
      release(1, before(900)),
    ]);
    expect(of({ environments: [releasing] })).toMatchObject({ lead: "v2", line: "releasing to production" });
    expect(of({})).toBeNull();
  });
});

describe("the code that runs", () => {
  const live = release(9, before(60), { current: true, code_version: 7 });
  it("keeps its version and age under releases of config", () => {
    const releases = [
      live,
      release(8, before(120), { code_version: 7 }),
      release(7, before(900)),
      release(6, before(1800)),
    ];
    expect(liveCode({ current: live, releases })).toEqual({ version: 7, since: before(900), now: 9 });
  });
  it("is as old as the rollback that brought it back", () => {
    const back = release(9, before(60), { current: true, code_version: 7, cause: { cause: "rollback", to: 7 } });
    expect(liveCode({ current: back, releases: [back, release(8, before(120)), release(7, before(900))] })).toEqual({
      version: 7,
      since: before(60),
      now: 9,
    });
    expect(liveCode({ current: null, releases: [] })).toBeNull();
  });
});

it.each([
  ["nadia-k", "nk"],
  ["storefront", "st"],
  ["email-worker", "ew"],
  ["Ada Lovelace Byron", "al"],
  ["x", "x"],
  ["李小龙", "李小"],
  ["--", "--"],
])("initials of %s", (name, wanted) => expect(initials(name)).toBe(wanted));

it.each([
  [318, "5 min"],
  [5 * 3600 + 120, "5 h 2 min"],
  [7 * 3600, "07:36"],
  [30 * 3600, "Sun 08:36"],
  [6 * 86_400, "Tue 14:36"],
  [7 * 86_400, "16 Nov"],
  [400 * 86_400, "19 Oct 2025"],
])("%d s ago is a moment", (seconds, wanted) => expect(moment(before(seconds), NOW)).toBe(wanted));
