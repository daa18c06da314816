// The invented shop and what goes on in it, modelled on the design. Development only.
import type { Job, Pipeline, Release } from "../types";
import type { FakePullRequest, FakeService } from "./views";
import {
  NOW,
  alert,
  before,
  commit,
  configSet,
  dynos,
  environment,
  estimate,
  iso,
  job,
  pipeline,
  release,
  rolledBackTo,
  service,
  sha,
  today,
} from "./parts";
import { because, pr } from "./pulls";

export const pulls = (): FakePullRequest[] => [
  pr(489, "Show delivery estimate in basket", "ready"),
  pr(488, "Retry payment webhooks with jitter", "checks", { author: "tomasz-w" }),
  pr(485, "Drop unused coupon columns", "behind", {
    author: "ines-b",
    ...because(
      ["behind", "Behind main by 3"],
      ["review_required", "Needs 1 approval"],
      ["check_pending", "Checks 12 of 14"],
    ),
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

export const main = () => [
  commit(482, "Cache exchange rates for 60 s", "tomasz-w", today("14:31:10")),
  commit(483, "Bump puma to 6.6.1", "nadia-k", today("14:27")),
  commit(480, "Black Friday footer copy", "nadia-k", today("14:20")),
  commit(478, "Add currency to order lines", "ines-b", today("13:43")),
  commit(476, "Build coupon index concurrently", "ines-b", today("11:13")),
  commit(474, "Show stock level on product page", "joost-v", today("11:07")),
  commit(470, "Index coupons by customer", "ines-b", today("10:28")),
];

export const movingJobs = (): Job[] => [
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

export const pipelines = (): Pipeline[] => [
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

export const production = (): Release[] => [
  release(1846, today("11:24"), { current: true, commit: sha("4be21d7"), pull_requests: [476, 474, 470] }),
  release(1845, today("10:41"), { status: "failed", commit: sha("77aa01c"), pull_requests: [470] }),
  release(1844, iso(NOW - 8 * 3600_000), { commit: sha("11d0e4f"), pull_requests: [468] }),
  ...Array.from({ length: 16 }, (_, i) =>
    release(1843 - i, iso(NOW - (20 + i * 9) * 3600_000), { pull_requests: [460 - i] }),
  ),
];

export const staging = (): Release[] => [
  release(2312, today("13:05"), {
    current: true,
    code_version: 2310,
    commit: sha("4be21d7"),
    ...rolledBackTo(2310),
    user: "ines-b@acme.example",
  }),
  release(2311, today("12:52"), {
    code_version: 2310,
    ...configSet("FX_PROVIDER_URL"),
    commit: sha("4be21d7"),
  }),
  release(2310, today("11:23"), { commit: sha("4be21d7"), pull_requests: [476, 474] }),
  release(2309, today("10:38"), { commit: sha("77aa01c"), pull_requests: [470] }),
  release(2308, iso(NOW - 9 * 3600_000)),
  release(2307, iso(NOW - 30 * 3600_000)),
  release(2306, iso(NOW - 52 * 3600_000)),
];

export function storefront(more: Partial<FakeService> = {}): FakeService {
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
      jobs: {
        prepare: estimate(42),
        lint: estimate(50),
        types: estimate(55),
        unit: estimate(182),
        integration: estimate(276),
        system: estimate(350),
        "build-app": estimate(336),
      },
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

export const others = (): FakeService[] => [
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
