import { describe, expect, it } from "vitest";
import type { ComparedChange, Comparison, ComparisonSide, MigrationEffect } from "../ipc/types";
import { comparison, promoted } from "../ipc/fake/comparison";
import { NOW, before, configSet, environment, release, rolledBackTo, service } from "../ipc/fake/parts";
import { viewOf } from "../ipc/fake/views";
import {
  accountOf,
  authorsOf,
  changeName,
  configWords,
  factsOf,
  groupsOf,
  lastTwo,
  likelyPair,
  missing,
  movedOn,
  optionValue,
  pairOf,
  pairOfPlan,
  pairOfRelease,
  pickerName,
  releaseOptions,
  samePair,
  stagingPair,
} from "./compare";
import { promoteOffer } from "./offers";

const named = (name: string, version: number | null = null) => ({ environment: name, version });

function change(pull_request: number | null, more: Partial<ComparedChange> = {}): ComparedChange {
  return {
    pull_request,
    sha: `${pull_request ?? "c0ffee"}aaaaaaaaaa`,
    title: "A change",
    author: "marek-d",
    commits: 1,
    migrations: [],
    ...more,
  };
}
const side = (changes: ComparedChange[], more: Partial<ComparisonSide> = {}): ComparisonSide => ({
  changes,
  cancelling: [],
  commits: changes.reduce((sum, one) => sum + one.commits, 0),
  complete: true,
  people: [],
  ...more,
});
const migrates = (...effects: MigrationEffect[]) => ({
  migrations: effects.map((effect, i) => ({ path: `db/migrate/${i}.rb`, effect })),
});

describe("which two releases are meant", () => {
  const production = environment("production", "shop-production", [
    release(12, before(60), { current: true, code_version: 9, ...rolledBackTo(9) }),
    release(11, before(900), { code_version: 10, ...configSet("A") }),
    release(10, before(1800)),
    release(9, before(3600)),
    release(8, before(7200), { status: "failed" }),
    release(7, before(9000)),
  ]);
  const staging = environment("staging", "shop-staging", [release(31, before(60), { current: true })]);
  const shop = viewOf(service("shop", { environments: [production, staging] }));

  it("is staging against production, each as it is live", () => {
    expect(stagingPair(shop)).toEqual({ base: named("production"), head: named("staging") });
    expect(likelyPair(shop)).toEqual(stagingPair(shop));
    expect(pairOf(shop, shop.environments[1]!)?.words).toBe("Compare staging with production");
  });

  it("is what is live against what ran before, where there is no staging", () => {
    const alone = viewOf(service("shop", { environments: [production] }));
    expect(stagingPair(alone)).toBeNull();
    // Back on the code of v9: before it ran that of v10, with the config of v11.
    expect(likelyPair(alone)).toEqual({ base: named("production", 11), head: named("production") });
    const never = environment("production", "a", [release(1, before(60), { status: "failed" })]);
    expect(lastTwo(never)).toBeNull();
    const first = environment("production", "a", [release(1, before(60), { current: true })]);
    expect(likelyPair(viewOf(service("shop", { environments: [first] })))).toBeNull();
  });

  it("is a release against what is live, the earlier one as the base", () => {
    expect(pairOfRelease(production, production.releases[3]!)).toMatchObject({
      base: named("production", 9),
      head: named("production"),
      words: "Compare with what is live",
    });
    const later = release(13, before(5), { status: "failed" });
    expect(pairOfRelease(production, later)).toMatchObject({
      base: named("production"),
      head: named("production", 13),
    });
    expect(pairOfRelease(production, production.releases[0]!)).toMatchObject({
      base: named("production", 11),
      head: named("production", 12),
    });
  });

  it("are the two of a plan", () => {
    const promote = { action: "promote", service: "shop", from: "staging", to: "production" } as const;
    expect(pairOfPlan(promote, null)).toEqual({ base: named("production"), head: named("staging") });
    expect(pairOfPlan({ action: "merge", service: "shop", number: 1, method: null }, null)).toBeNull();
  });

  it("are the same two, however they are named", () => {
    const pair = stagingPair(shop);
    const other = { base: named("production", 12), head: named("staging", 31) };
    expect(samePair(shop, pair, other)).toBe(true);
    expect(samePair(shop, pair, { ...other, base: named("production", 11) })).toBe(false);
    expect(samePair(shop, null, other)).toBe(false);
  });

  it("are picked from the releases of every environment, with the one that is older than those", () => {
    const groups = releaseOptions(shop, named("production", 3), NOW);
    expect(groups.map((group) => [group.environment, group.options.length])).toEqual([
      ["production", 7],
      ["staging", 1],
    ]);
    expect(groups[0]?.options.map((option) => option.text)[0]).toMatch(/^v12, back on v9, [0-9a-f]{7}, 60 s|1 min/);
    expect(groups[0]?.options.map((option) => option.text)[4]).toMatch(/^v8, failed, /);
    expect(groups[0]?.options.at(-1)).toMatchObject({ text: "v3", name: named("production", 3) });
    expect(groups[1]?.options[0]?.value).toBe(optionValue(shop, named("staging")));
    expect(pickerName(shop, "Base", named("production"))).toBe("Base, production, version 12");
    expect(pickerName(shop, "Head", named("gone"))).toBe("Head, gone, nothing is known to run");
  });
});

describe("every change stands in one group", () => {
  it("with what changes the database first", () => {
    const all = side([change(1, migrates("adds")), change(2), change(null, { sha: "5" })], {
      cancelling: [{ change: change(4), revert: change(5) }],
      commits: 5,
    });
    expect(groupsOf(all).map((group) => [group.title, group.rows.length])).toEqual([
      ["Change the database", 1],
      ["Other PRs", 1],
      ["Commits without a PR", 1],
      ["Cancel each other", 1],
    ]);
    expect(accountOf(all)).toEqual({
      text: "2 PRs + 1 commit + 2 in the pair = 5 commits, all that lie between them. None left out.",
      adds: true,
    });
    expect(groupsOf(side([change(2)]))[0]?.title).toBe("PRs");
  });

  it("and says where it is not known whether the database is changed", () => {
    const unread = groupsOf(side([change(1, { migrations: null })]));
    expect(unread[0]?.note).toBe("which of them change the database is not known");
    expect(changeName(groupsOf(side([change(1, migrates("drops", "unknown"))]))[0]!.rows[0]!)).toBe(
      "Pull request 1, A change, drops data: no way back brings its data back, " +
        "Slipway cannot tell what it does to the database, marek-d",
    );
    const pair = side([], { cancelling: [{ change: change(4), revert: change(5) }], commits: 2 });
    expect(changeName(groupsOf(pair)[0]!.rows[0]!)).toBe(
      "Pull request 4, A change, and its revert, pull request 5: nothing of it arrives, marek-d",
    );
  });

  it("and the sum tells when some are missing, or more were not read", () => {
    expect(accountOf(side([change(1, { commits: 3 })]))?.text).toBe(
      "1 PR with 3 commits = 3 commits, all that lie between them. None left out.",
    );
    expect(accountOf(side([change(null)]))?.text).toBe("1 commit, all that lie between them. None left out.");
    expect(accountOf(side([change(1)], { commits: 4 }))).toEqual({
      text: "1 PR are 1 of 4 commits: not all stand here.",
      adds: false,
    });
    expect(accountOf(side([change(1)], { complete: false }))).toEqual({
      text: "1 PR = 1 commit. Compare is cut here: there are more.",
      adds: false,
    });
    expect(accountOf(side([]))).toBeNull();
  });

  it("and authors are counted over both sides", () => {
    const others = side([
      change(3, { author: "ines-b" }),
      change(4, { author: "ines-b" }),
      change(5, { author: null }),
    ]);
    expect(authorsOf([side([change(1)]), others])).toEqual([
      { author: "ines-b", changes: 2 },
      { author: "marek-d", changes: 1 },
    ]);
  });
});

describe("names of config", () => {
  const one = (more: object) => ({ name: "A", base: "not_set", head: "set", changed_at: null, ...more }) as const;

  it("are set or not, with when the head last changed them", () => {
    expect(configWords(one({}), "base", NOW)).toBe("not set");
    expect(configWords(one({ changed_at: before(7200) }), "base", NOW)).toBe("not set");
    expect(configWords(one({ changed_at: before(7200) }), "head", NOW)).toBe("set, changed 2 h ago");
    const gone = one({ base: "set", head: "not_set", changed_at: before(3 * 86_400) });
    expect(configWords(gone, "head", NOW)).toMatch(/^removed Fri \d\d:\d\d$/);
    expect(configWords(one({ head: "unknown" }), "head", NOW)).toBe("unknown");
  });
});

describe("what of a comparison is told beside the sentence", () => {
  const of = (scene: string, base = named("production"), head = named("staging")) =>
    comparison(promoted(), base, head, scene).comparison;

  it("counts commits, migrations and missing names", () => {
    expect(factsOf(of("compare"))).toEqual([
      "11 commits compared",
      "2 migrations",
      "1 config name missing on production",
    ]);
    expect(missing(of("compare")).map((one) => one.name)).toEqual(["GIFT_CARD_PROVIDER"]);
    expect(factsOf(of("compare-unknown"))).toEqual([]);
  });

  it("says when other code is live by now", () => {
    const shop = viewOf(promoted());
    const pair = { base: named("production"), head: named("staging") };
    const old: Comparison = { ...of("compare"), base: { ...of("compare").base, version: 1844 } };
    expect(movedOn(shop, pair, of("compare"))).toBeNull();
    expect(movedOn(shop, pair, old)).toBe("Production runs v1846 by now.");
    expect(movedOn(shop, { ...pair, base: named("production", 1844) }, old)).toBeNull();
  });

  it("offers the promotion only of what is live, along its own way, and where there is something to bring", () => {
    const shop = viewOf(promoted());
    expect(promoteOffer(shop, of("compare"))).toMatchObject({
      action: { action: "promote", from: "staging", to: "production" },
      blocked: null,
    });
    expect(promoteOffer(shop, of("compare-unknown"))?.blocked).toBeNull();
    expect(promoteOffer(shop, of("compare-same"))?.blocked).toBe("It is the same code");
    expect(promoteOffer(shop, of("compare", named("staging"), named("production")))).toBeNull();
    expect(promoteOffer(shop, of("compare", named("production", 1844)))).toBeNull();
    const apart = viewOf(
      service("storefront", { environments: promoted().environments.map((env) => ({ ...env, pipeline: env.name })) }),
    );
    expect(promoteOffer(apart, of("compare"))).toBeNull();
  });
});
