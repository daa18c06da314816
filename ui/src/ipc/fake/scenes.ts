// The scenes of the invented world, modelled on the design. Development only.
import type { Environment, Job, Pipeline, PullRequest, Release, ServiceState, World } from "../types";
import {
  NOW,
  account,
  alert,
  before,
  commit,
  dynos,
  environment,
  estimate,
  iso,
  job,
  pipeline,
  pr,
  release,
  service,
  sha,
  today,
} from "./parts";
import { regions, rolledBack } from "./ships";
import { degraded, held, offline as nothingAnswers, restarting, words as everyWord } from "./words";

export type Scene =
  | "flow"
  | "incident"
  | "pipeline"
  | "busy"
  | "empty"
  | "first-run"
  | "damaged"
  | "error"
  | "long"
  | "loading"
  | "access"
  | "keychain"
  | "ships"
  | "regions"
  | "rolled-back"
  | "words"
  | "degraded"
  | "restarting"
  | "held"
  | "offline";

const pulls = (): PullRequest[] => [
  pr(489, "Show delivery estimate in basket", "ready"),
  pr(488, "Retry payment webhooks with jitter", "checks", { author: "tomasz-w" }),
  pr(485, "Drop unused coupon columns", "behind", {
    author: "ines-b",
    reasons: ["Behind main by 3", "Needs 1 approval", "Checks 12 of 14"],
    migrations: ["db/migrate/20261123081204_drop_coupon_columns.rb"],
    review_decision: "review_required",
    reviews: [
      { author: "nadia-k", state: "approved" },
      { author: "lena-h", state: "requested" },
    ],
    files: [
      { path: "app/models/coupon.rb", additions: 14, deletions: 71 },
      { path: "db/migrate/20261123081204_drop_coupon_columns.rb", additions: 9, deletions: 0 },
      { path: "db/schema.rb", additions: 1, deletions: 3 },
      { path: "app/admin/coupons.rb", additions: 4, deletions: 20 },
      { path: "spec/models/coupon_spec.rb", additions: 3, deletions: 24 },
    ],
  }),
  pr(479, "Split checkout address form into steps, with autofill", "changes", { author: "joost-v" }),
  pr(471, "Upgrade Rails to 8.1", "conflicts", { author: "marek-d", created_at: before(6 * 86400) }),
  pr(490, "Experiment: prefetch product images", "draft", { author: "yuki-s", created_at: before(2400) }),
];

const main = () => [
  commit(482, "Cache exchange rates for 60 s", "tomasz-w", today("14:31:10")),
  commit(483, "Bump puma to 6.6.1", "nadia-k", today("14:27")),
  commit(480, "Black Friday footer copy", "nadia-k", today("14:20")),
  commit(478, "Add currency to order lines", "ines-b", today("13:43")),
  commit(476, "Build coupon index concurrently", "ines-b", today("11:13")),
  commit(474, "Show stock level on product page", "joost-v", today("11:07")),
  commit(470, "Index coupons by customer", "ines-b", today("10:28")),
];

const movingJobs = (): Job[] => [
  job("prepare", "passed", 320, 42, 42),
  job("lint", "passed", 278, 40, 50, ["prepare"]),
  job("types", "passed", 278, 53, 55, ["prepare"]),
  ...[1, 2, 3, 4].map((n) => job(`unit-${n}`, "passed", 278, 150 + n * 8, 182, ["prepare"])),
  job("integration", "running", 260, null, 276, ["prepare"]),
  ...[1, 2].map((n) => job(`system-${n}`, "running", 260, null, 350 + n * 4, ["prepare"])),
  job("build-app", "running", 292, null, 336),
  job(
    "release-staging",
    "queued",
    null,
    null,
    46,
    ["lint", "types", "unit-1", "unit-2", "unit-3", "unit-4", "integration", "system-1", "system-2", "build-app"],
    { workflow: "release" },
  ),
  job(
    "release-production",
    "queued",
    null,
    null,
    85,
    ["lint", "types", "unit-1", "unit-2", "unit-3", "unit-4", "integration", "system-1", "system-2", "build-app"],
    { workflow: "release" },
  ),
];

const pipelines = (): Pipeline[] => [
  pipeline(3127, "running", "Cache exchange rates for 60 s", today("14:31:00"), null, movingJobs(), {
    progress: 0.62,
    eta_seconds: 182,
    pull_request: 482,
    commit: sha("9f3c1ab"),
  }),
  pipeline(3125, "canceled", "Bump puma to 6.6.1", today("14:24"), 120, [], { pull_request: 483 }),
  pipeline(
    3123,
    "failed",
    "Add currency to order lines",
    today("13:36"),
    420,
    [job("prepare", "passed", 3600, 40, 42), job("unit-2", "failed", 3500, 190, 182, ["prepare"])],
    { pull_request: 478 },
  ),
  pipeline(3120, "passed", "Build coupon index concurrently", today("11:14"), 470, [], { pull_request: 476 }),
  pipeline(3119, "passed", "Index coupons by customer", today("10:29"), 480, [], { pull_request: 470 }),
];

const production = (): Release[] => [
  release(1846, today("11:24"), { current: true, commit: sha("4be21d7"), pull_requests: [476, 474, 470] }),
  release(1845, today("10:41"), { status: "failed", commit: sha("77aa01c"), pull_requests: [470] }),
  release(1844, iso(NOW - 8 * 3600_000), { commit: sha("11d0e4f"), pull_requests: [468] }),
  ...Array.from({ length: 16 }, (_, i) =>
    release(1843 - i, iso(NOW - (20 + i * 9) * 3600_000), { pull_requests: [460 - i] }),
  ),
];

const staging = (): Release[] => [
  release(2312, today("13:05"), {
    current: true,
    code_version: 2310,
    commit: sha("4be21d7"),
    description: "Rollback to v2310",
    user: "ines-b@acme.example",
  }),
  release(2311, today("12:52"), {
    code_version: 2310,
    description: "Set FX_PROVIDER_URL config vars",
    commit: sha("4be21d7"),
  }),
  release(2310, today("11:23"), { commit: sha("4be21d7"), pull_requests: [476, 474] }),
  release(2309, today("10:38"), { commit: sha("77aa01c"), pull_requests: [470] }),
  release(2308, iso(NOW - 9 * 3600_000)),
  release(2307, iso(NOW - 30 * 3600_000)),
  release(2306, iso(NOW - 52 * 3600_000)),
];

function storefront(more: Partial<ServiceState> = {}): ServiceState {
  return service("storefront", {
    pull_requests: pulls(),
    main: main(),
    pipelines: pipelines(),
    environments: [
      environment("production", "storefront-production", production(), { rollback_target: 1844 }),
      environment("staging", "storefront-staging", staging(), {
        dynos: dynos(2, 0),
        probe: { status: 200, milliseconds: 97, checked_at: before(12) },
      }),
    ],
    usual: {
      pipeline: estimate(490),
      rollback: { production: estimate(40), staging: estimate(35) },
      jobs: Object.fromEntries(
        [
          ["prepare", 42],
          ["lint", 50],
          ["types", 55],
          ["unit", 182],
          ["integration", 276],
          ["system", 350],
          ["build-app", 336],
        ].map(([n, s]) => [n, estimate(Number(s))]),
      ),
    },
    mark: "in_flight",
    sentence: {
      mark: "in_flight",
      text: "Production is healthy. #482 arrives in about 3 min.",
      detail: ["v1846 live for 3 h 12 min", "last release failure today at 10:41"],
      word: "62 %",
    },
    ...more,
  });
}

const others = (): ServiceState[] => [
  service("checkout-api"),
  service("catalog"),
  service("search-indexer", {
    mark: "problem",
    alerts: [alert("pipeline_failed", "problem", "Pipeline #88 failed in unit", before(4000))],
    sentence: {
      mark: "problem",
      text: "Pipeline #88 failed in unit. Production is not affected: v212 stays live.",
      detail: [],
      word: "failed",
    },
  }),
  service("payments"),
  service("email-worker", {
    mark: "waits",
    sentence: {
      mark: "waits",
      text: "Pipeline #212 waits for approval.",
      detail: ["9 of 9 jobs passed"],
      word: "approve",
    },
    pipelines: [
      pipeline(
        212,
        "on_hold",
        "Send receipts in the customer's language",
        before(900),
        null,
        [
          job("prepare", "passed", 880, 40, 42),
          job("unit", "passed", 840, 120, 130, ["prepare"]),
          job("approve-release", "on_hold", null, null, 0, ["unit"], { approval_id: "a1", number: null }),
          job("release-production", "queued", null, null, 80, ["approve-release"]),
        ],
        { progress: 0.8, pull_request: 77 },
      ),
    ],
  }),
  service("loyalty", {
    mark: "unknown",
    sentence: { mark: "unknown", text: "Production is unknown, checking.", detail: [], word: "checking" },
  }),
  service("admin-console"),
];

function hurt(): ServiceState {
  const releases = [
    release(1849, today("14:34"), {
      current: true,
      mark: "crashing",
      code_version: 1847,
      description: "Set WEB_CONCURRENCY config vars",
      commit: sha("9f3c1ab"),
    }),
    release(1848, today("14:33"), {
      code_version: 1847,
      description: "Set FX_CACHE_TTL config vars",
      commit: sha("9f3c1ab"),
    }),
    release(1847, today("14:30"), { mark: "crashing", commit: sha("9f3c1ab"), pull_requests: [482, 483, 480, 478] }),
    ...production().map((r) => ({ ...r, current: false })),
  ];
  return storefront({
    mark: "hurt",
    sentence: {
      mark: "hurt",
      text: "Production is hurt: storefront has been crashing since v1847",
      detail: ["5 min", "6 of 8 web dynos crashed", "health check answers 503"],
      word: "hurt",
    },
    alerts: [alert("production_down", "hurt", "storefront-production is crashing", before(318))],
    environments: [
      environment("production", "storefront-production", releases, {
        health: "down",
        down_since: before(318),
        dynos: dynos(2, 6),
        probe: { status: 503, milliseconds: 31, checked_at: before(3) },
        rollback_target: 1846,
      }),
      environment("staging", "storefront-staging", staging(), { dynos: dynos(2, 0) }),
    ],
    pipelines: [
      pipeline(3129, "running", "Show delivery estimate in basket", today("14:34"), null, movingJobs().slice(0, 4), {
        progress: 0.2,
        eta_seconds: 370,
        pull_request: 489,
      }),
      ...pipelines().slice(1),
    ],
  });
}

function failing(): ServiceState {
  const jobs = [
    job("prepare", "passed", 472, 41, 42),
    job("lint", "passed", 430, 55, 56, ["prepare"]),
    ...[1, 2, 3, 4].map((n) => job(`unit-${n}`, "passed", 430, 170 + n * 5, 176, ["prepare"])),
    job("integration", "running", 408, null, 262, ["prepare"]),
    ...[1, 2, 3, 4, 5, 6].map((n) =>
      job(`system-${n}`, n === 3 ? "failed" : n > 4 ? "running" : "passed", 408, n > 4 ? null : 330 + n * 4, 348, [
        "prepare",
      ]),
    ),
    job("build-app", "passed", 430, 331, 325, ["prepare"]),
    job("approve-release", "on_hold", null, null, 0, [
      "lint",
      "unit-1",
      "unit-2",
      "unit-3",
      "unit-4",
      "integration",
      ...[1, 2, 3, 4, 5, 6].map((n) => `system-${n}`),
      "build-app",
    ]),
    job("release-staging", "queued", null, null, 46, ["approve-release"]),
    job("release-production", "queued", null, null, 85, ["approve-release"]),
  ];
  return storefront({
    mark: "problem",
    alerts: [alert("pipeline_failed", "problem", "Pipeline #3131 is failing in system", before(60))],
    sentence: {
      mark: "problem",
      text: "Pipeline #3131 will not release: system-3 failed. Production is not affected: v1846 stays live.",
      detail: ["v1846 live for 3 h 12 min"],
      word: "failed",
    },
    pipelines: [
      pipeline(3131, "failing", "Group order emails by basket", before(472), null, jobs, {
        progress: 0.7,
        eta_seconds: 140,
        pull_request: 491,
        commit: sha("ea20c17"),
      }),
      ...pipelines().slice(1),
    ],
  });
}

const words = ["Cache", "Retry", "Split", "Upgrade", "Drop", "Index", "Show", "Group", "Rename", "Log"];
const things = [
  "exchange rates",
  "webhooks",
  "address form",
  "coupon columns",
  "order emails",
  "stock level",
  "search synonyms",
  "invoice lines",
];
const states = ["ready", "checks", "review", "behind", "changes", "conflicts", "draft", "missing", "unknown"] as const;

function busy(): ServiceState[] {
  const many = Array.from({ length: 300 }, (_, i) =>
    pr(
      1000 - i,
      `${words[i % 10]} ${things[i % 8]} for ${i} customers`,
      states[Math.min(8, Math.floor(i / 34))] ?? "draft",
    ),
  );
  const releases = Array.from({ length: 10_000 }, (_, i) =>
    release(12_000 - i, iso(NOW - i * 1_500_000 - 600_000), {
      current: i === 0,
      pull_requests: [5000 - i],
      status: i % 23 === 7 ? "failed" : "succeeded",
      description: i % 31 === 5 ? `Rollback to v${12_000 - i - 2}` : "Deploy",
    }),
  );
  const big = storefront({ pull_requests: many, open_pull_requests: 312 });
  big.environments = [
    environment("production", "storefront-production", releases, { rollback_target: 11_998 }),
    big.environments[1] as Environment,
  ];
  return [big, ...others(), ...Array.from({ length: 12 }, (_, i) => service(`worker-${i + 1}`))];
}

function long(): ServiceState {
  const title =
    "Make the checkout remember every address a customer has ever typed, in any alphabet, across devices and brands, and show it in the order in which it was last used, unless it was removed";
  return storefront({
    pull_requests: [
      pr(489, title, "ready", {
        head_branch: "a-very-long-branch-name/which-goes-on/and-on/and-on-until-it-does-not-fit",
      }),
      pr(488, "<script>alert('x')</script> & <b>bold</b>", "checks"),
      pr(487, "إصلاح حساب الضريبة في سلة التسوق ‮desrever‬ 123", "review", { author: "משה" }),
      pr(486, "修复购物车中的配送估算 🚀🚀 日本語タイトル", "behind"),
      ...pulls().slice(3),
    ],
    sentence: {
      mark: "in_flight",
      text: `Production is healthy. ${title} arrives in about 3 min.`,
      detail: ["v1846 live for 3 h 12 min", "a detail that is rather long and goes on for a while, as details do"],
      word: "62 %",
    },
    main: [commit(482, title, "tomasz-w", today("14:31")), ...main().slice(1)],
    pipelines: [
      {
        ...pipelines()[0]!,
        title,
        jobs: movingJobs().map((j) => ({
          ...j,
          name: j.name === "integration" ? "integration-tests-against-the-real-payment-provider" : j.name,
        })),
      },
    ],
  });
}

export function scene(name: Scene): World {
  const accounts = [account("github"), account("circleci"), account("heroku")];
  const world: World = {
    snapshot: { rev: 1, observed_at: before(3), services: [storefront(), ...others()], accounts, notices: [] },
    now: iso(NOW),
    sandbox: null,
    settings: { theme: "system", single_keys: true, notifications: true },
    keychain: { state: "works" },
    muted_until: null,
  };
  const only = (first: ServiceState) => (world.snapshot.services = [first, ...others()]);
  const offline = {
    kind: "unreachable" as const,
    message: "Heroku did not answer within 30 s",
    since: before(840),
    retry_at: before(-30),
    url: null,
  };
  switch (name) {
    case "flow":
      break;
    case "incident":
      only(hurt());
      world.sandbox = { scenario: "incident", scenarios, speed: 60 };
      break;
    case "ships":
      only(hurt());
      world.snapshot.accounts.push(
        account("heroku", { id: "heroku-2", user: "deploy@acme.example" }),
        account("github", { id: "github-2" }),
      );
      break;
    case "regions":
      only(regions(hurt()));
      break;
    case "rolled-back":
      only(rolledBack(hurt()));
      break;
    case "pipeline":
      only(failing());
      break;
    case "words":
      only(everyWord(storefront()));
      break;
    case "degraded":
      only(degraded(storefront()));
      break;
    case "restarting":
      only(restarting(hurt()));
      break;
    case "held":
      only(held(storefront()));
      break;
    case "offline": {
      only(nothingAnswers(storefront()));
      const error = {
        kind: "unreachable" as const,
        message: "no connection could be made",
        since: before(840),
        retry_at: before(-30),
        url: null,
      };
      world.snapshot.accounts = world.snapshot.accounts.map((one) => ({ ...one, ok: false, error }));
      world.snapshot.observed_at = before(840);
      break;
    }
    case "busy":
      world.snapshot.services = busy();
      break;
    case "empty":
      only(
        storefront({
          pull_requests: [],
          pipelines: pipelines().slice(3),
          mark: "healthy",
          sentence: {
            mark: "healthy",
            text: "Production is healthy. Nothing in flight.",
            detail: ["v1846 live for 3 h 12 min"],
            word: "",
          },
        }),
      );
      break;
    case "damaged":
      world.snapshot.notices = [
        {
          id: "n",
          since: before(900),
          message:
            "The journal was damaged and set aside; 14 of its entries could be kept. Actions that were under way may be missing from it: check pull requests and releases before you repeat one.",
        },
      ];
      break;
    case "first-run":
      world.snapshot = { rev: 1, observed_at: null, services: [], accounts: [], notices: [] };
      break;
    case "long":
      only(long());
      break;
    case "error": {
      const s = storefront({ stale: true });
      s.sources = s.sources.map((one) =>
        one.provider === "heroku" ? { ...one, observed_at: before(840), error: offline } : one,
      );
      only(s);
      world.snapshot.accounts[2] = account("heroku", { ok: false, error: offline });
      break;
    }
    case "access": {
      const why =
        "The token lacks repo: merge, revert is off. Make a token with the repo scope at github.com/settings/tokens.";
      only(
        storefront({
          off: [
            { source: { kind: "code" }, why },
            {
              source: { kind: "environment", name: "production" },
              why: "The account heroku is read-only: nothing is changed through it.",
            },
          ],
        }),
      );
      const of = (
        name: string,
        need: "required" | "useful",
        state: "granted" | "missing" | "unknown",
        purpose: string,
        disables: string[],
        advice: string | null,
      ) => ({ name, need, state, purpose, disables, advice });
      world.snapshot.accounts = [
        account("github", {
          expires_at: before(-3 * 24 * 3600),
          capabilities: [
            of(
              "repo",
              "required",
              "missing",
              "private repositories with their checks; merging and reverting",
              ["merge", "revert"],
              "Make a token with the repo scope at github.com/settings/tokens.",
            ),
            of(
              "workflow",
              "useful",
              "missing",
              "merging pull requests that change files in .github/workflows",
              [],
              "GitHub refuses such a merge without it; every other one works.",
            ),
          ],
        }),
        account("github", {
          id: "github-2",
          user: "lena-acme",
          token: "borrowed",
          ok: false,
          error: {
            kind: "single_sign_on",
            message:
              "acme wants single sign-on of the GitHub token. Authorise it within the hour at https://github.com/orgs/acme/sso?authorization_request=A1; reading goes on by itself.",
            since: before(60),
            retry_at: null,
            url: "https://github.com/orgs/acme/sso?authorization_request=A1",
          },
        }),
        account("heroku", {
          read_only: true,
          ok: false,
          error: {
            kind: "two_factor",
            message: "Heroku asks for a second factor. Enter the code in Settings, or give it with --two-factor CODE.",
            since: before(60),
            retry_at: null,
            url: null,
          },
          capabilities: [
            of("read", "required", "granted", "releases and dynos", [], null),
            of(
              "write",
              "required",
              "unknown",
              "rolling back",
              ["rollback"],
              "Heroku tells the scopes only to a token with global scope.",
            ),
          ],
        }),
        account("circleci", { ok: null, user: null }),
      ];
      break;
    }
    case "keychain":
      world.keychain = { state: "unavailable", message: "The keychain is locked. Unlock it and try again." };
      world.snapshot.accounts[2] = account("heroku", {
        ok: false,
        token: "keychain_unavailable",
        user: null,
        rate: null,
      });
      break;
    case "loading": {
      const s = service("storefront", {
        mark: "unknown",
        stale: true,
        sources: [],
        sentence: { mark: "unknown", text: "Nothing was read yet.", detail: [], word: "checking" },
      });
      s.environments = s.environments.map((e) => ({
        ...e,
        health: "unknown",
        dynos: null,
        probe: null,
        current: null,
        releases: [],
      }));
      only(s);
      world.snapshot.observed_at = null;
    }
  }
  return world;
}

export const scenarios = ["healthy", "failing-tests", "release-fails", "crash-after-release", "incident", "busy"];
