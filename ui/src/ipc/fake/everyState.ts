// A service and accounts that have every word which no other scene has. Development only.
import type {
  AccountState,
  Alert,
  AlertKind,
  Entry,
  EntryState,
  Pipeline,
  QueueState,
  Release,
  ReviewState,
  SourceErrorKind,
} from "../types";
import type { FakePullRequest, FakeService } from "./views";
import { history } from "./journal";
import { account, alert, before, environment, job, pipeline, release } from "./parts";
import { because, noOthers, pr } from "./pulls";

const QUEUE: QueueState[] = ["queued", "awaiting_checks", "mergeable", "unmergeable", "locked", "unknown"];
const REVIEWS: ReviewState[] = ["approved", "changes_requested", "commented", "dismissed", "pending", "requested"];
const ENTRIES: EntryState[] = ["planned", "sent", "succeeded", "failed", "unknown", "not_sent"];

const queued = (): FakePullRequest[] =>
  QUEUE.map((state, i) =>
    pr(601 + i, `In the merge queue: ${state.replaceAll("_", " ")}`, "ready", {
      queue: { position: i + 1, state, estimated_seconds: i % 2 === 0 ? 300 : null, enqueued_at: before(400) },
      ...because(["queued", "In the merge queue"]),
    }),
  );

const held = (): FakePullRequest[] => [
  pr(611, "Into a branch with every rule", "blocked", {
    reviews: [...REVIEWS, "unknown" as const].map((state, i) => ({ author: `reviewer-${i + 1}`, state })),
    ...because(
      ["code_owner_review", "Needs a code owner's review: payments"],
      ["conversations", "2 conversations are not resolved"],
      ["signatures", "main demands signed commits, and the newest is not signed"],
      ["linear_history", "main takes no merge commits, and its commits cannot be rebased"],
      ["blocked", "Blocked by a rule that GitHub does not name"],
    ),
  }),
  pr(612, "Of an archived repository", "blocked", because(["archived", "The repository is archived"])),
  pr(613, "Partly read", "unknown", {
    unreadable: ["mergeability", "reviews", "rules"],
    ...because(["part_unreadable", "Its reviews could not be read"]),
  }),
  pr(614, "Without any check", "ready", {
    check_list: [],
    checks: { passed: 0, failed: 0, pending: 0, missing: 0, ...noOthers },
    ...because(["no_checks", "No checks"]),
  }),
];

const pipelines = (): Pipeline[] => [
  pipeline(710, "queued", "Waits for a runner", before(60), null, [job("prepare", "queued", null, null, 42)]),
  pipeline(709, "unknown", "Not told how it is", before(300), null, [job("prepare", "unknown", 300, null, 42)]),
  pipeline(708, "canceled", "Was cancelled", before(900), 60, [
    job("prepare", "passed", 900, 20, 20),
    job("unit", "canceled", 880, 30, 60, ["prepare"]),
    job("deploy", "skipped", null, null, 42, ["unit"]),
  ]),
];

const releases = (): Release[] => [
  release(99, before(30), { status: "pending" }),
  release(98, before(4000), { current: true }),
  release(97, before(8000), { status: "expired", mark: "expired" }),
  release(96, before(12_000), { mark: "rolled_back_from" }),
  release(95, before(16_000), { status: "unknown", mark: "unknown" }),
  release(94, before(20_000)),
];

/** Kinds of alerts, with words as Rust writes them. */
const ALERTS: Record<AlertKind, [severity: Alert["severity"], message: string]> = {
  pipeline_failed: ["problem", "Pipeline #705 of main failed"],
  release_failed: ["problem", "v97 of storefront-production failed"],
  production_down: ["hurt", "Production of storefront is down since v98"],
  environment_down: ["problem", "Staging of storefront is down"],
  approval_waiting: ["info", "Pipeline #704 waits for an approval"],
  source_unreachable: ["problem", "CircleCI does not answer"],
  sign_in_again: ["problem", "Heroku wants a new token"],
  rate_limited: ["info", "GitHub asks to wait until 15:00"],
  outcome_unknown: ["problem", "What became of the merge of #600 is not known"],
  not_learnt: ["info", "The rules of main could not be read"],
  repository_archived: ["info", "acme/storefront is archived"],
  repository_renamed: ["info", "acme/storefront is acme/shop now"],
  branch_renamed: ["info", "main is trunk now"],
  maintenance: ["info", "storefront-production is in maintenance mode"],
  no_pipeline: ["problem", "No pipeline ran for 9f3c1ab"],
  left_queue: ["problem", "#607 left the merge queue and is not merged"],
  auto_merge_off: ["info", "Auto-merge of #608 was turned off"],
  production_not_said: ["info", "Whether eu is production was not said"],
  rolled_back: ["info", "Production was rolled back from v96"],
  process_down: ["problem", "worker of storefront-production is crashing"],
  watch_bad: ["hurt", "The watch of v97 is bad: 3 probes failed in a row"],
  pin_violated: ["problem", "v98 brought #482 back: production is pinned to v96"],
  built_not_released: ["info", "storefront-production-build built 9f3c1ab, which was not released"],
};

const actions = (): Entry[] =>
  ENTRIES.map((state, i) => ({ ...history()[0]!, id: `every-${state}`, state, target: `acme/storefront#${600 + i}` }));

export function everyState(of: FakeService): FakeService {
  const all = Object.entries(ALERTS) as [AlertKind, (typeof ALERTS)[AlertKind]][];
  return {
    ...of,
    mark: "hurt",
    sentence: { mark: "hurt", text: "Everything that can be is.", detail: [], word: "hurt" },
    pull_requests: [...queued(), ...held()],
    open_pull_requests: 10,
    pipelines: pipelines(),
    environments: [
      environment("production", "storefront-production", releases(), { health: "releasing" }),
      ...of.environments.slice(1),
    ],
    alerts: all.map(([kind, [severity, message]], i) => alert(kind, severity, message, before(60 * i))),
    actions: actions(),
  };
}

const ERRORS: Record<SourceErrorKind, string> = {
  sign_in: "The token was refused",
  expired: "The token ended on 20 November",
  revoked: "The token was accepted before and is refused now",
  no_token: "There is no token",
  scope: "The token lacks repo",
  single_sign_on: "acme wants single sign-on of the token",
  two_factor: "A second factor is asked for",
  suspended: "The account is suspended",
  forbidden: "The answer was 403",
  not_found: "The answer was 404",
  rate_limited: "Asked to wait until 15:00",
  unreachable: "No connection could be made",
  proxy: "The proxy refused the connection",
  portal: "A page came in place of an answer",
  garbled: "The answer was no JSON",
  late: "It was not read in time",
  internal: "An internal error",
};

export const accountsWithEveryError = (): AccountState[] => [
  ...Object.entries(ERRORS).map(([kind, message], i) =>
    account(["github", "circleci", "heroku"][i % 3]!, {
      id: `account-${kind}`,
      ok: false,
      error: { kind: kind as SourceErrorKind, message, since: before(600), retry_at: null, url: null },
    }),
  ),
  ...(["environment", "this_run", "missing"] as const).map((token) =>
    account("github", { id: `token-${token}`, token }),
  ),
];
