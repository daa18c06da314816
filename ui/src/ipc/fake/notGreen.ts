// Scenes of what is not simply green, and why. Development only.
import type { Cause, Check, CheckStatus } from "../types";
import type { FakePullRequest, FakeService } from "./views";
import { alert, before, dynos, job, pipeline } from "./parts";
import { noOthers, pr } from "./pulls";
import { vendors } from "./vendors";

const STATUSES: CheckStatus[] = [
  "failed",
  "timed_out",
  "startup_failure",
  "action_required",
  "cancelled",
  "stale",
  "pending",
  "unknown",
  "missing",
  "skipped",
  "neutral",
  "passed",
];

const check = (name: string, status: CheckStatus, more: Partial<Check> = {}): Check => ({
  name,
  status,
  kind: "check_run",
  app: "github-actions",
  app_id: 15368,
  workflow: "ci",
  event: "pull_request",
  required: false,
  url: null,
  started_at: before(600),
  completed_at: before(500),
  ...more,
});

const link = "https://github.com/acme/storefront/pull/501/checks";

/** Reasons and their causes, in the words and the order of Rust (`evidence/readiness/checks.rs`). */
function told(number: number, all: [kind: Cause["kind"], text: string, object: string | null][]) {
  const link = `https://github.com/acme/storefront/pull/${number}`;
  return {
    reasons: all.map(([, text]) => text),
    causes: all.map(([kind, text, object]): Cause => ({ kind, text, object, link, may_be_confirmed: true })),
  };
}

/** One of each: by the words of its checks and of what the host says. */
export function pulls(): FakePullRequest[] {
  const none = { passed: 0, failed: 0, pending: 0, missing: 0, ...noOthers };
  const cause = (
    kind: FakePullRequest["causes"][0]["kind"],
    text: string,
    to: string | null = null,
    may_be_confirmed = true,
  ) => ({ reasons: [text], causes: [{ kind, text, object: null, link: to, may_be_confirmed }] });
  const every = STATUSES.map((status) => check(`of-state-${status.replaceAll("_", "-")}`, status));
  return [
    pr(501, "Every word a check can have", "checks", {
      check_list: [...every, check("build", "failed", { workflow: "push", event: "push" }), check("build", "passed")],
      checks: {
        passed: 3,
        failed: 7,
        pending: 2,
        missing: 1,
        skipped: 1,
        neutral: 1,
        cancelled: 1,
        action_required: 1,
        timed_out: 1,
        stale: 1,
      },
      merge_state: "unstable",
      ...told(501, [
        ["check_failed", "2 checks failed: of-state-failed and 1 more", null],
        ["check_timed_out", "Check timed out: of-state-timed-out", "of-state-timed-out"],
        ["check_startup_failure", "Check did not start: of-state-startup-failure", "of-state-startup-failure"],
        ["check_cancelled", "Check cancelled: of-state-cancelled", "of-state-cancelled"],
        ["check_action_required", "Check waits for a person: of-state-action-required", "of-state-action-required"],
        ["check_stale", "Check out of date: of-state-stale", "of-state-stale"],
        ["check_pending", "Checks 3 of 12", "of-state-pending"],
        ["check_unknown", "Check in a state that is not known: of-state-unknown", "of-state-unknown"],
        ["check_missing", "Check not reported: of-state-missing", "of-state-missing"],
      ]),
      rollup: "failure",
    }),
    pr(502, "No check has reported", "checks", {
      check_list: [],
      checks: none,
      rollup: null,
      ...cause("no_check_reported", "No check has reported yet"),
    }),
    pr(503, "First contribution of a fork", "checks", {
      from_fork: true,
      check_list: [],
      checks: none,
      waiting_runs: [{ name: "ci", url: link }],
      ...cause("runs_wait", "Runs wait for a maintainer's approval", link, false),
    }),
    pr(504, "GitHub counts what is not listed", "checks", {
      ...cause("host_counts_red", "GitHub counts a check that is not green", link, false),
    }),
    pr(505, "Read with a fine-grained token", "unknown", {
      check_list: [],
      checks: none,
      unreadable: ["check_runs"],
      ...cause("checks_unreadable", "Check runs cannot be read with this token"),
    }),
    pr(506, "Only skipped checks", "checks", {
      check_list: [check("docs", "skipped"), check("lint", "skipped")],
      checks: { ...none, skipped: 2 },
      ...cause("nothing_ran", "Nothing ran: all its 2 checks were skipped"),
    }),
    pr(507, "Left the merge queue", "ready", { dropped: { from: "merge_queue", since: before(300), head_sha: "a" } }),
  ];
}

export const words = (of: FakeService): FakeService => ({
  ...of,
  pull_requests: pulls(),
  open_pull_requests: 7,
  alerts: [
    alert("left_queue", "problem", "#507 left the merge queue and is not merged. Failed: integration.", before(300)),
  ],
});

export function degraded(of: FakeService): FakeService {
  const [production, staging] = of.environments;
  const worker = {
    name: "worker.1",
    process: "worker",
    state: "crashed",
    release_version: 1846,
    updated_at: before(500),
  };
  const text = "Production of storefront: worker is crashing since v1846.";
  return {
    ...of,
    mark: "problem",
    alerts: [alert("environment_down", "problem", text, before(500))],
    sentence: { mark: "problem", text, detail: ["v1846 live for 3 h 12 min"], word: "failed" },
    environments: [
      {
        ...production!,
        health: "degraded",
        dynos: [...dynos(8, 0), worker],
        current: { ...production!.current!, mark: "degraded" },
        releases: production!.releases.map((r) => (r.current ? { ...r, mark: "degraded" } : r)),
      },
      {
        ...staging!,
        health: "unknown",
        dynos: [],
        formation: [{ name: "web", quantity: 0 }],
        current: { ...staging!.current!, mark: "live_unknown" },
        releases: staging!.releases.map((r) => (r.current ? { ...r, mark: "live_unknown" } : r)),
      },
    ],
  };
}

export function restarting(of: FakeService): FakeService {
  const production = of.environments[0]!;
  const text = "Production is hurt: storefront has been crashing since v1847; it restarts now";
  return {
    ...of,
    sentence: { ...of.sentence, text, detail: ["6 min", "8 web dynos start"] },
    alerts: [alert("production_down", "hurt", text, before(360))],
    environments: [
      {
        ...production,
        health: "restarting",
        dynos: dynos(8, 0).map((d) => ({ ...d, state: "starting" })),
        probe: null,
        current: { ...production.current!, mark: "restarting" },
        releases: production.releases.map((r) => (r.mark === "crashing" ? { ...r, mark: "restarting" } : r)),
      },
      ...of.environments.slice(1),
    ],
  };
}

/** Two holds in one pipeline, and a nightly one that failed: told apart from what decides. */
export function held(of: FakeService): FakeService {
  const waits = (name: string) => job(name, "on_hold", null, null, 0, ["unit"], { approval_id: name, number: null });
  const text = "Pipeline #3131 waits for approval of approve-staging and approve-production.";
  return {
    ...of,
    mark: "waits",
    sentence: { mark: "waits", text, detail: ["v1846 live for 3 h 12 min"], word: "approve" },
    alerts: [alert("approval_waiting", "info", text, before(300))],
    pipelines: [
      pipeline(
        3131,
        "on_hold",
        "Group order emails by basket",
        before(900),
        null,
        [job("unit", "passed", 840, 120, 130), waits("approve-staging"), waits("approve-production")],
        { progress: 0.8, pull_request: 491 },
      ),
      pipeline(
        3130,
        "failed",
        "Nightly: full browser suite",
        before(30_000),
        2400,
        [job("browsers", "failed", 29_000, 900, 880, [], { workflow: "nightly" })],
        {
          workflows: [
            {
              id: "w-3130",
              name: "nightly",
              status: "failed",
              created_at: before(30_000),
              stopped_at: before(27_600),
              setup: false,
              failed_job: "browsers",
              error: null,
              jobs_gone: false,
            },
          ],
        },
      ),
      ...of.pipelines.slice(1),
    ],
  };
}

/** Nothing answers: every part is the last known, with its age. */
export function offline(of: FakeService): FakeService {
  const sources = of.sources.map((one) => {
    const vendor = vendors.find((v) => v.id === one.provider)?.title ?? one.provider;
    const error = {
      kind: "unreachable" as const,
      message: `${vendor} cannot be reached: no connection could be made`,
      since: before(840),
      retry_at: before(-30),
      url: null,
    };
    return { ...one, observed_at: before(840), error };
  });
  const detail = ["v1846 live for 3 h 12 min", "PRs not read now", "pipelines not read now", "production not read now"];
  return {
    ...of,
    stale: true,
    mark: "unknown",
    sources,
    sentence: { mark: "unknown", text: "GitHub cannot be reached: no connection could be made", detail, word: "stale" },
  };
}
