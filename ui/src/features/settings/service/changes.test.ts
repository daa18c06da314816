import { describe, expect, it } from "vitest";
import type { EnvironmentConfig, Service } from "../../../ipc/types";
import { differences, merged } from "./changes";
import { draftOf, probesOf, service as made, watchChoices } from "./draft";

const environment = (name: string): EnvironmentConfig => ({
  name,
  provider: "heroku",
  app: `shop-${name}`,
  build_app: null,
  health_url: null,
  production: null,
  stage: null,
  watch_minutes: null,
});
const shop: Service = {
  name: "shop",
  repo: "acme/shop",
  branch: "main",
  ci: { provider: "circleci", slug: "gh/acme/shop" },
  environments: ["production", "staging"].map(environment),
  accounts: [],
  migration_paths: ["db/**"],
};
const fields = (was: Service, now: Service) =>
  differences(was, now).map((one) => `${one.field}: ${one.from} > ${one.to}`);

describe("the watch of an environment", () => {
  it("has the probes that its length asks for", () => {
    expect([5, 10, 20, 60].map(probesOf)).toEqual([18, 28, 38, 78]);
  });

  it("offers a length that was set elsewhere", () => {
    expect(watchChoices(null).map((one) => one.value)).toEqual([5, 10, 15, 20, 30, 40, 60]);
    expect(watchChoices(37).map((one) => one.value)).toEqual([5, 10, 15, 20, 30, 37, 40, 60]);
  });

  it("is a difference, unless the usual length is said or not", () => {
    const long = {
      ...shop,
      environments: [{ ...environment("production"), watch_minutes: 40 }, environment("staging")],
    };
    expect(fields(shop, long)).toEqual(["production watch: 20 min > 40 min"]);
    const usual = { ...shop, environments: shop.environments.map((one) => ({ ...one, watch_minutes: 20 })) };
    expect(fields(shop, usual)).toEqual([]);
    expect(made(merged(shop, long, draftOf(shop))).environments[0]).toMatchObject({ watch_minutes: 40 });
  });
});

describe("two versions of a service", () => {
  it("are the same when a form wrote what it read", () => {
    const whole: Service = {
      ...shop,
      environments: [
        { ...environment("eu"), build_app: "b", health_url: "https://x/", production: true, stage: "production" },
      ],
      accounts: ["github-2"],
    };
    for (const one of [shop, whole, { ...shop, ci: null, environments: [] }]) expect(made(draftOf(one))).toEqual(one);
  });

  it("differ by fields; an environment that came or went is one", () => {
    const [production, staging] = shop.environments as [EnvironmentConfig, EnvironmentConfig];
    expect(fields(shop, shop)).toEqual([]);
    expect(fields(shop, { ...shop, branch: "trunk", ci: null })).toEqual([
      "branch: main > trunk",
      "CI: circleci gh/acme/shop > none",
    ]);
    const health = { ...production, health_url: "https://x/", production: true };
    expect(fields(shop, { ...shop, environments: [health, staging] })).toEqual([
      "production health URL: none > https://x/",
      "production production: not said > yes",
    ]);
    expect(fields(shop, { ...shop, environments: [production, environment("eu")] })).toEqual([
      "staging environment: shop-staging > none",
      "eu environment: none > shop-eu",
    ]);
    expect(fields(shop, { ...shop, environments: [staging, production] })).toHaveLength(1);
  });

  it("are joined: what was changed here stays, the rest is as they have it", () => {
    const draft = draftOf(shop);
    draft.branch = "trunk";
    draft.rows[1]!.app = "mine";
    const [production, staging] = shop.environments as [EnvironmentConfig, EnvironmentConfig];
    const theirs: Service = {
      ...shop,
      branch: "release",
      migration_paths: ["sql/**"],
      environments: [{ ...production, health_url: "https://x/" }, { ...staging, app: "theirs" }, environment("eu")],
    };
    const both = made(merged(shop, theirs, draft));
    expect([both.branch, both.migration_paths]).toEqual(["trunk", ["sql/**"]]);
    expect(both.environments.map((one) => [one.name, one.app, one.health_url])).toEqual([
      ["production", "shop-production", "https://x/"],
      ["staging", "mine", null],
      ["eu", "shop-eu", null],
    ]);
    const keys = merged(shop, theirs, draft).rows.map((row) => row.key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("lose an environment that they removed, and do not bring back one that was removed here", () => {
    const draft = draftOf(shop);
    const [production] = shop.environments as [EnvironmentConfig];
    expect(made(merged(shop, { ...shop, environments: [production] }, draft)).environments).toEqual([production]);
    draft.rows = draft.rows.filter((row) => row.name !== "staging");
    expect(made(merged(shop, { ...shop, branch: "x" }, draft)).environments).toEqual([production]);
  });
});
