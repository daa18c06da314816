// What Rust makes of a service as one row among others, for scenes. Development only.
import type {
  Action,
  Alert,
  AlertKind,
  Commit,
  Mark,
  OverviewGroup,
  ServiceOverview,
  Source,
  StagingDifference,
  WaitingCause,
} from "../types";
import type { FakePullRequest, FakeService } from "./views";

const QUIET: readonly AlertKind[] = ["not_learnt", "repository_archived", "repository_renamed", "rolled_back"];
const WORDS: Partial<Record<AlertKind, string>> = {
  production_down: "hurt",
  pipeline_failed: "failed on main",
  release_failed: "release failed",
  environment_down: "down",
  process_down: "degraded",
  maintenance: "maintenance",
  no_pipeline: "no pipeline",
  left_queue: "left the queue",
  auto_merge_off: "auto-merge off",
  outcome_unknown: "unknown",
};
const noSubject = { pull_request: null, pipeline: null, environment: null, release: null };

export function overviewOf(service: FakeService, me: string | null): ServiceOverview {
  const mine = service.pull_requests.filter((one) => me !== null && one.author === me);
  const staging = service.differs ?? difference(service);
  const waiting = causes(service, mine, staging);
  const group = groupOf(service, waiting, staging);
  return {
    group,
    since: sinceOf(service, group, waiting),
    word: wordOf(service, waiting[0]),
    waiting,
    mergeable: service.pull_requests.filter((one) => one.readiness === "ready" && one.queue === null).length,
    mine: mine.length,
    staging,
    people: people(service),
  };
}

const whyOff = (service: FakeService, kind: Source["kind"], name?: string) =>
  service.off.find(({ source }) => source.kind === kind && (source.kind !== "environment" || source.name === name))
    ?.why ?? null;

function causes(service: FakeService, mine: FakePullRequest[], staging: StagingDifference): WaitingCause[] {
  const ofAlerts = service.alerts
    .filter((alert) => !QUIET.includes(alert.kind))
    .map((alert) => ofAlert(service, alert));
  const ready = mine.filter((one) => one.readiness === "ready" && one.queue === null && one.auto_merge === null);
  const all = [...ofAlerts, ...ready.map((one) => ofOwn(service, one)), ...split(service, staging)];
  const rank = (cause: WaitingCause) => (cause.alert === "production_down" ? 0 : cause.needs_you ? 1 : 2);
  return all.sort((a, b) => rank(a) - rank(b));
}

function ofAlert(service: FakeService, alert: Alert): WaitingCause {
  const [text = "", ...rest] = alert.message.split(". ");
  const [action, blocked] = wayOn(service, alert);
  return {
    text,
    detail: rest.length === 0 ? null : rest.join(". "),
    since: alert.since,
    needs_you: alert.kind === "approval_waiting" && whyOff(service, "ci") === null,
    alert: alert.kind,
    subject: alert.subject,
    action,
    blocked,
  };
}

function wayOn(service: FakeService, { kind, subject }: Alert): [Action | null, string | null] {
  const { environment: name, pipeline } = subject;
  const environment = service.environments.find((one) => one.name === name);
  if (kind === "production_down" && environment) {
    const back = { action: "roll_back", service: service.name, environment: environment.name } as const;
    const none = environment.rollback_target === null ? environment.rollback_blocked : null;
    return [{ ...back, to: null, reason: null }, whyOff(service, "environment", environment.name) ?? none];
  }
  if (kind === "approval_waiting" && pipeline !== null)
    return [{ action: "approve", service: service.name, pipeline, job: null }, whyOff(service, "ci")];
  if (kind === "pipeline_failed" && pipeline !== null)
    return [{ action: "rerun", service: service.name, pipeline }, whyOff(service, "ci")];
  return [null, null];
}

function ofOwn(service: FakeService, { number, title, updated_at }: FakePullRequest): WaitingCause {
  const blocked = whyOff(service, "code");
  const action: Action =
    service.rules.merge_queue === null
      ? { action: "merge", service: service.name, number, method: null }
      : { action: "enqueue", service: service.name, number };
  return {
    text: `#${number} ${title} is ready`,
    detail: null,
    since: updated_at,
    needs_you: blocked === null,
    alert: null,
    subject: { ...noSubject, pull_request: number },
    action,
    blocked,
  };
}

function split(service: FakeService, staging: StagingDifference): WaitingCause[] {
  if (staging.difference !== "behind" && staging.difference !== "differ") return [];
  const live = service.environments.find((one) => one.production)?.current;
  return [
    {
      text: `Production runs code that ${staging.environment} does not`,
      detail: null,
      since: live?.released_at ?? null,
      needs_you: false,
      alert: null,
      subject: { ...noSubject, environment: staging.environment },
      action: null,
      blocked: null,
    },
  ];
}

function groupOf(service: FakeService, waiting: WaitingCause[], staging: StagingDifference): OverviewGroup {
  if (service.mark === "hurt") return "hurt";
  if (waiting.some((cause) => cause.needs_you)) return "waits_for_you";
  if (service.mark === "problem" || service.mark === "unknown") return "problem_or_unknown";
  if (staging.difference === "behind" || staging.difference === "differ") return "problem_or_unknown";
  const held = service.environments.some((one) => one.pin !== null);
  return service.mark === "healthy" && service.actions.length === 0 && !held ? "quiet" : "moving";
}

function sinceOf(service: FakeService, group: OverviewGroup, waiting: WaitingCause[]): string | null {
  const oldest = (times: (string | null)[]) => times.filter((one) => one !== null).sort()[0] ?? null;
  const ofAlerts = () => oldest(service.alerts.filter((one) => one.severity === "problem").map((one) => one.since));
  switch (group) {
    case "hurt":
      return service.environments.find((one) => one.production)?.down_since ?? null;
    case "waits_for_you":
      return oldest(waiting.filter((cause) => cause.needs_you).map((cause) => cause.since));
    case "problem_or_unknown":
      return ofAlerts();
    case "moving":
      return service.pipelines[0]?.created_at ?? null;
    case "quiet":
      return null;
  }
}

const OF_MARK: Partial<Record<Mark, string>> = { in_flight: "in flight", unknown: "unknown" };

function wordOf(service: FakeService, first: WaitingCause | undefined): string {
  if (first?.needs_you && first.alert === "approval_waiting") return "approve";
  if (first?.alert === "approval_waiting") return "waits for approval";
  const of = first?.alert ? WORDS[first.alert] : first?.needs_you ? "your PR" : undefined;
  if (of !== undefined) return of;
  return service.mark === "unknown" && service.stale ? "stale" : (OF_MARK[service.mark] ?? service.sentence.word);
}

/** Main is one line of commits, the newest first. */
function difference(service: FakeService): StagingDifference {
  const live = service.environments.find((one) => one.production)?.current ?? null;
  const other = service.environments.find((one) => !one.production);
  if (other === undefined) return { difference: "no_staging" };
  const environment = other.name;
  const ran = live?.commit ?? null;
  const staged = other.current?.commit ?? null;
  if (ran === null || staged === null) return { difference: "unknown", environment };
  if (ran === staged) return { difference: "same", environment };
  const at = (commit: string) => service.main.findIndex((one) => one.sha === commit);
  const [first, second] = [at(staged), at(ran)];
  if (first < 0 || second < 0) return { difference: "unknown", environment };
  const between = service.main.slice(Math.min(first, second), Math.max(first, second));
  const set = {
    pull_requests: [...new Set(between.flatMap((one) => one.pull_request ?? []))],
    other_commits: between.filter((one) => one.pull_request === null).length,
  };
  return first < second
    ? { difference: "ahead", environment, brings: set }
    : { difference: "behind", environment, lacks: set };
}

function people(service: FakeService): string[] {
  const moving = service.pipelines.filter((one) => ["running", "on_hold", "failing", "queued"].includes(one.status));
  const live = service.environments.find((one) => one.production)?.current?.pull_requests ?? [];
  const of = (numbers: number[]) =>
    service.main.filter((one: Commit) => one.pull_request !== null && numbers.includes(one.pull_request));
  const found = [of(moving.flatMap((one) => one.pull_request ?? [])), of(live)].find((some) => some.length > 0);
  return [...new Set((found ?? []).flatMap((one) => one.author ?? []))];
}
