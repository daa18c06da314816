// The state vocabulary: for each state of the domain its shape, its word and its colour.
import type {
  Cause,
  CauseKind,
  CheckCounts,
  CheckStatus,
  Entry,
  Environment,
  Health,
  Job,
  JobStatus,
  Mark,
  Pipeline,
  PullRequestView,
  QueueState,
  Readiness,
  Release,
  ReleaseMark,
  Review,
  ServiceView,
} from "../ipc/types";
import type { MarkName, Tone } from "../kit/shapes";
import { since } from "./time";

export interface Shown {
  mark: MarkName;
  tone: Tone;
  word: string;
  progress?: number;
}

const readiness: Record<Readiness, [MarkName, Tone, string]> = {
  ready: ["check", "ok", "Ready"],
  checks: ["ring", "run", "Checks"],
  review: ["person", "person", "Needs approval"],
  changes: ["bubble", "warn", "Changes requested"],
  behind: ["down", "warn", "Behind"],
  conflicts: ["conflict", "warn", "Conflicts"],
  blocked: ["slash", "warn", "Blocked"],
  draft: ["draft", "grey", "Draft"],
  missing: ["minus", "grey", "Check not reported"],
  unknown: ["unknown", "grey", "Unknown, checking"],
};

/** Each word keeps its own shape: what was cancelled did not fail, and what was never reported does not run. */
const causes: Record<CauseKind, [MarkName, Tone]> = {
  archived: ["slash", "warn"],
  draft: ["draft", "grey"],
  conflicts: ["conflict", "warn"],
  changes_requested: ["bubble", "warn"],
  check_failed: ["cross", "warn"],
  check_cancelled: ["slash", "warn"],
  check_timed_out: ["cross", "warn"],
  check_stale: ["clock", "warn"],
  check_action_required: ["person", "warn"],
  check_startup_failure: ["cross", "warn"],
  check_pending: ["ring", "run"],
  check_unknown: ["unknown", "grey"],
  check_missing: ["minus", "grey"],
  no_check_reported: ["minus", "grey"],
  nothing_ran: ["skip", "grey"],
  runs_wait: ["person", "person"],
  host_counts_red: ["cross", "warn"],
  checks_unreadable: ["unknown", "grey"],
  review_required: ["person", "person"],
  code_owner_review: ["person", "person"],
  conversations: ["bubble", "warn"],
  signatures: ["slash", "warn"],
  linear_history: ["slash", "warn"],
  behind: ["down", "warn"],
  blocked: ["slash", "warn"],
  computing: ["unknown", "grey"],
  part_unreadable: ["unknown", "grey"],
  queued: ["dotted", "run"],
  no_checks: ["minus", "grey"],
};

/** A cause by its kind; that checks run, with how far they are. */
export function ofCause(cause: Pick<Cause, "kind" | "text">, checks: CheckCounts): Shown {
  const [mark, tone] = causes[cause.kind];
  if (cause.kind !== "check_pending") return { mark, tone, word: cause.text };
  return { mark, tone, word: cause.text, progress: progressOf(checks) };
}

/** The part of the checks that passed, of those that are decided or run. */
function progressOf({ passed, failed, pending }: CheckCounts): number {
  return passed / Math.max(1, passed + failed + pending);
}

export function ofPullRequest(pr: PullRequestView): Shown {
  // What is queued still answers as one that could be merged.
  if (pr.queue)
    return {
      ...queueMarks[pr.queue.state],
      word: pr.queue.position === null ? "In the merge queue" : `In the merge queue, ${ordinal(pr.queue.position)}`,
    };
  const first = pr.causes[0];
  if (first && pr.readiness !== "ready") return ofCause(first, pr.checks);
  const [mark, tone, word] = readiness[pr.readiness];
  return { mark, tone, word };
}

const queueMarks: Record<QueueState, Omit<Shown, "word">> = {
  queued: { mark: "dotted", tone: "run" },
  awaiting_checks: { mark: "ring", tone: "run", progress: 0.25 },
  mergeable: { mark: "ring", tone: "run", progress: 0.9 },
  unmergeable: { mark: "cross", tone: "warn" },
  locked: { mark: "pause", tone: "grey" },
  unknown: { mark: "unknown", tone: "grey" },
};

export function ordinal(n: number): string {
  const last = n % 10;
  const teens = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${teens ? "th" : last === 1 ? "st" : last === 2 ? "nd" : last === 3 ? "rd" : "th"}`;
}

const job: Record<JobStatus, [MarkName, Tone, string]> = {
  queued: ["dotted", "grey", "Queued"],
  running: ["ring", "run", "Running"],
  passed: ["check", "ok", "Passed"],
  failed: ["cross", "warn", "Failed"],
  on_hold: ["pause", "person", "Waits for approval"],
  canceled: ["slash", "grey", "Cancelled"],
  skipped: ["skip", "grey", "Skipped"],
  unknown: ["unknown", "grey", "Unknown, checking"],
};

export function ofJob(one: Pick<Job, "status" | "started_at" | "usual_seconds" | "approval_id">, now: number): Shown {
  const [mark, tone, word] = job[one.status];
  if (one.status === "on_hold" && one.approval_id === null) return { mark, tone: "grey", word: "Held, needs others" };
  if (one.status !== "running") return { mark, tone, word };
  const elapsed = since(one.started_at, now) ?? 0;
  return { mark, tone, word, progress: one.usual_seconds ? Math.min(0.98, elapsed / one.usual_seconds) : 0.25 };
}

/** A step's status, in a job's words. */
export function ofStatus(status: string): Shown {
  const [mark, tone, word] = job[status as JobStatus] ?? job.unknown;
  return { mark, tone, word };
}

export function ofPipeline(pipeline: Pipeline): Shown {
  const percent = Math.round(pipeline.progress * 100);
  switch (pipeline.status) {
    case "queued":
      return { mark: "dotted", tone: "grey", word: "Queued" };
    case "running":
      return { mark: "ring", tone: "run", word: `Running ${percent} %`, progress: pipeline.progress };
    case "failing":
      return { mark: "cross", tone: "warn", word: "Failing, still running" };
    case "on_hold":
      return { mark: "pause", tone: "person", word: "Waits for approval" };
    case "passed":
      return { mark: "check", tone: "ok", word: "Passed" };
    case "failed":
      return { mark: "cross", tone: "warn", word: "Failed" };
    case "canceled":
      return { mark: "slash", tone: "grey", word: "Cancelled" };
    case "unknown":
      return { mark: "unknown", tone: "grey", word: "Unknown, checking" };
  }
}

/** It is down, or was and is not shown to be up again. */
export const isHurt = (env: Pick<Environment, "health">): boolean =>
  env.health === "down" || env.health === "restarting";

/** The code that it runs was watched, and that was bad. */
function isWatchedBad({ watch, current }: Pick<Environment, "watch" | "current">): boolean {
  if (watch?.verdict !== "bad" || current === null) return false;
  return watch.commit !== null && current.commit !== null
    ? watch.commit === current.commit
    : watch.release.ordinal === (current.code_version ?? current.version);
}

/** It is down, or what is live is shown to be bad. */
export const isHurtEnvironment = (env: Pick<Environment, "health" | "watch" | "current">): boolean =>
  isHurt(env) || isWatchedBad(env);

/** Of the environments that users are served from, the one that is hurt; else the first. */
export function productionOf(state: Pick<ServiceView, "environments">): Environment | null {
  const all = state.environments.filter((e) => e.production);
  return all.find(isHurt) ?? all.find(isWatchedBad) ?? all[0] ?? null;
}

/** Production is hurt, or what is live there is shown to be bad: the ways on come first. */
export const needsWayOn = (state: Pick<ServiceView, "environments" | "mark">): boolean =>
  state.mark === "hurt" || state.environments.some((env) => env.production && isWatchedBad(env));

/** Whether a person must still say if it is production; Rust knows when. */
export function asksForProduction(state: Pick<ServiceView, "alerts">, environment: string): boolean {
  return state.alerts.some((a) => a.kind === "production_not_said" && a.subject.environment === environment);
}

export function ofEnvironment(env: Environment): Shown {
  const hurt = env.production;
  switch (env.health) {
    case "healthy":
      return env.maintenance
        ? { mark: "triangle", tone: "warn", word: "In maintenance" }
        : { mark: "check", tone: "ok", word: "Healthy" };
    case "releasing":
      return { mark: "ring", tone: "run", word: "Releasing", progress: 0.5 };
    case "down":
      return hurt
        ? { mark: "hurt", tone: "hurt", word: "Crashing" }
        : { mark: "triangle", tone: "warn", word: `${title(env.name)} down` };
    case "restarting":
      return { mark: "ring", tone: hurt ? "hurt" : "warn", word: "Restarting", progress: 0.5 };
    case "degraded":
      return { mark: "triangle", tone: "warn", word: "Degraded" };
    case "unknown":
      return runsNoWeb(env)
        ? { mark: "minus", tone: "grey", word: "No web process" }
        : { mark: "unknown", tone: "grey", word: env.health_reason ? title(env.health_reason) : "Unknown, checking" };
  }
}

/** The formation was read, and it lets no web process run. */
export function runsNoWeb(env: Pick<Environment, "formation">): boolean {
  return (env.formation ?? []).some((process) => process.name === "web" && process.quantity === 0);
}

/** What is wrong comes first; only then how it came to be. Rust says what it is now, for every place alike. */
const releases: Record<ReleaseMark, Shown> = {
  releasing: { mark: "ring", tone: "run", word: "Releasing", progress: 0.5 },
  live: { mark: "live", tone: "ok", word: "Live" },
  crashing: { mark: "triangle", tone: "hurt", word: "Crashing" },
  restarting: { mark: "ring", tone: "warn", word: "Restarting", progress: 0.5 },
  degraded: { mark: "triangle", tone: "warn", word: "Degraded" },
  live_unknown: { mark: "unknown", tone: "grey", word: "Live, health not known" },
  failed: { mark: "cross", tone: "warn", word: "Failed" },
  expired: { mark: "slash", tone: "grey", word: "Expired" },
  rolled_back_from: { mark: "slash", tone: "grey", word: "Rolled back from" },
  past: { mark: "check", tone: "grey", word: "Released" },
  unknown: { mark: "unknown", tone: "grey", word: "Unknown, checking" },
};

export function ofRelease(release: Release): Shown {
  const shown = releases[release.mark];
  if (release.mark !== "live" && release.mark !== "past") return shown;
  const back = rollbackOf(release);
  if (back !== null) return { mark: "back", tone: "person", word: `Back on v${back}` };
  if (configOf(release).length > 0) return { mark: "sliders", tone: "grey", word: "Config only" };
  return shown;
}

/** The version a release went back to; null for any other release. */
export function rollbackOf({ cause }: Pick<Release, "cause">): number | null {
  return cause?.cause === "rollback" ? cause.to : null;
}

/** The names a config release changed; empty for any other release. */
export function configOf({ cause }: Pick<Release, "cause">): string[] {
  return cause?.cause === "config" ? cause.names : [];
}

const service: Record<Mark, [MarkName, Tone, string]> = {
  hurt: ["hurt", "hurt", "hurt"],
  waits: ["pause", "person", "approve"],
  problem: ["cross", "warn", "problem"],
  unknown: ["unknown", "grey", "checking"],
  in_flight: ["ring", "run", "in flight"],
  healthy: ["check", "ok", ""],
};

/** One mark and at most one word: the rail's row. */
export function ofService(state: ServiceView): Shown {
  const [mark, tone, usual] = service[state.mark];
  const word = state.sentence.word || usual;
  if (state.mark === "in_flight") return { mark, tone, word, progress: inFlight(state)[0]?.progress ?? 0.5 };
  if (state.mark === "unknown" && state.stale) return { mark: "clock", tone, word };
  return { mark, tone, word };
}

export function ofMark(mark: Mark, progress?: number): Shown {
  const [name, tone, word] = service[mark];
  return { mark: name, tone, word, progress };
}

const check: Record<CheckStatus, [MarkName, Tone, string]> = {
  passed: ["check", "ok", "passed"],
  failed: ["cross", "warn", "failed"],
  pending: ["ring", "run", "running"],
  missing: ["minus", "grey", "not reported yet"],
  neutral: ["skip", "grey", "neutral"],
  unknown: ["unknown", "grey", "unknown, checking"],
  skipped: ["skip", "grey", "skipped"],
  cancelled: ["slash", "warn", "cancelled"],
  action_required: ["person", "warn", "needs action"],
  timed_out: ["cross", "warn", "timed out"],
  stale: ["unknown", "warn", "out of date"],
  startup_failure: ["cross", "warn", "could not start"],
};

export function ofCheck(status: CheckStatus): Shown {
  const [mark, tone, word] = check[status];
  return { mark, tone, word, progress: 0.6 };
}

export function ofReview(review: Review): Shown {
  switch (review.state) {
    case "approved":
      return { mark: "check", tone: "ok", word: "approved" };
    case "changes_requested":
      return { mark: "bubble", tone: "warn", word: "requested changes" };
    case "commented":
      return { mark: "minus", tone: "grey", word: "commented" };
    case "dismissed":
      return { mark: "slash", tone: "grey", word: "dismissed" };
    case "pending":
      return { mark: "dotted", tone: "grey", word: "not sent yet" };
    case "requested":
      return { mark: "person", tone: "person", word: "requested" };
    case "unknown":
      return { mark: "unknown", tone: "grey", word: "unknown" };
  }
}

/** Still to be settled, by reading or by a person's word. */
export function isOpen(entry: Pick<Entry, "state" | "settled_as">): boolean {
  return (
    (entry.state === "planned" || entry.state === "sent" || entry.state === "unknown") && entry.settled_as === null
  );
}

/** A person's word is shown as theirs, never as an outcome that was read. */
export function ofEntry({ state, settled_as }: Pick<Entry, "state" | "settled_as">): Shown {
  if (settled_as !== null)
    return {
      mark: "person",
      tone: "grey",
      word: `Outcome unknown; by a person's word it ${settled_as === "happened" ? "happened" : "did not happen"}`,
    };
  switch (state) {
    case "planned":
      return { mark: "dotted", tone: "grey", word: "Planned, not sent" };
    case "sent":
      return { mark: "ring", tone: "run", word: "Sent, checking", progress: 0.5 };
    case "succeeded":
      return { mark: "check", tone: "ok", word: "Succeeded" };
    case "failed":
      return { mark: "cross", tone: "warn", word: "Failed" };
    case "unknown":
      return { mark: "unknown", tone: "grey", word: "Outcome unknown, checking" };
    case "not_sent":
      return { mark: "dotted", tone: "grey", word: "Not sent" };
  }
}

export function isMoving(pipeline: Pipeline): boolean {
  return ["queued", "running", "failing", "on_hold"].includes(pipeline.status);
}

/** A nightly one, say, carries no change: it runs other workflows than a push does. */
export function isOfPush(pipeline: Pipeline): boolean {
  return pipeline.runs_push_workflows ?? (pipeline.trigger === null || pipeline.trigger === "push");
}

/** Pipelines of main that carry a change and still move or wait, newest first. */
export function inFlight(state: ServiceView): Pipeline[] {
  const ofMain = (p: Pipeline) => p.branch === null || p.branch === state.branch;
  return state.pipelines.filter((p) => isMoving(p) && ofMain(p) && isOfPush(p));
}

const healths: Record<Health, string> = {
  healthy: "healthy",
  releasing: "releasing",
  restarting: "restarting",
  degraded: "degraded",
  down: "down",
  unknown: "unknown",
};
export const healthWord = (health: Health) => healths[health];

export function title(text: string): string {
  return text === "" ? text : text[0]!.toUpperCase() + text.slice(1);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function short(sha: string | null): string {
  return sha === null ? "" : sha.slice(0, 7);
}

/** File paths are cut in the middle: the beginning and the name stay. */
export function cutPath(path: string, most: number): string {
  if (path.length <= most) return path;
  const tail = Math.ceil((most - 1) * 0.65);
  return `${path.slice(0, most - 1 - tail)}…${path.slice(-tail)}`;
}
