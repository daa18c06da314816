// A shop whose production is pinned after a rollback. Development only.
import type { Environment } from "../types";
import type { FakeService } from "./views";
import { alert, before, commit, dynos, environment, job, pipeline, release, rolledBackTo, sha, today } from "./parts";
import { because, pr } from "./pulls";
import { hurt } from "./situations";
import { main, movingJobs, pipelines, production, staging, storefront } from "./storefront";
import { autoMerge, badChange, carrier, incident, pin, progress, watch } from "./watches";

const releases = () => [
  release(1850, today("14:31"), {
    current: true,
    code_version: 1846,
    commit: sha("4be21d7"),
    user: "lena-h@acme.example",
    ...rolledBackTo(1846),
  }),
  release(1847, today("14:10"), {
    mark: "rolled_back_from",
    commit: sha("9f3c1ab"),
    pull_requests: [482, 483, 480, 478],
  }),
  ...production().map((one) => ({ ...one, current: false, mark: one.current ? ("past" as const) : one.mark })),
];

/** All of it passed; its release waits for a person. */
const jobs = () => [
  ...movingJobs().slice(0, 4),
  job("approve-release", "on_hold", null, null, 0, ["unit-1"], { approval_id: "a-3129" }),
];

/** The pinned production, with what is on its way. */
function pinnedProduction(more: Partial<Environment> = {}): Environment {
  return environment("production", "storefront-production", releases(), {
    rollback_target: 1844,
    watch: watch(1850, 295, "4be21d7", { baseline: null }),
    pin: pin(),
    pin_progress: progress(),
    incident: incident(),
    health_history: [
      { from: before(3600), level: "good" },
      { from: before(1560), level: "bad" },
      { from: before(300), level: "good" },
    ],
    on_its_way: {
      bad: [badChange()],
      carriers: [
        carrier({ waits_for: "the approval approve-release", ships_in_seconds: null, stop: null, progress: 0.9 }),
        autoMerge(),
      ],
      checked: 4,
      unread: [],
    },
    ...more,
  });
}

function shop(env: Environment, text: string, more: Partial<FakeService> = {}): FakeService {
  return storefront({
    pull_requests: [
      pr(492, "Revert “Cache exchange rates for 60 s”", "review", {
        author: "lena-h",
        ...because(["review_required", "Needs 1 approval"], ["check_pending", "Checks 9 of 14"]),
        created_at: before(240),
      }),
      pr(488, "Retry payment webhooks with jitter", "checks", {
        author: "tomasz-w",
        auto_merge: { by: "tomasz-w", method: "squash", enabled_at: before(900) },
      }),
      pr(485, "Drop unused coupon columns", "behind", { author: "ines-b" }),
      pr(491, "Group order emails by basket", "ready", { author: "joost-v" }),
      pr(490, "Experiment: prefetch product images", "draft", { author: "yuki-s", created_at: before(2400) }),
    ],
    main: [commit(489, "Show delivery estimate in basket", "lena-h", today("14:29")), ...main()],
    pipelines: [
      pipeline(3129, "on_hold", "Show delivery estimate in basket", today("14:29"), null, jobs(), {
        progress: 0.9,
        pull_request: 489,
      }),
      ...pipelines().slice(1),
    ],
    environments: [
      env,
      environment("staging", "storefront-staging", staging(), {
        dynos: dynos(2, 0),
        probe: { status: 200, milliseconds: 97, checked_at: before(4) },
      }),
    ],
    mark: "healthy",
    sentence: {
      mark: "healthy",
      text,
      detail: ["v1850 live 5 min", "hurt from 14:10 to 14:31", "incident 32 open"],
      word: "pinned",
    },
    ...more,
  });
}

export const pinned = (): FakeService =>
  shop(pinnedProduction(), "Production is healthy on v1846. 1 pipeline and 1 PR would bring #482 back.");

/** Nothing carries it, and nobody has opened its revert. */
export const pinnedClear = (): FakeService => {
  const calm = pinnedProduction({
    pin: pin({ ends_by_itself: false, reason: null }),
    pin_progress: progress({ revert: null, reverts_all: false, steps: [] }),
    on_its_way: { bad: [badChange()], carriers: [], checked: 3, unread: [] },
  });
  const service = shop(calm, "Production is healthy on v1846. Nothing on its way would bring #482 back.");
  return { ...service, pipelines: service.pipelines.slice(1), pull_requests: service.pull_requests.slice(2) };
};

/** It was released all the same; much is on its way, of which not all is known. */
export const pinnedViolated = (): FakeService => {
  const long = "Make the checkout remember every address a customer has ever typed, in any alphabet, across devices";
  const env = pinnedProduction({
    pin: pin({
      violations: [
        {
          release: { id: "r-1850", label: "v1850", ordinal: 1850 },
          at: before(120),
          brings: ["#482"],
          knowingly: null,
        },
      ],
      narrowed: false,
      bad: [482, 483, 480, 478].map((number) => ({ ...badChange(), id: `#${number}`, number, commits: [] })),
    }),
    pin_progress: progress({ violated: true, brings: ["#482"], reverts_all: false }),
    watch: watch(1850, 900, "4be21d7", { has_health_url: false, planned: 20, probes: [], baseline: null }),
    on_its_way: {
      bad: [482, 483, 480, 478].map((number) => ({ ...badChange(), id: `#${number}`, number })),
      carriers: [
        carrier({ carries: ["#482", "#483", "#480", "#478"] }),
        autoMerge(),
        autoMerge(485, long),
        carrier({
          kind: "merge_queue",
          id: "#491",
          label: "#491 in the merge queue",
          title: "Group order emails by basket",
          number: 491,
          stop: { action: "dequeue", service: "storefront", number: 491 },
          progress: null,
          ships_in_seconds: null,
          likely_reverted: true,
        }),
        carrier({
          kind: "build",
          id: "b-1",
          label: "Build 9f3c1ab",
          title: null,
          number: null,
          known: false,
          progress: null,
          ships_in_seconds: null,
          stop: null,
          stop_blocked: "A build that has begun cannot be stopped through the API",
        }),
        carrier({
          kind: "promotion",
          id: "staging",
          label: "Promotion of staging",
          title: null,
          number: null,
          progress: null,
          ships_in_seconds: null,
          stop: null,
        }),
        carrier({ id: "p-3130", label: "Pipeline #3130", title: long, number: 486 }),
      ],
      checked: 9,
      unread: [],
    },
  });
  return shop(env, "v1850 brought #482 back: production is pinned to v1846.", {
    mark: "problem",
    sentence: {
      mark: "problem",
      text: "v1850 brought #482 back: production is pinned to v1846.",
      detail: ["incident 32 open"],
      word: "pin violated",
    },
    alerts: [alert("pin_violated", "problem", "v1850 brought #482 back", before(120))],
  });
};

/** Neither a release to go back to nor a PR to revert. */
export function hurtNoWay(): FakeService {
  const service = hurt();
  const [first, ...rest] = service.environments;
  const bare = first!.releases.slice(0, 3).map((one) => ({ ...one, pull_requests: [] }));
  return {
    ...service,
    environments: [
      {
        ...first!,
        releases: bare,
        current: bare[0]!,
        rollback_target: null,
        rollback_blocked: "No earlier release was live and is known to be good",
        on_its_way: { bad: [], carriers: [], checked: 2, unread: [] },
        watch: null,
        incident: incident({ acknowledged: { by: "lena-h", at: before(60), causes: [] } }),
      },
      ...rest,
    ],
    pipelines: service.pipelines.slice(1),
  };
}

/** No earlier release is good: reverting is the likely way; several things would ship it again. */
export function hurtRevertOnly(): FakeService {
  const service = hurt();
  const [first, ...rest] = service.environments;
  return {
    ...service,
    environments: [
      {
        ...first!,
        releases: first!.releases.map((one) => ({ ...one, eligible_for_rollback: false })),
        rollback_target: null,
        rollback_blocked: "v1846 is marked bad, and v1845 never went live",
        on_its_way: { ...first!.on_its_way!, carriers: [carrier(), autoMerge()], checked: 5 },
      },
      ...rest,
    ],
  };
}

/** It answers, and its watch was called bad all the same. */
export function watchedBad(): FakeService {
  const service = hurt();
  const [first, ...rest] = service.environments;
  return {
    ...service,
    mark: "problem",
    alerts: [alert("watch_bad", "hurt", "The watch of v1847 is bad", before(100))],
    sentence: {
      mark: "problem",
      text: "The watch of v1847 is bad: 5 of 16 probes failed",
      detail: ["8 of 8 web dynos up"],
      word: "watch bad",
    },
    environments: [
      { ...first!, health: "healthy", down_since: null, dynos: dynos(8, 0), on_its_way: null, incident: null },
      ...rest,
    ],
  };
}
