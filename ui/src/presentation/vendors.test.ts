import { beforeEach, describe, expect, it } from "vitest";
import { service } from "../ipc/fake/parts";
import { vendors as three } from "../ipc/fake/vendors";
import type { ServiceView, Vendor } from "../ipc/types";
import { drafted, empty, missing, service as made } from "../features/settings/service/draft";
import { pullRequestUrl } from "../state/links";
import { faultTitle } from "./sources";
import {
  cis,
  ciTitle,
  codeHostTitle,
  instanceWord,
  knowVendors,
  platformOf,
  platformTitle,
  vendorTitle,
  vendorUse,
} from "./vendors.svelte";

/** One more than the program has: a CI and a platform with words of its own and no pages. */
const another: Vendor = {
  id: "berth",
  title: "Berth",
  default_url: "https://berth.example",
  token_variable: "BERTH_TOKEN",
  cli: null,
  code_host: null,
  ci: { title: "Berth CI", name: "berth", example: "PROJECT", project_is_repository: false },
  platform: {
    title: "Berth",
    instance: "machine",
    app: "service",
    artifact: "bundle",
    overlap: null,
  },
};

/** A service whose CI and environments are of one vendor. */
function of(vendor: string): ServiceView {
  const state = service("storefront");
  const config = {
    ...state.config,
    ci: { provider: vendor, slug: "storefront" },
    environments: state.config.environments.map((env) => ({ ...env, provider: vendor })),
  };
  return { ...state, config };
}

describe("the vendors of the window", () => {
  beforeEach(() => knowVendors([...three, another]));

  it("have the titles and words that Rust tells", () => {
    const theirs = of("berth");
    const env = theirs.environments[0]!;
    expect(ciTitle(theirs)).toBe("Berth CI");
    expect(platformTitle(theirs, env)).toBe("Berth");
    expect(instanceWord(theirs, env)).toBe("machine");
    expect(platformOf(theirs, env)?.artifact).toBe("bundle");
    expect(ciTitle(of("github"))).toBe("GitHub Actions");
    expect(codeHostTitle()).toBe("GitHub");
    const use = "Pipelines, jobs, logs; rerun, cancel, approve. Releases, machines, config names; roll back";
    expect(vendorUse(another)).toBe(use);
  });

  it("are called by their ids where they are not in the list", () => {
    const theirs = of("quay");
    const env = theirs.environments[0]!;
    const error = { kind: "unreachable" as const, message: "", since: "", retry_at: null, url: null };
    expect(ciTitle(theirs)).toBe("quay");
    expect(platformTitle(theirs, env)).toBe("quay");
    expect(platformOf(theirs, env)).toBeNull();
    expect(instanceWord(theirs, env)).toBe("instance");
    expect(faultTitle({ provider: "quay", error })).toBe("quay does not answer");
    expect(vendorTitle("quay")).toBe("quay");
  });

  it("say where a pull request is that was not read", () => {
    const bare = service("storefront");
    expect(pullRequestUrl(bare, 7)).toBe("https://github.com/acme/storefront/pull/7");
    expect(pullRequestUrl({ pages: { ...bare.pages, pull_request: null } }, 7)).toBeNull();
  });
});

describe("a service that is added", () => {
  beforeEach(() => knowVendors([...three, another]));

  it("is offered CIs whose project must be named first, and begins with one of them", () => {
    expect(cis().map((one) => one.id)).toEqual(["circleci", "berth", "github"]);
    expect(empty("acme/shop").kind).toBe("circleci");
    expect(made(empty("acme/shop")).ci).toBeNull();
    expect(made({ ...empty("acme/shop"), kind: "github" }).ci).toEqual({ provider: "github", slug: "acme/shop" });
    expect(made({ ...empty("acme/shop"), kind: "berth" }).ci).toBeNull();
    expect(made({ ...empty("acme/shop"), kind: "", ci: "x" }).ci).toBeNull();
  });

  it("keeps the CI and the platforms that it was proposed with, known or not", () => {
    const proposed = of("quay").config;
    const same = made(drafted({ service: proposed, parts: [], questions: [], set_aside: [], unread: [] }));
    expect(same.ci).toEqual({ provider: "quay", slug: "storefront" });
    expect(same.environments.map((env) => env.provider)).toEqual(proposed.environments.map(() => "quay"));
  });

  it("forgets the stage that was read of an app when the platform is another", () => {
    const proposed = of("heroku").config;
    proposed.environments = proposed.environments.map((env) => ({ ...env, stage: "staging" }));
    const draft = drafted({ service: proposed, parts: [], questions: [], set_aside: [], unread: [] });
    expect(made(draft).environments[0]?.stage).toBe("staging");
    draft.rows[0]!.platform = "berth";
    expect(made(draft).environments[0]).toMatchObject({ provider: "berth", stage: null });
  });

  it("has no environment of a platform that nobody has named", () => {
    knowVendors([]);
    const draft = empty("acme/shop");
    draft.rows[0]!.app = "shop";
    expect(missing(draft)).toBe("No platform is known yet");
  });
});
