// Twelve services in as many states, and sixty of them, modelled on the design. Development only.
import type { HealthSpan } from "../types";
import type { FakeService } from "./views";
import { HOUR, MINUTE, because, on, one, type Told } from "./boardParts";
import { NOW, before, commit, iso, job, pipeline, release, rolledBackTo } from "./parts";
import { pr } from "./pulls";
import { hurt } from "./situations";

const crashing: HealthSpan[] = [
  { from: before(HOUR), level: "good" },
  { from: before(6 * MINUTE), level: "warning" },
  { from: before(318), level: "bad" },
];

export function storefront(): FakeService {
  const of = hurt();
  const [production, ...rest] = of.environments;
  const down = because("production_down", "6 of 8 web dynos crashed. Roll back to v1846: about 40 s", 318, {
    environment: "production",
  });
  const failed = [on(23, "10:41"), on(19, "11:00")];
  const older = [
    [18, "09:20"],
    [18, "11:10"],
    [18, "14:00"],
    [17, "09:00"],
    [17, "13:00"],
  ] as const;
  return {
    ...of,
    alerts: [down],
    differs: { difference: "same", environment: "staging" },
    environments: [
      {
        ...production!,
        health_history: crashing,
        releases: [
          ...production!.releases.slice(0, 5),
          release(1844, on(20, "15:10")),
          release(1843, on(19, "11:20"), { ...rolledBackTo(1841), code_version: 1841 }),
          release(1842, failed[1]!, { status: "failed" }),
          ...older.map(([day, clock], i) => release(1841 - i, on(day, clock))),
        ],
      },
      ...rest,
    ],
  };
}

const emailWorker = () => {
  const jobs = [
    job("prepare", "passed", 880, 40, 42),
    job("unit", "passed", 840, 120, 130, ["prepare"]),
    job("approve-release", "on_hold", null, null, 0, ["unit"], { approval_id: "a1", number: null }),
  ];
  const held = (number: number, pull: number, progress: number) =>
    pipeline(number, "on_hold", "Send receipts in the customer's language", before(13 * MINUTE), null, jobs, {
      progress,
      pull_request: pull,
    });
  const told: Told = {
    live: [318, on(19, "16:02"), on(18, "12:00"), on(17, "10:00"), on(13, "10:00")],
    staging: 640,
    people: ["joost-v", "yuki-s"],
  };
  return one("email-worker", told, {
    mark: "waits",
    main: [commit(198, "Send receipts", "joost-v", before(HOUR)), commit(197, "Retry", "yuki-s", before(2 * HOUR))],
    pipelines: [held(212, 198, 0.78), held(211, 197, 0.6)].map((p, i) =>
      i === 0 ? p : { ...p, jobs: jobs.slice(0, 2) },
    ),
    alerts: [
      because("approval_waiting", "Pipeline #212 waits for approval. 9 of 9 jobs passed, 2 PRs", 13 * MINUTE, {
        pipeline: "p-212",
      }),
    ],
    sentence: { mark: "waits", text: "Pipeline #212 waits for approval.", detail: [], word: "approve" },
  });
};

export const shippingRates = () =>
  one(
    "shipping-rates",
    {
      live: [88, on(23, "09:10"), on(19, "10:30"), on(18, "14:00"), on(17, "11:00"), on(12, "11:00")],
      staging: 204,
      people: ["lena-h"],
    },
    {
      pull_requests: [pr(77, "Round parcel weight up", "ready", { author: "lena-h", updated_at: before(22 * MINUTE) })],
    },
  );

const searchIndexer = () =>
  one(
    "search-indexer",
    {
      live: [97, on(20, "10:58"), on(19, "16:10"), on(18, "11:30"), on(17, "12:00")],
      failed: [on(20, "09:30"), on(23, "13:40")],
      staging: 311,
      people: ["marek-d"],
    },
    {
      mark: "problem",
      main: [commit(341, "Index by weight", "marek-d", before(HOUR))],
      pipelines: [
        pipeline(
          884,
          "failed",
          "Index by weight",
          before(50 * MINUTE),
          180,
          [job("index-build", "failed", 3000, 90, 90)],
          {
            progress: 0.64,
            pull_request: 341,
          },
        ),
      ],
      alerts: [
        because("pipeline_failed", "index-build failed in pipeline #884. v97 stays live", 47 * MINUTE, {
          pipeline: "p-884",
        }),
        because("auto_merge_off", "Auto-merge of #344 was turned off. Its head has changed", 2 * HOUR, {
          pull_request: 344,
        }),
      ],
      sentence: { mark: "problem", text: "index-build failed in pipeline #884.", detail: [], word: "failed" },
    },
  );

const pricing = () =>
  one(
    "pricing",
    {
      live: [144, before(84 * MINUTE), on(20, "15:00"), on(20, "13:00"), on(18, "16:10"), on(17, "15:00")],
      failed: [before(70 * MINUTE)],
      staging: 300,
      people: ["ines-b", "nadia-k"],
    },
    { differs: { difference: "behind", environment: "staging", lacks: { pull_requests: [208], other_commits: 0 } } },
  );

const loyalty = () => {
  const of = one(
    "loyalty",
    { live: [61, on(9, "12:00")], staging: 175, people: ["yuki-s"] },
    {
      mark: "unknown",
      pipelines: [
        pipeline(131, "unknown", "Points for reviews", before(20 * MINUTE), null, [], {
          progress: 0.4,
          pull_request: 131,
        }),
      ],
      alerts: [
        because("outcome_unknown", "Rerun of #131: outcome unknown, checking. CircleCI gave no answer", 5 * MINUTE, {
          pipeline: "p-131",
        }),
      ],
      sentence: { mark: "unknown", text: "The outcome of a rerun is unknown.", detail: [], word: "unknown" },
    },
  );
  const error = { kind: "unreachable" as const, message: "no answer", since: before(320), retry_at: null, url: null };
  of.sources = of.sources.map((s) => (s.source.kind === "ci" ? { ...s, observed_at: before(310), error } : s));
  return of;
};

const payments = () =>
  one(
    "payments",
    {
      live: [611, on(20, "11:20"), on(20, "10:00"), on(18, "12:00"), on(17, "13:00")],
      staging: 988,
      people: ["marek-d", "joost-v"],
    },
    {
      mark: "waits",
      off: [{ source: { kind: "ci" }, why: "The account of CircleCI is read-only here" }],
      pipelines: [
        pipeline(
          264,
          "on_hold",
          "Refund in parts",
          before(2 * HOUR),
          null,
          [job("approve-release", "on_hold", null, null, 0)],
          {
            progress: 0.7,
            pull_request: 264,
          },
        ),
      ],
      main: [
        commit(264, "Refund in parts", "marek-d", before(3 * HOUR)),
        commit(260, "Fees", "joost-v", before(4 * HOUR)),
      ],
      alerts: [because("approval_waiting", "Pipeline #264 waits for approval. 1 PR", 2 * HOUR, { pipeline: "p-264" })],
      differs: {
        difference: "ahead",
        environment: "staging",
        brings: { pull_requests: [260, 261, 262, 263], other_commits: 0 },
      },
      sentence: { mark: "waits", text: "Pipeline #264 waits for approval.", detail: [], word: "held" },
    },
  );

const mediaResizer = () =>
  one(
    "media-resizer",
    {
      live: [52, on(18, "15:11"), on(19, "12:30"), on(17, "14:10"), on(17, "12:30")],
      staging: 118,
      people: ["tomasz-w"],
      open: 2,
    },
    {
      mark: "in_flight",
      main: [commit(356, "Strip EXIF from uploads", "tomasz-w", before(HOUR))],
      pipelines: [
        pipeline(903, "running", "Strip EXIF from uploads", before(6 * MINUTE), null, [], {
          progress: 0.62,
          eta_seconds: 243,
          pull_request: 356,
        }),
      ],
      sentence: { mark: "in_flight", text: "Production is healthy.", detail: [], word: "62 %" },
    },
  );

const quiet = (): FakeService[] => {
  const ahead = {
    difference: "ahead" as const,
    environment: "staging",
    brings: { pull_requests: [1, 2, 3, 4, 5, 6, 7], other_commits: 1 },
  };
  const six = ["lena-h", "marek-d", "nadia-k", "ines-b", "joost-v"];
  const times: [string, ...string[]] = [
    on(20, "14:05"),
    on(23, "13:00"),
    on(23, "11:30"),
    on(20, "10:00"),
    on(19, "12:00"),
    on(18, "09:30"),
  ];
  return [
    one("checkout-api", { live: [655, ...times], staging: 655, people: six, open: 9, ready: 3 }, { differs: ahead }),
    one("catalog", {
      live: [401, before(5 * HOUR + 120), on(20, "12:00"), on(19, "15:00"), on(18, "12:00"), on(17, "09:00")],
      staging: 702,
      people: ["nadia-k"],
      open: 5,
      ready: 1,
    }),
    one(
      "admin-console",
      { live: [29, on(2, "10:00")], staging: null, people: ["pieter-l"] },
      {},
      { health_history: [], health: "healthy" },
    ),
  ];
};

export const twelve = (): FakeService[] => [
  ...quiet(),
  mediaResizer(),
  one(
    "inventory",
    {
      live: [233, on(19, "09:40"), on(20, "10:30"), on(18, "13:00"), on(17, "12:00")],
      staging: 517,
      people: ["ines-b"],
      open: 3,
    },
    {
      mark: "in_flight",
      pipelines: [
        pipeline(77, "queued", "Count stock by shelf", before(30), null, [], { progress: 0, pull_request: 91 }),
      ],
      sentence: { mark: "in_flight", text: "Production is healthy.", detail: [], word: "in flight" },
    },
  ),
  payments(),
  loyalty(),
  pricing(),
  searchIndexer(),
  shippingRates(),
  emailWorker(),
  storefront(),
];

/** Sixty: two of each state that asks for something, and a long quiet rest. */
export const sixty = (): FakeService[] => [
  ...twelve(),
  ...Array.from({ length: 48 }, (_, i): FakeService => {
    const told: Told = {
      live: [100 + i, iso(NOW - (i + 1) * 5 * HOUR * 1000)],
      staging: 300 + i,
      people: ["nadia-k"],
      open: i % 7,
    };
    const name = `${["billing", "ledger", "mailer", "media", "search", "stock"][i % 6]}-${Math.floor(i / 6) + 1}`;
    const moving = i % 2 === 0;
    return one(
      name,
      told,
      moving
        ? {
            mark: "in_flight",
            pipelines: [
              pipeline(2000 + i, "running", `Change ${i}`, before(60 * (i + 1)), null, [], {
                progress: (i % 10) / 10,
                pull_request: 400 + i,
              }),
            ],
            sentence: { mark: "in_flight", text: "Production is healthy.", detail: [], word: `${(i % 10) * 10} %` },
          }
        : {},
    );
  }),
];
