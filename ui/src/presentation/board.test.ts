import { describe, expect, it } from "vitest";
import { twelve } from "../ipc/fake/board";
import { NOW, account, before, service } from "../ipc/fake/parts";
import { pr } from "../ipc/fake/pulls";
import { viewOf, type FakeService } from "../ipc/fake/views";
import type { Mark, OverviewGroup, ServiceView, StagingDifference } from "../ipc/types";
import {
  boardFacts,
  boardSentence,
  byUrgency,
  countsOf,
  driftOf,
  groupNote,
  isInTab,
  matchesService,
  ofRail,
  ofRow,
  rowName,
  rowWord,
} from "./board";
import { besideCause, wayOf } from "./ways";
import { rowOffers } from "./offers";

const all = () => twelve().map((one) => viewOf(one));
const named = (name: string) => all().find((one) => one.name === name)!;
const accounts = [account("github")];

/** A service of a group and a mark. */
function of(name: string, group: OverviewGroup, mark: Mark, since: number | null = null): ServiceView {
  const view = viewOf(service(name, { mark }));
  return { ...view, overview: { ...view.overview, group, since: since === null ? null : before(since) } };
}

describe("the order of services", () => {
  it("is by group, then by mark, then the longest wait", () => {
    expect(byUrgency(all()).map((one) => one.name)).toEqual([
      "storefront",
      "shipping-rates",
      "email-worker",
      "search-indexer",
      "pricing",
      "loyalty",
      "payments",
      "media-resizer",
      "inventory",
      "checkout-api",
      "catalog",
      "admin-console",
    ]);
  });
  it("keeps the listed order where nothing tells them apart, and puts what has no known wait last", () => {
    const same = [of("b", "quiet", "healthy"), of("a", "quiet", "healthy")];
    expect(byUrgency(same).map((one) => one.name)).toEqual(["b", "a"]);
    const waits = [
      of("unknown", "waits_for_you", "waits"),
      of("short", "waits_for_you", "problem", 60),
      of("long", "waits_for_you", "healthy", 600),
    ];
    expect(byUrgency(waits).map((one) => one.name)).toEqual(["long", "short", "unknown"]);
    const problems = [of("u", "problem_or_unknown", "unknown", 900), of("p", "problem_or_unknown", "problem", 60)];
    expect(byUrgency(problems).map((one) => one.name)).toEqual(["p", "u"]);
  });
});

describe("the sentence over all services", () => {
  const hurt = (name: string) => of(name, "hurt", "hurt", 300);
  const waits = (name: string) => of(name, "waits_for_you", "waits", 60);
  const problem = (name: string) => of(name, "problem_or_unknown", "problem");
  const unknown = (name: string) => of(name, "problem_or_unknown", "unknown");
  const moving = (name: string) => of(name, "moving", "in_flight");
  const quiet = (name: string) => of(name, "quiet", "healthy");
  const cases: [services: ServiceView[], text: string, mark: string][] = [
    [[], "No service yet", "minus"],
    [[hurt("a"), waits("b"), waits("c")], "a production is hurt. 2 services wait for you.", "hurt"],
    [[hurt("a"), hurt("b")], "Production of a and b is hurt.", "hurt"],
    [[hurt("a"), hurt("b"), hurt("c"), waits("d")], "Production of a and 2 more is hurt. d waits for you.", "hurt"],
    [[waits("a"), problem("b")], "a waits for you.", "pause"],
    [[problem("a"), quiet("b")], "a has a problem.", "triangle"],
    [[problem("a"), problem("b"), unknown("c")], "2 services have a problem. c is unknown, checking.", "triangle"],
    [[unknown("a"), unknown("b")], "2 services are unknown, checking.", "unknown"],
    [[moving("a"), quiet("b")], "All 2 services are healthy. a moves.", "check"],
    [[quiet("a"), quiet("b")], "All 2 services are healthy. Nothing is in flight.", "check"],
    [[quiet("a")], "a is healthy. Nothing is in flight.", "check"],
  ];
  it.each(cases)("%#", (services, text, mark) => {
    const { text: said, shown } = boardSentence(services);
    expect([said, shown.mark]).toEqual([text, mark]);
  });
  it("never calls healthy what is not known", () => {
    for (const services of [[unknown("a"), quiet("b")], [problem("a")], [waits("a")]])
      expect(boardSentence(services).text).not.toContain("healthy");
  });
  it("leaves the other groups to the facts under it", () => {
    expect(boardFacts(all())).toEqual([
      "12 services",
      "3 have a problem or are unknown",
      "3 move or are held",
      "3 quiet",
    ]);
    expect(boardFacts([problem("a")])).toEqual(["1 service", "1 has a problem or is unknown"]);
  });
  it("says that production is not affected only where each was seen to be well", () => {
    expect(groupNote("problem_or_unknown", [problem("a")])).toBe("production is not affected");
    expect(groupNote("problem_or_unknown", [problem("a"), unknown("b")])).toBeNull();
    expect(groupNote("moving", [moving("a")])).toBe("no one has to act");
    expect(groupNote("moving", [moving("a"), of("b", "moving", "waits")])).toBe("nothing for you to do");
    const down = problem("a");
    const [production, ...rest] = down.environments;
    const degraded = { ...down, environments: [{ ...production!, health: "degraded" as const }, ...rest] };
    expect(groupNote("problem_or_unknown", [degraded])).toBeNull();
  });
});

describe("a row", () => {
  it("has one mark and a few words, in the list and in the rail", () => {
    const shown = (name: string) => [ofRow(named(name)).mark, rowWord(named(name), NOW), ofRail(named(name)).word];
    expect(shown("storefront")).toEqual(["hurt", "hurt 5 min", "hurt"]);
    expect(shown("email-worker")).toEqual(["pause", "approve", "approve"]);
    expect(shown("shipping-rates")).toEqual(["pause", "your PR", "your PR"]);
    expect(shown("search-indexer")).toEqual(["cross", "failed on main", "failed"]);
    expect(shown("pricing")).toEqual(["triangle", "split release", "split release"]);
    expect(shown("loyalty")).toEqual(["unknown", "unknown", "unknown"]);
    expect(shown("media-resizer")).toEqual(["ring", "in flight", "62 %"]);
    expect(shown("catalog")).toEqual(["check", "", ""]);
  });
  it("has a name that says what is urgent first", () => {
    expect(rowName(named("storefront"), NOW)).toBe(
      "storefront, hurt 5 min, 6 of 8 web dynos crashed, version 1847, in flight 489, 20 percent",
    );
    expect(rowName(named("checkout-api"), NOW)).toBe("checkout-api, quiet, 9 open PRs, 3 can merge, version 655");
    expect(rowName(named("search-indexer"), NOW)).toContain("index-build failed in pipeline #884, and 1 more");
  });
  it("has one button that asks first, or says why not, or opens its place", () => {
    const way = (one: ServiceView) => wayOf(one, one.overview.waiting[0]!);
    expect(way(named("storefront"))).toMatchObject({
      words: "Roll back…",
      name: "Roll back storefront production to v1846, asks first",
      blocked: null,
    });
    expect(way(named("email-worker"))).toMatchObject({ words: "Approve #212…", action: { pipeline: "p-212" } });
    expect(way(named("shipping-rates"))).toMatchObject({ words: "Merge #77…" });
    expect(way(named("search-indexer"))).toMatchObject({ words: "Rerun #884…" });
    expect(way(named("pricing"))).toMatchObject({ words: "Open", action: null, place: { place: "flow" } });
    expect(way(named("loyalty"))).toMatchObject({ words: "Open", place: { place: "journal" } });
    expect(way(named("payments"))).toMatchObject({
      words: "Approve #264…",
      action: null,
      blocked: "The account of CircleCI is read-only here",
    });
    const beside = (one: ServiceView) => besideCause(one, one.overview.waiting[0]!, NOW);
    expect(beside(named("storefront"))).toBe("Roll back to v1846: about 40 s");
    expect(beside(named("email-worker"))).toBe("for 13 min; 9 of 9 jobs passed, 2 PRs");
    expect(beside(named("pricing"))).toBe("for 1 h 24 min; #208 is in production only");
    expect(beside(named("payments"))).toBe("The account of CircleCI is read-only here");
  });
  it("acts by a letter only where it is clear on what, and else says why not", () => {
    const asked = (letter: keyof typeof rowOffers, name: string) => {
      const { action, blocked } = rowOffers[letter](named(name));
      return blocked ?? action?.action;
    };
    expect(asked("r", "storefront")).toBe("roll_back");
    expect(asked("h", "email-worker")).toBe("approve");
    expect(asked("h", "catalog")).toBe("Nothing waits for approval");
    expect(asked("h", "payments")).toBe("Nothing waits for approval");
    expect(asked("m", "shipping-rates")).toBe("merge");
    expect(asked("m", "catalog")).toBe("merge");
    expect(asked("m", "checkout-api")).toBe("3 PRs can merge: open the service");
    expect(asked("m", "admin-console")).toBe("No PR can merge now");
    expect(asked("f", "search-indexer")).toBe("rerun");
    expect(asked("f", "media-resizer")).toBe("Nothing has failed");
    expect(asked("x", "media-resizer")).toBe("cancel");
    expect(asked("x", "email-worker")).toBe("Several are in flight: open the service");
    expect(asked("v", "storefront")).toBe("The live release brought several PRs: open the service to choose");
  });
});

describe("staging beside production", () => {
  const set = (pull_requests: number[], other_commits = 0) => ({ pull_requests, other_commits });
  const environment = "staging";
  const cases: [StagingDifference, string, boolean][] = [
    [{ difference: "no_staging" }, "no staging", false],
    [{ difference: "unknown", environment }, "unknown", false],
    [{ difference: "same", environment }, "same code", false],
    [{ difference: "ahead", environment, brings: set([1, 2]) }, "2 PRs ahead", false],
    [{ difference: "ahead", environment, brings: set([], 3) }, "3 commits ahead", false],
    [{ difference: "behind", environment, lacks: set([1]) }, "1 PR behind", true],
    [{ difference: "differ", environment, brings: set([1]), lacks: set([2]) }, "differ", true],
  ];
  it.each(cases)("%#", (differs, text, warn) => {
    expect(driftOf(viewOf(service("shop", { differs })))).toMatchObject({ text, warn });
  });
});

describe("what is looked for", () => {
  it("is a service, a pull request's number or title, or a person", () => {
    const found = (filter: string) =>
      all()
        .filter((one) => matchesService(one, filter))
        .map((one) => one.name);
    expect(found("index")).toEqual(["search-indexer", "storefront"]);
    expect(found("#77")).toEqual(["shipping-rates"]);
    expect(found("parcel LENA-H")).toEqual(["shipping-rates"]);
    expect(found("tomasz")).toEqual(["media-resizer", "storefront"]);
    expect(found("nowhere")).toEqual([]);
  });
  it("counts services that wait, and pull requests that are one's own wherever they are", () => {
    expect(countsOf(all(), accounts, NOW)).toEqual({ all: 12, waits: 2, mine: 3 });
    const mine = all().filter((one) => isInTab(one, "mine", accounts, NOW));
    expect(mine.map((one) => one.name)).toEqual(["checkout-api", "shipping-rates"]);
  });
  it("is nobody's own where no account says who looks", () => {
    const unnamed = [account("github", { user: null }), account("heroku", { user: "lena-h" })];
    expect(countsOf(all(), unnamed, NOW).mine).toBe(0);
  });
  it("takes one account's user where the service names the account", () => {
    const two = [account("github"), account("github", { id: "other", user: "marek-d" })];
    const fake: FakeService = service("shop", { pull_requests: [pr(1, "A", "ready", { author: "marek-d" })] });
    const shop = viewOf({ ...fake, config: { ...fake.config, accounts: ["github"] } });
    expect([isInTab(shop, "mine", two, NOW), isInTab(viewOf(fake), "mine", two, NOW)]).toEqual([false, true]);
  });
});
