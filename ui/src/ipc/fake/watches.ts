// Invented watches, pins and records. Development only.
import type {
  Carrier,
  Change,
  IncidentHead,
  OnItsWay,
  Pin,
  PinProgress,
  PinStep,
  ProbeSample,
  ReleaseRef,
  Watch,
} from "../types";
import { NOW, before, iso, sha } from "./parts";
import { noOthers } from "./pulls";

const green = { passed: 14, failed: 0, pending: 0, missing: 0, ...noOthers };

export function change(number: number, title: string, author: string): Change {
  const url = `https://github.com/acme/storefront/pull/${number}`;
  return { id: `#${number}`, number, title, author, checks: green, approvals: 1, url };
}
export const ref = (version: number): ReleaseRef => ({ id: `r-${version}`, label: `v${version}`, ordinal: version });

/** When a probe is planned, in seconds after the beginning: dense first, then every minute. */
export const PLANNED = [
  ...Array.from({ length: 12 }, (_, i) => (i + 1) * 10),
  ...Array.from({ length: 16 }, (_, i) => 120 + (i + 1) * 30),
  ...Array.from({ length: 10 }, (_, i) => 600 + (i + 1) * 60),
];
const probe = (at: number, failed: boolean, milliseconds = 84): ProbeSample => ({
  at: iso(at),
  failed,
  status: failed ? 503 : 200,
  milliseconds: failed ? 31 : milliseconds,
});

/** A watch that began so many seconds ago; `fails` says which of its samples failed. */
export function watch(
  version: number,
  seconds: number,
  commit: string,
  more: Partial<Watch> = {},
  fails: (sample: number) => boolean = () => false,
): Watch {
  const began = NOW - seconds * 1000;
  const taken = PLANNED.filter((one) => one <= seconds);
  return {
    id: `w-${version}`,
    service: "storefront",
    environment: "production",
    app: "storefront-production",
    production: true,
    platform: "Heroku",
    instance: "dyno",
    release: ref(version),
    commit: sha(commit),
    live_at: iso(began),
    began_at: iso(began),
    length_seconds: 1200,
    planned: PLANNED.length,
    taken: taken.length,
    has_health_url: true,
    baseline: {
      release: "v1846",
      probes: Array.from({ length: 20 }, (_, i) => probe(began - (20 - i) * 60_000, false, 78 + (i % 5) * 3)),
    },
    probes: taken.map((at, i) => probe(began + at * 1000, fails(i), 80 + (i % 7) * 2)),
    processes: [],
    platform_log: null,
    signals: [],
    config_releases: [],
    superseded_by: null,
    verdict: null,
    verdict_at: null,
    reason: null,
    bad_at: null,
    recovered_at: null,
    ended_at: null,
    evidence: [],
    ...more,
  };
}

/** The watch of the release that hurts production. */
export const badWatch = (): Watch =>
  watch(
    1847,
    376,
    "9f3c1ab",
    {
      verdict: "bad",
      verdict_at: before(288),
      bad_at: before(288),
      reason: "6 web dynos crashed since live, limit 4 of 8",
      config_releases: [
        { ...ref(1848), at: before(200) },
        { ...ref(1849), at: before(100) },
      ],
      evidence: [
        { level: "bad", label: "Web dynos", text: "6 crashed since live, limit 4 of 8", at: before(318) },
        { level: "bad", label: "Health", text: "17 of 20 failed, 3 in a row is bad", at: before(288) },
        { level: "bad", label: "Heroku", text: "H10 App crashed, counted once", at: before(318) },
        { level: "good", label: "Before", text: "v1846 answered 20 of 20, 84 ms", at: null },
      ],
      signals: [
        { kind: "processes", text: "web.3 crashed", at: before(318), last_at: before(8), count: 14 },
        { kind: "platform", text: "H10 App crashed", at: before(318), last_at: before(20), count: 9 },
      ],
    },
    (sample) => sample !== 2 && sample !== 7 && sample !== 15,
  );

export const incident = (more: Partial<IncidentHead> = {}): IncidentHead => ({
  id: "i-32",
  number: 32,
  title: "Crashed after v1847",
  opened_at: before(288),
  acknowledged: null,
  asks_since: null,
  ...more,
});

export const badChange = () => change(482, "Cache exchange rates for 60 s", "tomasz-w");
const brought = (): Change[] => [
  badChange(),
  change(483, "Bump puma to 6.6.1", "nadia-k"),
  change(480, "Black Friday footer copy", "nadia-k"),
  change(478, "Add currency to order lines", "ines-b"),
];

export function carrier(more: Partial<Carrier> = {}): Carrier {
  return {
    kind: "pipeline",
    id: "p-3129",
    label: "Pipeline #3129",
    title: "Show delivery estimate in basket",
    number: 489,
    carries: ["#482"],
    known: true,
    likely_reverted: false,
    progress: 0.2,
    ships_in_seconds: 370,
    waits_for: null,
    stop: { action: "cancel", service: "storefront", pipeline: "p-3129" },
    stop_blocked: null,
    ...more,
  };
}
export const autoMerge = (number = 488, title = "Retry payment webhooks with jitter"): Carrier =>
  carrier({
    kind: "auto_merge",
    id: `#${number}`,
    label: `Auto-merge of #${number}`,
    title,
    number,
    progress: null,
    ships_in_seconds: 900,
    waits_for: "its checks",
    stop: { action: "disable_auto_merge", service: "storefront", number },
  });

/** While production is hurt: all that the live code brought is bad, as far as is known. */
export const onItsWay = (): OnItsWay => ({
  bad: brought(),
  carriers: [carrier({ carries: ["#482"] })],
  checked: 4,
  unread: [],
});

export function pin(more: Partial<Pin> = {}): Pin {
  return {
    id: "pin-1",
    service: "storefront",
    repo: "acme/storefront",
    environment: "production",
    app: "storefront-production",
    target: ref(1846),
    target_commit: sha("4be21d7"),
    left: ref(1849),
    left_commit: sha("9f3c1ab"),
    bad: [{ ...badChange(), commits: [sha("1e2ab9f3c")] }],
    narrowed: true,
    reason: "KeyError FX_CACHE_TTL, 6 of 8 web dynos down",
    by: "lena-h",
    at: before(300),
    entry: "e-1",
    ends_by_itself: true,
    violations: [],
    end: null,
    ...more,
  };
}

const step = (label: string, detail: string | null, state: PinStep["state"], at: string | null = null): PinStep => ({
  label,
  detail,
  state,
  at,
});
export const progress = (more: Partial<PinProgress> = {}): PinProgress => ({
  revert: 492,
  reverts_all: true,
  steps: [
    step("Opened", null, "done", before(240)),
    step("Approved", "1 missing", "current"),
    step("Merged", null, "later"),
    step("Pipeline", "about 8 min", "later"),
    step("Live", "about 15:04", "later"),
    step("Watch good", "about 15:24", "later"),
  ],
  violated: false,
  brings: [],
  brings_known: true,
  may_end: false,
  offer: null,
  ...more,
});
