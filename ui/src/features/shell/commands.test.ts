import { describe, expect, it, vi } from "vitest";
import { commit, environment, pipeline, release, service } from "../../ipc/fake/parts";
import { pr } from "../../ipc/fake/pulls";
import { viewOf } from "../../ipc/fake/views";

vi.mock("../../state/view.svelte", () => ({
  view: { drawer: null, selected: {}, pipeline: null, show: () => {}, openPullRequest: () => {} },
}));
vi.mock("../../state/planSession.svelte", () => ({ planSession: { open: async () => {} } }));

const { commands } = await import("./commands");
const { search, searched } = await import("./search");

const at = "2026-11-23T14:00:00Z";

/** A service in which everything that can repeat does: by number, name, id or words. */
const hostile = service("storefront", {
  pull_requests: [
    pr(489, "Open", "ready"),
    pr(489, "Open, told twice", "ready"),
    pr(1, "Of one number with a release", "ready"),
  ],
  // One pull request with three commits on main, one that is still listed as open, and two without any.
  main: [
    commit(482, "Part three", "a", at),
    commit(482, "Part two", "a", at),
    commit(482, "Part one", "a", at),
    commit(489, "Merged just now", "a", at),
    commit(null, "Direct", "a", at),
    commit(null, "Direct", "a", at),
  ],
  pipelines: [
    pipeline(7, "passed", "One", at, 1, []),
    pipeline(7, "passed", "One, told twice", at, 1, []),
    { ...pipeline(8, "passed", "x", at, 1, []), id: "rerun" },
  ],
  environments: [
    environment("a", "app-1", [release(1, at, { id: "1" }), release(2, at, { id: "1" })]),
    environment("a1", "app-2", [release(1, at, { id: "" }), release(1, at, { id: "" })]),
    environment("flow", "app-3", [release(3, at, { id: "x" })]),
  ],
});

describe("the palette's commands", () => {
  it("are each there once, whatever repeats", () => {
    const ids = commands(hostile, [hostile]).map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("are one for one object", () => {
    const words = commands(hostile, [hostile]).map((one) => one.words);
    const of = (start: string) => words.filter((one) => one.startsWith(start)).length;
    expect(of("Revert #482")).toBe(1);
    expect(of("#482")).toBe(1);
    expect(of("#489")).toBe(1);
    expect(of("Pipeline #7")).toBe(1);
  });

  it("compare staging with production, and a release with what is live", () => {
    const live = (name: string, version: number) =>
      environment(name, `shop-${name}`, [release(version, at, { current: true }), release(version - 1, at)]);
    const shop = viewOf(service("shop", { environments: [live("production", 9), live("staging", 31)] }));
    const all = commands(shop, [shop]);
    const of = (words: string) => all.find((one) => one.words === words);
    expect(of("Compare staging with production of shop")?.key).toBe("C");
    expect(of("Compare the last two releases of production")?.key).toBeUndefined();
    expect(of("v8: compare with what is live")?.hint).toBe("shop, production");
    expect(of("v31: compare with v30, which ran before")?.hint).toBe("shop, staging");
  });

  it("keep their own ids in what is found", () => {
    const found = search(commands(hostile, [hostile]), "part revert 482");
    expect(found.map((one) => one.words)).toEqual(["Revert #482…"]);
  });
});

describe("what is found over all services", () => {
  const shop = viewOf(
    service("search-indexer", {
      pull_requests: [pr(7, "Pay by card", "ready", { author: "lena-h" }), pr(70, "Search twice", "ready")],
      pipelines: [pipeline(7, "passed", "One", at, 1, [])],
    }),
  );
  const pay = viewOf(
    service("payments", {
      pull_requests: [pr(7, "Search for fees", "ready", { author: "lena-h" })],
      pipelines: [pipeline(7, "passed", "Pay later", at, 1, [])],
    }),
  );
  const many = Array.from({ length: 60 }, (_, i) => viewOf(service(`worker-${i}`)));
  const all = [shop, pay, ...many];
  const words = (query: string, here = shop) => search(commands(here, all), query).map((one) => one.words);
  const groups = (query: string) => [...new Set(search(commands(shop, all), query).map((one) => one.group))];

  it("has services first, then commands for this one, then objects, people and places", () => {
    expect(groups("")).toEqual(["Services", "Commands for search-indexer", "Elsewhere"]);
    expect(groups("e")).toEqual([
      "Services",
      "Commands for search-indexer",
      "PRs",
      "Pipelines",
      "Releases",
      "People",
      "Elsewhere",
    ]);
    expect(words("search")[0]).toBe("search-indexer");
    expect(words("pay")[0]).toBe("payments");
  });

  it("has the same number of two services as two, each with an id of its own", () => {
    const ids = commands(shop, all).map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(words("#7").filter((one) => one.startsWith("#7 "))).toEqual(["#7 Pay by card", "#7 Search for fees"]);
  });

  it("puts what is called so before what begins so, and that before what has it inside", () => {
    expect(words("worker-1")[0]).toBe("worker-1");
    expect(words("7").filter((one) => one.startsWith("#"))[0]).toBe("#7 Pay by card");
    expect(words("search").filter((one) => one.startsWith("#"))).toEqual([
      "#70 Search twice",
      "#7 Search for fees",
      "#7 Pay by card",
    ]);
  });

  it("lets no group hide the ones below it", () => {
    expect(words("").filter((one) => one.startsWith("worker")).length).toBeLessThan(10);
    expect(words("worker").filter((one) => one.startsWith("worker"))).toHaveLength(12);
    expect(words("lena-h").filter((one) => one === "lena-h")).toHaveLength(1);
  });

  it("shows no more of thousands than of a few, and says how many there are", () => {
    const big = Array.from({ length: 60 }, (_, n) =>
      viewOf(
        service(`shop-${n}`, {
          pull_requests: Array.from({ length: 25 }, (_, i) => pr(100 + i, `Card ${i}`, "ready", { author: `p${i}` })),
          environments: [
            environment(
              "production",
              "app",
              Array.from({ length: 40 }, (_, i) => release(99 - i, at)),
            ),
          ],
        }),
      ),
    );
    const every = commands(big[0]!, big);
    expect(new Set(every.map((one) => one.id)).size).toBe(every.length);
    const found = searched(every, "a");
    expect(found.flatMap((one) => one.commands).length).toBeLessThan(80);
    expect(found.find((one) => one.group === "PRs")).toMatchObject({ total: 1500 });
    // The best of all are among them, wherever they stood.
    expect(search(every, "shop-59")[0]?.words).toBe("shop-59");
    expect(search(every, "#124 shop-59").map((one) => one.hint)).toContain("shop-59, Ready, p24");
  });

  it("makes objects only when something is looked for, and not again for a service that did not change", () => {
    expect(commands(shop, all, { objects: false }).filter((one) => one.object)).toEqual([]);
    const first = commands(shop, all).find((one) => one.words.startsWith("#70 "));
    const changed = { ...pay };
    const later = commands(shop, [shop, changed, ...many]);
    expect(later.find((one) => one.words.startsWith("#70 "))).toBe(first);
    expect(later.filter((one) => one.words.startsWith("#7 "))).toHaveLength(2);
  });

  it("opens every page of a service, and what is elsewhere", () => {
    const every = commands(shop, all).map((one) => one.words);
    for (const page of ["flow", "pipelines", "releases", "timeline"]) expect(every).toContain(`Open ${page}`);
    for (const page of ["All services", "Inbox", "Journal", "Settings"]) expect(every).toContain(page);
  });
});
