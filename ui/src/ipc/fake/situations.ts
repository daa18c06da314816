// The shop in situations of its own: hurt, failing, busy, with long texts. Development only.
import type { Environment } from "../types";
import type { FakeService } from "./views";
import {
  NOW,
  alert,
  before,
  commit,
  configSet,
  dynos,
  environment,
  iso,
  job,
  pipeline,
  release,
  rolledBackTo,
  service,
  sha,
  today,
} from "./parts";
import { pr } from "./pulls";
import { badWatch, incident, onItsWay } from "./watches";
import { main, movingJobs, others, pipelines, production, pulls, staging, storefront } from "./storefront";

export function hurt(): FakeService {
  const releases = [
    release(1849, today("14:34"), {
      current: true,
      mark: "crashing",
      code_version: 1847,
      ...configSet("WEB_CONCURRENCY"),
      commit: sha("9f3c1ab"),
    }),
    release(1848, today("14:33"), {
      code_version: 1847,
      ...configSet("FX_CACHE_TTL"),
      commit: sha("9f3c1ab"),
    }),
    release(1847, today("14:30"), { mark: "crashing", commit: sha("9f3c1ab"), pull_requests: [482, 483, 480, 478] }),
    ...production().map((r) => ({ ...r, current: false, mark: r.current ? ("past" as const) : r.mark })),
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
        watch: badWatch(),
        incident: incident(),
        on_its_way: onItsWay(),
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

export function failing(): FakeService {
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

export function busy(): FakeService[] {
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
      ...(i % 31 === 5 ? rolledBackTo(12_000 - i - 2) : { description: "Deploy" }),
    }),
  );
  const big = storefront({ pull_requests: many, open_pull_requests: 312 });
  big.environments = [
    environment("production", "storefront-production", releases, { rollback_target: 11_998 }),
    big.environments[1] as Environment,
  ];
  return [big, ...others(), ...Array.from({ length: 12 }, (_, i) => service(`worker-${i + 1}`))];
}

export function long(): FakeService {
  const title =
    "Make the checkout remember every address a customer has ever typed, in any alphabet, " +
    "across devices and brands, and show it in the order in which it was last used, unless it was removed";
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
