import { describe, expect, it } from "vitest";
import type { Release } from "../ipc/types";
import { NOW, before, commit, configSet, environment, iso, release, rolledBackTo, service } from "../ipc/fake/parts";
import { viewOf } from "../ipc/fake/views";
import {
  broughtOf,
  commandSeconds,
  filterOf,
  kindChoices,
  kindWord,
  liveWords,
  markOf,
  matchesRelease,
  pullWords,
  releaseName,
  releaseRows,
  releasesSentence,
  stateOf,
} from "./releaseRows";
import { releaseAgainOffer, rollbackToOffer } from "./offers";

const local = (...[day, h, m]: [number, number, number]) => iso(new Date(2026, 10, day, h, m).getTime());
const titles: Record<number, string> = { 476: "Build coupon index", 482: "Cache rates" };
const titleOf = (number: number) => titles[number] ?? null;
const causes: [Release["cause"], string][] = [
  [{ cause: "deploy" }, "Deploy"],
  [{ cause: "rollback", to: 3 }, "Rollback"],
  [{ cause: "config", names: ["A"] }, "Config"],
  [{ cause: "add_on", name: "redis" }, "Add-on"],
  [{ cause: "promotion", from: "staging" }, "Promotion"],
  [{ cause: "other" }, "Other"],
  [null, "Unknown"],
];

describe("the kind of a release", () => {
  it("is its cause, and one that is not known is said as unknown", () => {
    for (const [cause, word] of causes) expect(kindWord({ cause })).toBe(word);
  });

  it("is one of the filters, so that their counts add up", () => {
    const all = causes.map(([cause], i) => release(i + 1, before(i), { cause }));
    all.push(release(90, before(1), { status: "failed" }), release(91, before(1), { status: "expired" }));
    const choices = kindChoices(all);
    expect(choices.map((one) => `${one.text} ${one.count}`)).toEqual([
      "All 9",
      "Deploys 2",
      "Rollbacks 1",
      "Config, add-ons 2",
      "Failed 2",
      "Other 2",
    ]);
    expect(choices.slice(1).reduce((sum, one) => sum + one.count, 0)).toBe(all.length);
    expect(kindChoices([all[0]!]).map((one) => one.value)).not.toContain("other");
    expect(filterOf(release(1, before(0), { status: "failed", ...configSet("A") }))).toBe("failed");
  });
});

describe("the state of a release", () => {
  const live = release(9, before(60), { current: true, code_version: 8, ...configSet("A") });
  const env = environment("production", "app", [live]);

  it("says what superseded it, and what runs under another version", () => {
    expect(stateOf(env, live, null)).toMatchObject({ word: "Live", tone: "ok" });
    expect(stateOf(env, release(8, before(90)), null)).toMatchObject({ word: "Its code is live", tone: "grey" });
    expect(stateOf(env, release(8, before(90)), 7200).word).toMatch(/^Its code was live 2 h.* ago$/);
    expect(stateOf(env, release(7, before(120)), null)).toMatchObject({ word: "Superseded", mark: "chevrons" });
    expect(stateOf(env, release(7, before(120), { mark: "rolled_back_from" }), null).word).toBe("Rolled back from");
    expect(stateOf(env, release(10, before(1), { status: "failed" }), null)).toMatchObject({ tone: "warn" });
  });

  it("claims nothing where it is not known which release is live", () => {
    const unknown = environment("production", "app", [], { current: null });
    expect(stateOf(unknown, release(8, before(90)), null).word).toBe("Released");
  });

  it("is not green when it could not be read again, nor for a second release", () => {
    const words = stateOf(env, live, 840);
    expect([words.tone, words.word, markOf(env, live, 840).tone]).toEqual(["grey", "Live 14 min ago", "grey"]);
    const stray = release(5, before(900), { mark: "live" });
    expect([stateOf(env, stray, null).tone, markOf(env, stray, null).tone]).toEqual(["grey", "grey"]);
  });

  it("is red for what hurts production, whatever brought it", () => {
    for (const [cause] of causes) {
      const one = release(9, before(60), { current: true, mark: "crashing", cause });
      const hurt = environment("production", "app", [one]);
      expect([stateOf(hurt, one, null).tone, markOf(hurt, one, null).tone]).toEqual(["hurt", "hurt"]);
    }
  });
});

describe("what a release brought", () => {
  const words = (more: Partial<Release>) => {
    const { text, title, more: rest, note } = broughtOf(release(9, before(60), more), titleOf);
    return [text, title, rest, note].filter((part) => part !== null && part !== "").join(" ");
  };

  it("is a PR with its title, and how many more", () => {
    expect(words({ pull_requests: [476] })).toBe("#476 Build coupon index");
    expect(words({ pull_requests: [476, 1, 2, 3, 4, 5, 6, 7, 8] })).toBe("#476 Build coupon index and 8 more");
    expect(words({ pull_requests: [1] })).toBe("#1");
    expect(words({ pull_requests: [], description: "Deploy 4be" })).toBe("No PR Deploy 4be");
    expect(words({ pull_requests: null, description: "" })).toBe("PRs not known");
    expect(words({ pull_requests: null, description: "", cause: null })).toBe("PRs not known");
  });

  it("is what was gone back to, the names of config vars or the add-on, and the code under them", () => {
    expect(words({ ...rolledBackTo(7), code_version: 7 })).toBe("Back on v7");
    expect(words({ ...rolledBackTo(7), code_version: 6 })).toBe("Back on v7 code of v6");
    expect(words({ ...configSet("A", "B"), code_version: 8 })).toBe("A, B code of v8");
    expect(words({ cause: { cause: "config", names: [] } })).toBe("Config vars");
    expect(words({ cause: { cause: "add_on", name: "redis" }, code_version: 8 })).toBe("redis code of v8");
    expect(words({ cause: { cause: "promotion", from: "staging" }, pull_requests: [482] })).toBe(
      "#482 Cache rates from staging",
    );
    expect(words({ cause: { cause: "other" }, description: "Enable Logplex" })).toBe("Enable Logplex");
  });

  it("took a time only where a command is known to have ended", () => {
    const ran = { output_url: "https://x.example", updated_at: before(38) };
    expect(commandSeconds(release(9, before(60), ran))).toBeCloseTo(22);
    expect(commandSeconds(release(9, before(60), { ...ran, output_url: null }))).toBeNull();
    expect(commandSeconds(release(9, before(60), { ...ran, status: "pending" }))).toBeNull();
    expect(commandSeconds(release(9, before(60), { ...ran, updated_at: null }))).toBeNull();
    expect(commandSeconds(release(9, before(90_000), ran))).toBeNull();
  });
});

describe("the name of a row", () => {
  const live = release(1847, local(23, 14, 39), { current: true, pull_requests: [1, 2, 3, 4] });
  const env = environment("production", "app", [live]);
  const name = (one: Release, marked = false) => releaseName(env, one, null, marked);

  it("says all that the row shows", () => {
    expect(name(live)).toBe("Version 1847, deploy, 4 PRs, live, 14:39");
    expect(name({ ...live, id: "x", mark: "past", version: 1840, code_version: 1840 }, true)).toBe(
      "Version 1840, deploy, 4 PRs, superseded, 14:39, marked for comparing",
    );
    expect(name(release(1845, local(23, 10, 41), { status: "failed", pull_requests: [470] }))).toBe(
      "Version 1845, failed deploy, 1 PR, 10:41",
    );
    expect(name(release(1850, local(23, 14, 47), { ...rolledBackTo(1846), code_version: 1846 }))).toBe(
      "Version 1850, rollback, back on version 1846, released, 14:47",
    );
    expect(name(release(1846, local(23, 9, 5), { ...configSet("A"), code_version: 1844 }))).toBe(
      "Version 1846, config, A, code of version 1844, superseded, 09:05",
    );
    expect(name(release(1, local(23, 9, 5), { cause: null, released_at: null }))).toBe(
      "Version 1, kind unknown, superseded, time not known",
    );
  });
});

describe("the rows", () => {
  it("are by day, newest first, each day with its count", () => {
    const all = [
      release(5, local(23, 14, 0)),
      release(4, local(23, 0, 0)),
      release(3, local(22, 23, 59)),
      release(2, local(22, 9, 0), { released_at: null }),
      release(1, iso(new Date(2025, 10, 21, 9, 0).getTime())),
    ];
    const rows = releaseRows(all, NOW);
    expect(rows.map((row) => (row.row === "day" ? `${row.text} (${row.count})` : `v${row.release.version}`))).toEqual([
      "Today, Mon 23 Nov (2)",
      "v5",
      "v4",
      "Sun 22 Nov (1)",
      "v3",
      "Time not known (1)",
      "v2",
      "Fri 21 Nov 2025 (1)",
      "v1",
    ]);
  });

  it("have keys of their own, also where releases are told twice", () => {
    const all = [release(5, local(23, 14, 0)), release(5, local(23, 14, 0)), release(4, local(23, 13, 0))];
    const keys = releaseRows(all, NOW).map((row) => row.key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("are filtered by version, PR, title, author, person, commit and what changed", () => {
    const shop = viewOf(service("shop", { main: [commit(482, "Cache exchange rates", "tomasz-w", before(60))] }));
    const pulls = pullWords(shop);
    const one = release(1847, before(60), { pull_requests: [482], commit: "9f3c1ab0", user: "ines-b@acme.example" });
    for (const wanted of ["1847", "v1847", "#482", "EXCHANGE rates", "tomasz", "ines-b", "9f3c1ab"])
      expect(matchesRelease(one, wanted, pulls)).toBe(true);
    for (const other of ["1848", "#483", "exchange lena"]) expect(matchesRelease(one, other, pulls)).toBe(false);
    expect(matchesRelease(release(1, before(0), configSet("FX_TTL")), "fx_ttl", pulls)).toBe(true);
  });
});

describe("the sentence", () => {
  const live = release(9, before(4000), { current: true });
  const sentence = (releases: Release[], more = {}, complete = false, old: number | null = null) =>
    releasesSentence(environment("production", "app", releases, more), complete, old, NOW);

  it("says what is live, since when, and what follows", () => {
    expect(sentence([live])).toBe("v9 is live for 1 h 6 min");
    expect(
      sentence([
        release(10, before(60), { current: true, code_version: 9, ...configSet("A") }),
        release(9, before(4000)),
      ]),
    ).toBe("v9 is live for 1 h 6 min, now v10");
    expect(sentence([release(10, before(60), { status: "failed" }), live])).toBe(
      "v9 is live for 1 h 6 min, v10 failed",
    );
    expect(sentence([{ ...live, mark: "crashing" }])).toBe("v9 is live for 1 h 6 min, and crashing");
    expect(sentence([{ ...live, mark: "live_unknown" }])).toContain("its health is not known");
  });

  it("says what is not known", () => {
    expect(sentence([live], {}, false, 840)).toBe("v9 was live 14 min ago, and was not read since");
    expect(sentence([release(9, before(1))], { current: null })).toBe("Which release is live is not known");
    expect(sentence([], {}, true)).toBe("No release yet");
    expect(sentence([], {}, false)).toBe("No release was read yet");
  });

  it("says from when to when each was live", () => {
    const env = environment("production", "app", [
      release(4, local(23, 14, 0), { current: true }),
      release(3, local(23, 11, 24)),
      release(2, local(23, 10, 0), { status: "failed" }),
      release(1, local(22, 9, 0)),
    ]);
    expect(env.releases.map((one) => liveWords(env, one, NOW))).toEqual([
      "live since 14:00",
      "live 11:24 to 14:00",
      "never live, v1 stayed",
      "live Sun 22 Nov, 09:00 to 11:24",
    ]);
  });
});

describe("what can be asked for of a release", () => {
  const live = release(9, before(60), { current: true, code_version: 8, ...configSet("A") });
  const env = environment("production", "app", [live]);
  const shop = viewOf(service("shop", { environments: [env] }));
  const why = (one: Release) => [rollbackToOffer(shop, env, one).blocked, releaseAgainOffer(shop, env, one).blocked];

  it("is refused with the reason in words", () => {
    expect(why(live)).toEqual(["It is live now", "It is live now"]);
    expect(why(release(8, before(90)))).toEqual([null, "Its code is live already"]);
    expect(why(release(7, before(120)))).toEqual([null, null]);
    expect(why(release(7, before(120), { status: "failed" }))).toEqual(["It never went live", null]);
    expect(why(release(10, before(1), { status: "pending" }))).toEqual([
      "It is being released",
      "It is being released",
    ]);
    expect(why(release(7, before(120), { status: "unknown" }))[0]).toBe("Whether it went live is not known");
    expect(why(release(7, before(120), { eligible_for_rollback: false }))[0]).toBe(
      "The platform does not go back to it",
    );
    expect(rollbackToOffer(shop, env, release(7, before(120))).action).toMatchObject({ action: "roll_back", to: 7 });
  });
});
