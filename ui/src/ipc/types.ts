// Made from the Rust types; do not edit.
// UPDATE_TYPES=1 cargo test -p slipway --lib bindings writes it again.

export type AccountBudget = { name: string, limit: number, remaining: number, reset_at: Time | null };

export type AccountState = {
  id: string,
  provider: VendorId,
  url: string,
  ok: boolean | null,
  user: string | null,
  rate: Rate | null,
  budgets: Array<AccountBudget>,
  wait_until: Time | null,
  asked_last_hour: number,
  free_last_hour: number,
  error: SourceError | null,
  tested_at: Time | null,
  token: TokenPlace,
  read_only: boolean,
  expires_at: Time | null,
  capabilities: Array<Capability>
};

export type AccountTest = { ok: boolean, user: string | null, message: string };

export type Acknowledgement = { by: string, at: Time, causes: Array<string> };

export type Action =
  | { "action": "merge", service: string, number: number, method: MergeMethod | null }
  | { "action": "enqueue", service: string, number: number }
  | { "action": "dequeue", service: string, number: number }
  | { "action": "enable_auto_merge", service: string, number: number, method: MergeMethod | null }
  | { "action": "disable_auto_merge", service: string, number: number }
  | { "action": "update_branch", service: string, number: number }
  | { "action": "revert", service: string, number: number }
  | {
    "action": "roll_back",
    service: string,
    environment: string,
    to: number | null,
    reason: string | null,
    pin?: PinChoice
  }
  | { "action": "rerun", service: string, pipeline: string }
  | { "action": "cancel", service: string, pipeline: string }
  | { "action": "approve", service: string, pipeline: string, job: string | null }
  | { "action": "promote", service: string, from: string, to: string }
  | { "action": "release", service: string, environment: string, code: Code };

export type AddedAccount = { account: AccountState, not_tested: string | null };

export type Alert = {
  id: string,
  kind: AlertKind,
  severity: Severity,
  message: string,
  since: Time | null,
  subject: Subject
};

export type AlertKind =
  | "pipeline_failed"
  | "release_failed"
  | "production_down"
  | "environment_down"
  | "approval_waiting"
  | "source_unreachable"
  | "sign_in_again"
  | "rate_limited"
  | "outcome_unknown"
  | "not_learnt"
  | "repository_archived"
  | "repository_renamed"
  | "branch_renamed"
  | "maintenance"
  | "no_pipeline"
  | "left_queue"
  | "auto_merge_off"
  | "production_not_said"
  | "rolled_back"
  | "process_down"
  | "watch_bad"
  | "pin_violated"
  | "built_not_released";

export type Alternative = { value: string, reason: string };

export type ArtifactView = { path: string, url: string, opens: boolean };

export type AutoMerge = { by: string | null, method: MergeMethod | null, enabled_at: Time | null };

export type BadRelease = {
  id: string,
  service: string,
  environment: string,
  app: string,
  release: ReleaseRef,
  code: string | null,
  by: string,
  at: Time,
  reason: string
};

export type Baseline = { release: string, probes: Array<ProbeSample> };

export type Basis = { head_sha: string | null, live: ReleaseRef | null, source: ReleaseRef | null };

export type BorrowableAccount = { provider: VendorId, cli: string, url: string | null };

export type BranchNews = { since: Time | null, told: Array<number>, reset: BranchReset | null };

export type BranchReset = { from: string, to: string, at: Time, lost: Array<number> };

export type BranchRules = {
  required_checks: Array<string>,
  app_checks: Array<[string, number]>,
  expected_checks: Array<ExpectedCheck>,
  seen_heads: Array<SeenHead>,
  conversation_resolution: boolean,
  code_owner_reviews: boolean,
  signatures: boolean,
  required_approvals: number | null,
  merge_queue: MergeQueue | null,
  auto_merge_allowed: boolean | null,
  archived: boolean,
  linear_history: boolean
};

export type Build = {
  id: string,
  status: ReleaseStatus,
  commit: string | null,
  slug: string | null,
  created_at: Time | null,
  updated_at: Time | null,
  output_url: string | null,
  released: boolean | null
};

export type CancellingPair = { change: ComparedChange, revert: ComparedChange };

export type Capability = {
  name: string,
  need: Need,
  state: Grant,
  purpose: string,
  disables: Array<string>,
  advice: string | null
};

export type Carrier = {
  kind: CarrierKind,
  id: string,
  label: string,
  title: string | null,
  number: number | null,
  carries: Array<string>,
  known: boolean,
  likely_reverted: boolean,
  progress: number | null,
  ships_in_seconds: number | null,
  waits_for: string | null,
  stop: Action | null,
  stop_blocked: string | null
};

export type CarrierKind = "auto_merge" | "merge_queue" | "pipeline" | "build" | "promotion" | "release";

export type Cause = {
  kind: CauseKind,
  text: string,
  object: string | null,
  link: string | null,
  may_be_confirmed: boolean
};

export type CauseKind =
  | "archived"
  | "draft"
  | "conflicts"
  | "changes_requested"
  | "check_failed"
  | "check_cancelled"
  | "check_timed_out"
  | "check_stale"
  | "check_action_required"
  | "check_startup_failure"
  | "check_pending"
  | "check_unknown"
  | "check_missing"
  | "no_check_reported"
  | "nothing_ran"
  | "runs_wait"
  | "host_counts_red"
  | "checks_unreadable"
  | "review_required"
  | "code_owner_review"
  | "conversations"
  | "signatures"
  | "linear_history"
  | "behind"
  | "blocked"
  | "computing"
  | "part_unreadable"
  | "queued"
  | "no_checks";

export type Change = {
  id: string,
  number: number | null,
  title: string,
  author: string | null,
  checks: CheckCounts | null,
  approvals: number | null,
  url: string | null
};

export type ChangedFile = { path: string, additions: number, deletions: number };

export type Check = {
  name: string,
  status: CheckStatus,
  required: boolean,
  url: string | null,
  started_at: Time | null,
  completed_at: Time | null,
  kind: CheckKind,
  app: string | null,
  app_id: number | null,
  workflow: string | null,
  event: string | null
};

export type CheckCounts = {
  passed: number,
  failed: number,
  pending: number,
  missing: number,
  skipped: number,
  neutral: number,
  cancelled: number,
  action_required: number,
  timed_out: number,
  stale: number
};

export type CheckKind = "check_run" | "commit_status";

export type CheckRollup = "success" | "failure" | "error" | "pending" | "expected" | "unknown";

export type CheckStatus =
  | "passed"
  | "failed"
  | "pending"
  | "missing"
  | "neutral"
  | "unknown"
  | "skipped"
  | "cancelled"
  | "action_required"
  | "timed_out"
  | "stale"
  | "startup_failure";

export type CiProject = { provider: VendorId, slug: string };

export type ClockTime = string;

export type Code = { "of": "build" } | { "of": "version", version: number } | { "of": "slug", slug: string };

export type Commit = {
  sha: string,
  author: string | null,
  title: string,
  committed_at: Time | null,
  pull_request: number | null,
  pull_request_title: string | null,
  pull_request_author: string | null,
  pull_request_merged_at: Time | null,
  parents: Array<string>,
  reverts_commits: Array<string>,
  reverts_pull_requests: Array<number>,
  pull_request_reverts: Array<number>
};

export type CommitSet = { pull_requests: Array<number>, other_commits: number };

export type ComparedChange = {
  pull_request: number | null,
  sha: string,
  title: string,
  author: string | null,
  commits: number,
  migrations: Array<ComparedMigration> | null
};

export type ComparedConfig = { name: string, base: ConfigPresence, head: ConfigPresence, changed_at: Time | null };

export type ComparedMigration = { path: string, effect: MigrationEffect };

export type ComparedRelease = {
  environment: string,
  app: string,
  version: number,
  code_version: number | null,
  commit: string | null,
  released_at: Time | null,
  live: boolean
};

export type Comparison = {
  service: string,
  base: ComparedRelease,
  head: ComparedRelease,
  relation: Relation,
  brings: ComparisonSide,
  lacks: ComparisonSide,
  config: Array<ComparedConfig> | null,
  config_same: number | null,
  gaps: Array<string>
};

export type ComparisonSide = {
  changes: Array<ComparedChange>,
  cancelling: Array<CancellingPair>,
  commits: number,
  complete: boolean,
  people: Array<string>
};

export type ComparisonView = { comparison: Comparison, sentence: string, markdown: string };

export type Concern = "needs_you" | "news";

export type Confidence = "guess" | "likely" | "sure";

export type ConfigEffect = "removed" | "restored" | "changed";

export type ConfigPresence = "set" | "not_set" | "unknown";

export type Confirmation = { kind: ConfirmationKind, objects: Array<string>, text: string };

export type ConfirmationKind =
  | "check_not_green"
  | "check_absent"
  | "host_counts_red"
  | "changes_requested"
  | "rule_open"
  | "not_bound_to_head"
  | "release_under_way"
  | "migration_crossed"
  | "migration_left"
  | "code_leaves"
  | "maintenance"
  | "revert_exists"
  | "not_known"
  | "pipeline_not_passed"
  | "approval_open"
  | "add_on_changed"
  | "pin_violated";

export type Consequence = {
  kind: ConsequenceKind,
  title: string,
  details: Array<string>,
  subject: ConsequenceSubject | null
};

export type ConsequenceKind = "fact" | "warning" | "not_undone";

export type ConsequenceSubject =
  | "takes_out"
  | "brings"
  | "ships_over"
  | "ships_again"
  | "migrations"
  | "config"
  | "pin";

export type CrashedInstance = { name: string, process: string, at: Time | null, wanted: number | null };

export type CrossedConfig = { name: string, effect: ConfigEffect, version: number | null };

export type CrossedMigration = { path: string, pull_request: number | null };

export type Decision = { at: Time, by: string, reason: string | null, options: Array<DecisionOption> };

export type DecisionOption = {
  text: string,
  chosen: boolean,
  estimate_seconds: number | null,
  took_seconds: number | null
};

export type Density = "comfortable" | "compact";

export type DesktopSettings = {
  start_at_login: DesktopSwitch,
  shortcut: DesktopSwitch,
  shortcut_keys: string,
  no_place: string | null,
  zoom: number
};

export type DesktopSwitch = { on: boolean, cannot: string | null, note: string | null };

export type DisabledActions = { source: Source, why: string };

export type Dismissal = { alert: string, kind: AlertKind, message: string, by: string, at: Time, reason: string };

export type Done = { at: Time, how: DoneHow, by: string | null, words: string };

export type DoneHow = "person" | "acting" | "ended";

export type Dropped = { from: DroppedFrom, since: Time, head_sha: string };

export type DroppedFrom = "merge_queue" | "auto_merge";

export type Entry = {
  id: string,
  at: Time,
  action: string,
  service: string,
  account: string | null,
  repo: string | null,
  app: string | null,
  target: string,
  seen: string,
  reason: string | null,
  by: string,
  state: EntryState,
  sent_at: Time | null,
  accepted_at: Time | null,
  finished_at: Time | null,
  message: string,
  request: Action,
  expectation: Expectation,
  replaced_by: ReleaseRef | null,
  overtook: Array<ReleaseRef>,
  settled_by: string | null,
  settled_as: SettledAs | null,
  settled_reason: string | null,
  pin: PlannedPin | null,
  over_pins: Array<string>
};

export type EntryKind =
  | "bad_live"
  | "signal"
  | "alert"
  | "plan_opened"
  | "acknowledged"
  | "decided"
  | "sent"
  | "live"
  | "verified"
  | "revert_opened"
  | "revert_merged"
  | "revert_live"
  | "stopped"
  | "pin_set"
  | "pin_ended"
  | "pin_violated"
  | "config"
  | "watch"
  | "note"
  | "closed"
  | "reopened"
  | "failed"
  | "event";

export type EntryState = "planned" | "sent" | "succeeded" | "failed" | "unknown" | "not_sent";

export type Environment = {
  name: string,
  app: string,
  build_app: string | null,
  production: boolean,
  health: Health,
  health_reason: string | null,
  down_since: Time | null,
  dynos: Array<Instance> | null,
  formation: Array<ProcessType> | null,
  formation_read_at: Time | null,
  formation_at_release: FormationAtRelease | null,
  outage: Outage | null,
  process_outage: Outage | null,
  health_history: Array<HealthSpan>,
  probe: HealthProbe | null,
  current: Release | null,
  releases: Array<Release>,
  failed_release: Release | null,
  releases_complete: boolean,
  rollback_target: number | null,
  rollback_blocked: string | null,
  usual_release_seconds: number | null,
  maintenance: boolean | null,
  maintenance_at: Time | null,
  preboot: boolean | null,
  switching_until: Time | null,
  build: Build | null,
  pipeline: string | null,
  watch: Watch | null,
  pin: Pin | null,
  pin_progress: PinProgress | null,
  on_its_way: OnItsWay | null,
  incident: IncidentHead | null
};

export type EnvironmentConfig = {
  name: string,
  provider: VendorId,
  app: string,
  build_app: string | null,
  health_url: string | null,
  production: boolean | null,
  stage: string | null,
  watch_minutes: number | null
};

export type EnvironmentPages = { app: string | null, releases: string | null };

export type ErrorCode =
  | "ambiguous"
  | "busy"
  | "changed"
  | "denied"
  | "expired"
  | "forbidden"
  | "garbled"
  | "internal"
  | "keychain"
  | "late"
  | "link_refused"
  | "no_browser"
  | "no_token"
  | "not_confirmed"
  | "not_durable"
  | "not_found"
  | "not_open"
  | "portal"
  | "proxy"
  | "rate_limited"
  | "refused"
  | "revoked"
  | "sandbox"
  | "scope"
  | "sign_in"
  | "single_sign_on"
  | "store"
  | "suspended"
  | "two_factor"
  | "unknown_plan"
  | "unreachable"
  | "usage";

export type Estimate = { seconds: number, low: number, high: number, runs: number };

export type Event = {
  at: Time,
  service: string,
  kind: EventKind,
  severity: Severity,
  message: string,
  subject: Subject,
  ends: EventKind | null
};

export type EventKind =
  | "pipeline_failed"
  | "release_failed"
  | "production_down"
  | "environment_down"
  | "approval_waiting"
  | "source_unreachable"
  | "sign_in_again"
  | "rate_limited"
  | "outcome_unknown"
  | "fixed"
  | "source_recovered"
  | "merged"
  | "pull_request_opened"
  | "pipeline_started"
  | "pipeline_passed"
  | "pipeline_canceled"
  | "other_pipeline_failed"
  | "release_started"
  | "release_live"
  | "action_finished"
  | "maintenance"
  | "no_pipeline"
  | "left_queue"
  | "auto_merge_off"
  | "process_down"
  | "branch_reset"
  | "watch_bad"
  | "pin_violated"
  | "watch_ended"
  | "pin_ended";

export type ExecuteReply = { "result": "started", entry: Entry } | { "result": "stale", plan: Plan, why: string };

export type ExecuteRequest = { plan_id: string, typed: string | null, reason: string | null };

export type Expectation =
  | { "expect": "merged", repo: string, number: number, head_sha: string }
  | { "expect": "enqueued", repo: string, number: number, head_sha: string }
  | { "expect": "dequeued", repo: string, number: number }
  | { "expect": "auto_merge_on", repo: string, number: number }
  | { "expect": "auto_merge_off", repo: string, number: number }
  | { "expect": "branch_updated", repo: string, number: number, head_sha: string, base_sha: string }
  | { "expect": "revert_opened", repo: string, number: number, marker: string, opened: number | null }
  | {
    "expect": "rolled_back",
    app: string,
    target_id: string,
    target_version: number,
    target_slug: string | null,
    after_version: number,
    release: ReleaseRef | null
  }
  | { "expect": "reran", pipeline: string, known: Array<string>, name: string | null, workflow: string | null }
  | { "expect": "canceled", pipeline: string, workflow: string }
  | { "expect": "approved", pipeline: string, workflow: string, approval_id: string }
  | {
    "expect": "released",
    app: string,
    slug: string,
    after_version: number,
    promotion: string | null,
    release: ReleaseRef | null
  };

export type ExpectedCheck = {
  name: string,
  kind: CheckKind,
  app: string | null,
  workflow: string | null,
  seen_at: Time,
  usual: boolean
};

export type FailedTestView = { name: string, file: string | null, message: string };

export type ForecastOutcome =
  | { "outcome": "clean" }
  | { "outcome": "nothing_left" }
  | { "outcome": "conflicts", paths: Array<string> }
  | { "outcome": "not_known", why: string };

export type FormationAtRelease = { version: number, processes: Array<ProcessType> };

export type Grant = "granted" | "missing" | "unknown";

export type Headline = { mark: Mark, text: string, detail: Array<string>, word: string };

export type Health = "healthy" | "releasing" | "restarting" | "degraded" | "down" | "unknown";

export type HealthLevel = "good" | "warning" | "bad" | "unknown";

export type HealthProbe = { status: number | null, milliseconds: number | null, checked_at: Time };

export type HealthSpan = { from: Time, level: HealthLevel };

export type HeldLines = { lines: number, cut: number };

export type InFlight = {
  kind: InFlightKind,
  id: string,
  label: string,
  carries: Array<number>,
  ships_in_seconds: number | null,
  waits_for: string | null
};

export type InFlightKind = "pipeline" | "merge_queue" | "auto_merge" | "build" | "release";

export type InboxDifference = { order: Array<string>, items: Array<InboxItem> };

export type InboxItem = {
  id: string,
  service: string | null,
  kind: InboxKind,
  concern: Concern,
  text: string,
  detail: string | null,
  since: Time,
  opened_at: Time,
  subject: Subject,
  action: Action | null,
  blocked: string | null,
  entry: string | null,
  read_at: Time | null,
  remind_at: Time | null,
  reminded_at: Time | null,
  done: Done | null,
  cause: string,
  holds: boolean,
  seen: Time
};

export type InboxKind =
  | "production_hurt"
  | "approval"
  | "release_failed"
  | "failed_on_branch"
  | "left_queue"
  | "auto_merge_off"
  | "outcome_unknown"
  | "sign_in_again"
  | "split"
  | "drift"
  | "production_not_said"
  | "fixed"
  | "live";

export type Incident = {
  id: string,
  number: number,
  service: string,
  repo: string,
  environment: string,
  app: string,
  production: boolean,
  title: string,
  opened_by: OpenedBy,
  opened_at: Time,
  bad_release: ReleaseRef | null,
  causes: Array<string>,
  entries: Array<IncidentEntry>,
  log: Array<IncidentEntry>,
  decision: Decision | null,
  cause: string | null,
  cause_by: string | null,
  left: Array<LeftChange>,
  lessons: Lessons,
  acknowledged: Acknowledgement | null,
  good_live: string | null,
  asks_since: Time | null,
  close: IncidentClose | null
};

export type IncidentClose = { at: Time, by: string | null, reason: string };

export type IncidentEntry = {
  id: string,
  kind: EntryKind,
  happened_at: Time,
  recorded_at: Time,
  who: string | null,
  source: string,
  text: string,
  count: number,
  last_at: Time,
  link: string | null,
  edits: Array<TimeEdit>
};

export type IncidentHead = {
  id: string,
  number: number,
  title: string,
  opened_at: Time,
  acknowledged: Acknowledgement | null,
  asks_since: Time | null
};

export type IncidentMarks = {
  bad_live: Time | null,
  first_signal: Time | null,
  decided: Time | null,
  good_live: Time | null
};

export type IncidentSummary = {
  id: string,
  number: number,
  service: string,
  environment: string,
  production: boolean,
  title: string,
  opened_at: Time,
  closed_at: Time | null,
  open: boolean,
  hurt_since: Time | null,
  hurt_seconds: number | null,
  asks: boolean
};

export type IncidentText = "cause" | "went_well" | "lucky" | "change";

export type IncidentTimes = {
  detect: number | null,
  decide: number | null,
  recover: number | null,
  total: number | null
};

export type IncidentView = {
  incident: Incident,
  times: IncidentTimes,
  marks: IncidentMarks,
  hurt_since: Time | null,
  hurt_seconds: number | null,
  timeline: Array<IncidentEntry>,
  edited: number,
  log_count: number
};

export type Instance = {
  name: string,
  process: string,
  state: string,
  release_version: number | null,
  updated_at: Time | null
};

export type IpcError = { code: ErrorCode, message: string, retry_after: number | null };

export type Job = {
  id: string,
  number: number | null,
  workflow: string,
  name: string,
  status: JobStatus,
  duration_seconds: number | null,
  started_at: Time | null,
  stopped_at: Time | null,
  dependencies: Array<string>,
  approval_id: string | null,
  usual_seconds: number | null,
  url: string | null
};

export type JobStatus = "queued" | "running" | "passed" | "failed" | "on_hold" | "canceled" | "skipped" | "unknown";

export type KeychainState = { "state": "unasked" } | { "state": "works" } | { "state": "unavailable", message: string };

export type LaterRelease = { at: Time, id: string, label: string, ordinal: number | null };

export type LeavingPullRequest = { number: number, title: string, author: string | null };

export type LeftChange = {
  became: LeftOutcome | null,
  id: string,
  number: number | null,
  title: string,
  author: string | null,
  checks: CheckCounts | null,
  approvals: number | null,
  url: string | null
};

export type LeftOutcome = { reverted: boolean, release: string, at: Time };

export type Lessons = { went_well: string, lucky: string, change: string };

export type ListChange = {
  by: string,
  order: Array<unknown> | null,
  added: Array<unknown>,
  changed: Array<[unknown, ObjectChange]>
};

export type LogLine = { spans: Array<LogSpan>, failure: boolean };

export type LogPage = { steps: Array<LogStepView>, over: boolean, unavailable: string | null, note: string | null };

export type LogSpan = { text: string, color: number | null, bold: boolean, dim: boolean };

export type LogStepView = {
  name: string,
  has_output: boolean,
  status: string,
  seconds: number | null,
  lines: Array<LogLine> | null,
  from: number,
  cut: number
};

export type Mark = "hurt" | "problem" | "waits" | "unknown" | "in_flight" | "healthy";

export type MergeMethod = "merge" | "squash" | "rebase";

export type MergeQueue = { method: MergeMethod | null };

export type MergeState = "clean" | "dirty" | "blocked" | "behind" | "draft" | "unstable" | "has_hooks" | "unknown";

export type Mergeable = "mergeable" | "conflicting" | "unknown";

export type MigrationEffect = "drops" | "retypes" | "adds" | "unknown";

export type Need = "required" | "useful";

export type NewAccount = {
  provider: VendorId,
  url: string | null,
  token: string,
  keychain: boolean,
  another: boolean,
  borrow: boolean,
  read_only: boolean
};

export type NotStopped = { label: string, why: string };

export type Notice = { id: string, message: string, since: Time };

export type NotificationKind =
  | "hurt"
  | "release_failed"
  | "outcome"
  | "approval_waiting"
  | "pipeline_failed"
  | "left_queue"
  | "branch"
  | "degraded"
  | "maintenance"
  | "sign_in"
  | "source"
  | "pull_request_live"
  | "release_live"
  | "watch_bad"
  | "pin_violated";

export type NotificationKindView = { kind: NotificationKind, title: string, locked: boolean, has_author: boolean };

export type NotificationServer = { answers: boolean, sounds: boolean | null, message: string, advice: string | null };

export type NotificationSettings = { rules: Rules, services: { [key in string]: Rules }, quiet_hours: QuietHours };

export type NotificationTest = { accepted: boolean, message: string, advice: string | null };

export type Notifications = {
  settings: NotificationSettings,
  kinds: Array<NotificationKindView>,
  me: Array<string>,
  mine_unknown: string | null,
  trouble: string | null
};

export type ObjectChange = {
  set?: { [name in string]: unknown },
  within?: { [name in string]: ObjectChange },
  lists?: { [name in string]: ListChange }
};

export type OnItsWay = { bad: Array<Change>, carriers: Array<Carrier>, checked: number, unread: Array<string> };

export type OpenedBy = "watch" | "release_failed" | "pin" | "hurt" | "person";

export type Outage = {
  since: Time,
  process: string | null,
  failed: Array<string>,
  health_check: boolean,
  began_under: number | null,
  last_unwell: Time | null,
  up_since: Time | null,
  ended_at: Time | null,
  reopened: boolean
};

export type OutputView = {
  lines: Array<LogLine>,
  from: number,
  cut: number,
  over: boolean,
  unavailable: string | null
};

export type OverviewGroup = "hurt" | "waits_for_you" | "problem_or_unknown" | "moving" | "quiet";

export type Part = {
  part: PartKind,
  environment: string | null,
  value: string | null,
  confidence: Confidence,
  reasons: Array<string>,
  alternatives: Array<Alternative>
};

export type PartKind = "branch" | "ci" | "environment" | "build_app" | "health_url";

export type PartPlace = { part: TriedKind, environment: string | null };

export type PickedRepository = { name: string, private: boolean, archived: boolean, pushed_at: Time | null };

export type Pin = {
  id: string,
  service: string,
  repo: string,
  environment: string,
  app: string,
  target: ReleaseRef,
  target_commit: string | null,
  left: ReleaseRef,
  left_commit: string | null,
  bad: Array<PinnedChange>,
  narrowed: boolean,
  reason: string | null,
  by: string,
  at: Time,
  entry: string | null,
  ends_by_itself: boolean,
  violations: Array<Violation>,
  end: PinEnd | null
};

export type PinChoice = { bad: Array<string> | null, ends_by_itself: boolean };

export type PinEnd = { at: Time, by: string | null, reason: string };

export type PinProgress = {
  revert: number | null,
  reverts_all: boolean,
  steps: Array<PinStep>,
  violated: boolean,
  brings: Array<string>,
  brings_known: boolean,
  may_end: boolean,
  offer: string | null
};

export type PinStep = { label: string, detail: string | null, state: PinStepState, at: Time | null };

export type PinStepState = "done" | "current" | "later" | "unknown";

export type PinnedChange = {
  commits: Array<string>,
  id: string,
  number: number | null,
  title: string,
  author: string | null,
  checks: CheckCounts | null,
  approvals: number | null,
  url: string | null
};

export type Pipeline = {
  id: string,
  number: number,
  branch: string | null,
  commit: string | null,
  title: string | null,
  url: string | null,
  created_at: Time | null,
  stopped_at: Time | null,
  status: PipelineStatus,
  progress: number,
  eta_seconds: number | null,
  pull_request: number | null,
  jobs: Array<Job>,
  workflows: Array<Workflow> | null,
  error: string | null,
  continues: boolean,
  run_started_at: Time | null,
  trigger: Trigger | null,
  runs_push_workflows: boolean | null,
  nothing_ran: string | null
};

export type PipelineStatus =
  | "queued"
  | "running"
  | "failing"
  | "on_hold"
  | "passed"
  | "failed"
  | "canceled"
  | "unknown";

export type Place =
  | { "place": "flow", service: string }
  | { "place": "pipeline", service: string, pipeline: string }
  | { "place": "pull_request", service: string, number: number }
  | { "place": "timeline", service: string }
  | { "place": "releases", service: string }
  | { "place": "pipelines", service: string }
  | { "place": "environment", service: string, environment: string }
  | { "place": "board" }
  | { "place": "inbox" }
  | { "place": "incidents" }
  | { "place": "incident", id: string }
  | { "place": "journal" }
  | { "place": "settings", tab: SettingsTab | null }
  | { "place": "nowhere", message: string };

export type Plan = {
  id: string,
  action: Action,
  title: string,
  target: Target,
  account: string | null,
  repo: string,
  app: string | null,
  seen: string,
  basis: Basis,
  steps: Array<string>,
  request: Request | null,
  expectation: Expectation | null,
  verdict: Verdict,
  confirmations: Array<Confirmation>,
  shipment: Shipment,
  consequences: Array<Consequence>,
  rollback: RollbackDetail | null,
  estimate: Estimate | null,
  instead: string | null,
  confirm_text: string | null,
  read_at: Time
};

export type PlanSet = {
  id: string,
  service: string,
  environment: string,
  title: string,
  plans: Array<Plan>,
  left: Array<NotStopped>,
  read_at: Time
};

export type PlannedPin = {
  environment: string,
  target: ReleaseRef,
  target_commit: string | null,
  left: ReleaseRef,
  left_commit: string | null,
  bad: Array<PinnedChange>,
  narrowed: boolean,
  ends_by_itself: boolean
};

export type PlatformError = { code: string, text: string, at: Time, last_at: Time, count: number };

export type PlatformLog = { read_at: Time | null, errors: Array<PlatformError>, not_told: string | null };

export type ProbeSample = { at: Time, failed: boolean, status: number | null, milliseconds: number | null };

export type ProcessSample = { at: Time, up: number, wanted: number | null, crashed: Array<CrashedInstance> };

export type ProcessType = { name: string, quantity: number };

export type Proposal = {
  service: Service,
  parts: Array<Part>,
  questions: Array<string>,
  set_aside: Array<SetAside>,
  unread: Array<Unread>
};

export type PullRequest = {
  number: number,
  node_id: string,
  title: string,
  url: string,
  author: string | null,
  head_sha: string,
  head_branch: string,
  base_branch: string,
  created_at: Time | null,
  updated_at: Time | null,
  draft: boolean,
  mergeable: Mergeable,
  merge_state: MergeState,
  review_decision: ReviewDecision,
  reviews: Array<Review>,
  readiness: Readiness,
  reasons: Array<string>,
  causes: Array<Cause>,
  checks: CheckCounts,
  check_list: Array<Check>,
  checks_complete: boolean,
  rollup: CheckRollup | null,
  unreadable: Array<UnreadablePart>,
  waiting_runs: Array<WaitingRun> | null,
  unresolved_threads: number | null,
  code_owners: Array<string>,
  head_signed: boolean | null,
  superseded_not_green: boolean,
  from_fork: boolean,
  behind_by: number | null,
  additions: number | null,
  deletions: number | null,
  changed_files: number | null,
  files: Array<ChangedFile> | null,
  files_complete: boolean,
  migrations: Array<string> | null,
  commits: number | null,
  auto_merge: AutoMerge | null,
  queue: QueueEntry | null,
  viewer_can: ViewerCan,
  can_be_rebased: boolean | null,
  seen_waiting: SeenWaiting,
  dropped: Dropped | null
};

export type QueueEntry = {
  position: number | null,
  state: QueueState,
  estimated_seconds: number | null,
  enqueued_at: Time | null
};

export type QueueState = "queued" | "awaiting_checks" | "mergeable" | "unmergeable" | "locked" | "unknown";

export type QuietHours = { on: boolean, from: ClockTime, to: ClockTime, weekends: boolean };

export type Rate = { limit: number, remaining: number, reset_at: Time | null };

export type Readiness =
  | "ready"
  | "checks"
  | "review"
  | "changes"
  | "behind"
  | "conflicts"
  | "blocked"
  | "draft"
  | "missing"
  | "unknown";

export type Relation = "same" | "ahead" | "behind" | "differ" | "unknown";

export type Release = {
  version: number,
  code_version: number | null,
  id: string,
  status: ReleaseStatus,
  mark: ReleaseMark,
  current: boolean,
  eligible_for_rollback: boolean,
  slug: string | null,
  artifacts: Array<ReleaseArtifact>,
  commit: string | null,
  released_at: Time | null,
  updated_at: Time | null,
  description: string,
  cause: ReleaseCause | null,
  add_on_plans: Array<string> | null,
  user: string | null,
  pull_requests: Array<number> | null,
  output_url: string | null,
  watch: ReleaseWatch | null,
  marked_bad: BadRelease | null
};

export type ReleaseArtifact = { id: string, kind: string };

export type ReleaseCause =
  | { "cause": "deploy" }
  | { "cause": "rollback", to: number }
  | { "cause": "config", names: Array<string> }
  | { "cause": "add_on", name: string }
  | { "cause": "promotion", from: string }
  | { "cause": "other" };

export type ReleaseMark =
  | "releasing"
  | "live"
  | "crashing"
  | "restarting"
  | "degraded"
  | "live_unknown"
  | "failed"
  | "expired"
  | "rolled_back_from"
  | "past"
  | "unknown";

export type ReleaseName = { environment: string, version: number | null };

export type ReleaseRef = { id: string, label: string, ordinal: number | null };

export type ReleaseStatus = "pending" | "succeeded" | "failed" | "expired" | "unknown";

export type ReleaseWatch = {
  verdict: WatchVerdict | null,
  reason: string | null,
  after_trouble: boolean,
  taken: number,
  planned: number
};

export type Repository = {
  renamed_to: string | null,
  archived: boolean,
  pull_requests_cut: boolean,
  not_told: Array<string>,
  check_runs_hidden: boolean,
  branch_renamed_to: string | null
};

export type RepositoryList = { repositories: Array<PickedRepository>, next: string | null };

export type Request =
  | { "request": "merge", repo: string, number: number, head_sha: string, method: MergeMethod }
  | { "request": "enqueue", repo: string, number: number, node_id: string, head_sha: string }
  | { "request": "dequeue", repo: string, number: number, node_id: string }
  | {
    "request": "enable_auto_merge",
    repo: string,
    number: number,
    node_id: string,
    head_sha: string,
    method: MergeMethod
  }
  | { "request": "disable_auto_merge", repo: string, number: number, node_id: string }
  | { "request": "update_branch", repo: string, number: number, node_id: string, head_sha: string }
  | { "request": "revert", repo: string, number: number, node_id: string, title: string, body: string }
  | { "request": "roll_back", app: string, release_id: string }
  | { "request": "rerun_from_failed", workflow: string }
  | { "request": "cancel_workflow", workflow: string }
  | { "request": "approve", workflow: string, approval_id: string }
  | {
    "request": "promote",
    app: string,
    pipeline: string,
    source_app_id: string,
    release_id: string,
    target_app_id: string
  }
  | { "request": "release_slug", app: string, slug: string, description: string };

export type RevertForecast = { outcome: ForecastOutcome, tip: string | null, files: number, chain: Array<number> };

export type Review = { author: string, state: ReviewState };

export type ReviewDecision = "approved" | "changes_requested" | "review_required" | "none";

export type ReviewState =
  | "approved"
  | "changes_requested"
  | "commented"
  | "dismissed"
  | "pending"
  | "requested"
  | "unknown";

export type RollbackDetail = {
  environment: string,
  app: string,
  from_version: number,
  from_code_version: number | null,
  from_commit: string | null,
  to_version: number,
  to_commit: string | null,
  to_live_since: Time | null,
  pull_requests: Array<LeavingPullRequest> | null,
  returning: Array<LeavingPullRequest>,
  direct_commits: Array<string>,
  migrations: Array<CrossedMigration> | null,
  config: Array<CrossedConfig> | null,
  pin: PlannedPin | null
};

export type RolledBackChange = {
  environment: string,
  release: string | null,
  known: boolean,
  pin: string | null,
  id: string,
  number: number | null,
  title: string,
  author: string | null,
  checks: CheckCounts | null,
  approvals: number | null,
  url: string | null
};

export type Rule = { notify: boolean, sound: boolean, whose: Whose };

export type Rules = Record<NotificationKind, Rule>;

export type SandboxInfo = { scenario: string, scenarios: Array<string>, speed: number };

export type SeenHead = { sha: string, seen_at: Time, checks: Array<number> };

export type SeenWaiting = { queue: boolean, auto_merge: boolean };

export type Service = {
  name: string,
  repo: string,
  branch: string,
  ci: CiProject | null,
  environments: Array<EnvironmentConfig>,
  accounts: Array<string>,
  migration_paths: Array<string>
};

export type ServiceChange =
  | { "change": "added", service: ServiceView }
  | { "change": "parts", name: string, parts: ObjectChange };

export type ServiceOverview = {
  group: OverviewGroup,
  since: Time | null,
  word: string,
  waiting: Array<WaitingCause>,
  mergeable: number,
  mine: number,
  staging: StagingDifference,
  people: Array<string>
};

export type ServicePages = { pull_request: string | null, environments: { [key in string]: EnvironmentPages } };

export type ServiceState = {
  name: string,
  repo: string,
  branch: string,
  config: Service,
  ci: string | null,
  stale: boolean,
  sources: Array<SourceState>,
  main: Array<Commit>,
  branch_news: BranchNews,
  pull_requests: Array<PullRequest>,
  open_pull_requests: number,
  repository: Repository,
  rules: BranchRules,
  merge_methods: Array<MergeMethod>,
  pipelines: Array<Pipeline>,
  push_workflows: Array<string>,
  environments: Array<Environment>,
  alerts: Array<Alert>,
  dismissals: Array<Dismissal>,
  usual: Usual,
  mark: Mark,
  sentence: Headline,
  actions: Array<Entry>,
  off: Array<DisabledActions>,
  may_write: boolean | null
};

export type ServiceView =
  & Omit<ServiceState, "pull_requests" | "rules">
  & { pull_requests: Array<PullRequestView>, rules: BranchRulesView, pages: ServicePages, overview: ServiceOverview };

export type SetAside = { app: string, reason: string };

export type SetOutcome = { plan: string, title: string, state: SetOutcomeState, message: string, entry: Entry | null };

export type SetOutcomeState = "done" | "refused" | "unknown" | "not_sent";

export type Settings = { theme: Theme, density: Density, single_keys: boolean };

export type SettingsTab = "accounts" | "services" | "alerts" | "general";

export type SettledAs = "happened" | "did_not";

export type Severity = "info" | "problem" | "hurt";

export type Shipment = {
  takes_out: Array<Change>,
  brings: Array<Change>,
  ships_over: Array<InFlight>,
  ships_again: Array<RolledBackChange>
};

export type SignalKind = "health_check" | "processes" | "platform" | "latency";

export type SnapshotView = {
  rev: number,
  observed_at: Time | null,
  services: Array<ServiceView>,
  accounts: Array<AccountState>,
  notices: Array<Notice>,
  inbox: Array<InboxItem>
};

export type Source = { "kind": "code" } | { "kind": "ci" } | { "kind": "environment", "name": string };

export type SourceError = {
  kind: SourceErrorKind,
  message: string,
  since: Time,
  retry_at: Time | null,
  url: string | null
};

export type SourceErrorKind =
  | "sign_in"
  | "expired"
  | "revoked"
  | "no_token"
  | "scope"
  | "single_sign_on"
  | "two_factor"
  | "suspended"
  | "forbidden"
  | "not_found"
  | "rate_limited"
  | "unreachable"
  | "proxy"
  | "portal"
  | "garbled"
  | "late"
  | "internal";

export type SourceState = {
  source: Source,
  provider: VendorId,
  observed_at: Time | null,
  asked_at: Time | null,
  error: SourceError | null
};

export type StagingDifference =
  | { "difference": "no_staging" }
  | { "difference": "unknown", environment: string }
  | { "difference": "same", environment: string }
  | { "difference": "ahead", environment: string, brings: CommitSet }
  | { "difference": "behind", environment: string, lacks: CommitSet }
  | { "difference": "differ", environment: string, brings: CommitSet, lacks: CommitSet };

export type Subject = {
  pull_request: number | null,
  pipeline: string | null,
  environment: string | null,
  release: number | null
};

export type Target = { key: string, name: string };

export type Theme = "system" | "light" | "dark";

export type Time = string;

export type TimeEdit = { by: string, at: Time, happened_at: Time, text: string };

export type TokenNeedView = { name: string, purpose: string, to_read: boolean };

export type TokenPlace = "keychain" | "environment" | "this_run" | "borrowed" | "keychain_unavailable" | "missing";

export type TokenWayView = {
  title: string,
  page: string | null,
  opens: boolean,
  command: string | null,
  needs: Array<TokenNeedView>,
  note: string | null
};

export type Trial = "works" | "fails" | "not_known";

export type Trials = { at: Time, parts: Array<TriedPart> };

export type TriedKind = "repository" | "ci" | "migrations" | "app" | "build_app" | "health_url";

export type TriedPart = {
  part: TriedKind,
  environment: string | null,
  trial: Trial,
  missing: boolean,
  message: string
};

export type Trigger = "push" | "schedule" | "api" | "manual" | "other";

export type Unread = { source: string, message: string };

export type UnreadablePart = "mergeability" | "reviews" | "checks" | "check_runs" | "rules";

export type Usual = {
  pipeline: Estimate | null,
  jobs: { [key in string]: Estimate },
  rollback: { [key in string]: Estimate }
};

export type Vendor = {
  id: VendorId,
  title: string,
  default_url: string,
  token_variable: string,
  cli: string | null,
  code_host: VendorCodeHost | null,
  ci: VendorCi | null,
  platform: VendorPlatform | null
};

export type VendorCi = { title: string, name: string, example: string, project_is_repository: boolean };

export type VendorCodeHost = { title: string };

export type VendorId = string;

export type VendorPlatform = { title: string, instance: string, app: string, artifact: string, overlap: string | null };

export type Verdict =
  | { "verdict": "allow" }
  | { "verdict": "confirm", "reasons": Array<string> }
  | { "verdict": "deny", "reasons": Array<string> };

export type ViewerCan = { update_branch: boolean | null, enable_auto_merge: boolean | null };

export type Violation = { release: ReleaseRef, at: Time, brings: Array<string>, knowingly: string | null };

export type WaitingCause = {
  text: string,
  detail: string | null,
  since: Time | null,
  needs_you: boolean,
  alert: AlertKind | null,
  subject: Subject,
  action: Action | null,
  blocked: string | null
};

export type WaitingRun = { name: string, url: string };

export type Watch = {
  id: string,
  service: string,
  environment: string,
  app: string,
  production: boolean,
  platform: string,
  instance: string,
  release: ReleaseRef,
  commit: string | null,
  live_at: Time,
  began_at: Time,
  length_seconds: number,
  planned: number,
  taken: number,
  has_health_url: boolean,
  baseline: Baseline | null,
  probes: Array<ProbeSample>,
  processes: Array<ProcessSample>,
  platform_log: PlatformLog | null,
  signals: Array<WatchSignal>,
  config_releases: Array<LaterRelease>,
  superseded_by: LaterRelease | null,
  verdict: WatchVerdict | null,
  verdict_at: Time | null,
  reason: string | null,
  bad_at: Time | null,
  recovered_at: Time | null,
  ended_at: Time | null,
  evidence: Array<WatchEvidence>
};

export type WatchEvidence = { level: WatchEvidenceLevel, label: string, text: string, at: Time | null };

export type WatchEvidenceLevel = "good" | "warning" | "bad" | "unknown";

export type WatchSignal = { kind: SignalKind, text: string, at: Time, last_at: Time, count: number };

export type WatchVerdict = "good" | "bad" | "inconclusive" | "superseded";

export type Whose = "all" | "mine";

export type Workflow = {
  id: string,
  name: string,
  status: PipelineStatus,
  created_at: Time | null,
  stopped_at: Time | null,
  setup: boolean,
  failed_job: string | null,
  error: string | null,
  jobs_gone: boolean
};

export type World = {
  snapshot: SnapshotView,
  now: Time,
  sandbox: SandboxInfo | null,
  settings: Settings,
  notifications: Notifications,
  keychain: KeychainState,
  muted_until: Time | null,
  vendors: Array<Vendor>
};

export type WorldChange = {
  rev: number,
  now: Time,
  observed_at: Time | null,
  services: Array<ServiceChange>,
  order: Array<string> | null,
  accounts: Array<AccountState> | null,
  notices: Array<Notice> | null,
  inbox: InboxDifference | null,
  keychain: KeychainState,
  muted_until: Time | null,
  settings: Settings | null,
  notifications: Notifications | null,
  events: Array<Event>
};

export type ZoomChange = "in" | "out" | "reset";

export type PullRequestView =
  & Omit<
    PullRequest,
    
      | "check_list"
      | "reviews"
      | "files"
      | "node_id"
      | "review_decision"
      | "rollup"
      | "waiting_runs"
      | "unresolved_threads"
      | "code_owners"
      | "head_signed"
      | "superseded_not_green"
      | "from_fork"
      | "behind_by"
      | "files_complete"
      | "seen_waiting"
  >
  & { details: string, approvals: number };

export type BranchRulesView = Omit<BranchRules, "expected_checks" | "seen_heads">;

/** Every command: what it is given and what it answers. */
export type Commands = {
  world: { args: {  }; reply: World };
  world_since: { args: { rev: number }; reply: WorldChange | null };
  pull_request: { args: { service: string; number: number }; reply: PullRequest };
  plan: { args: { action: Action }; reply: Plan };
  execute: { args: { request: ExecuteRequest }; reply: ExecuteReply };
  plan_stop: { args: { service: string; environment: string }; reply: PlanSet };
  execute_set: { args: { id: string; reason: string | null }; reply: Array<SetOutcome> };
  journal: { args: {  }; reply: Array<Entry> };
  acknowledge: { args: { notice: string }; reply: null };
  settle: { args: { id: string; happened: boolean; reason: string }; reply: Entry };
  dismiss: { args: { service: string; alert: string; reason: string }; reply: Dismissal };
  mark_bad: { args: { service: string; environment: string; version: number; reason: string }; reply: BadRelease };
  unmark_bad: { args: { service: string; environment: string; version: number; reason: string }; reply: null };
  pin_environment: {
    args: { service: string; environment: string; bad: Array<string> | null; reason: string };
    reply: Pin
  };
  unpin_environment: { args: { service: string; environment: string; reason: string }; reply: Pin };
  set_pin_ending: { args: { service: string; environment: string; byItself: boolean }; reply: Pin };
  inbox: { args: {  }; reply: Array<InboxItem> };
  read_item: { args: { id: string }; reply: null };
  finish_items: { args: { ids: Array<string> }; reply: null };
  reopen_items: { args: { ids: Array<string> }; reply: null };
  remind_of_item: { args: { id: string; at: Time | null }; reply: null };
  incidents: { args: {  }; reply: Array<IncidentSummary> };
  incident: { args: { id: string }; reply: IncidentView };
  incident_log: { args: { id: string }; reply: Array<IncidentEntry> };
  incident_markdown: { args: { id: string }; reply: string };
  open_incident: { args: { service: string; environment: string; title: string }; reply: IncidentSummary };
  close_incident: { args: { id: string; reason: string }; reply: null };
  acknowledge_incident: { args: { id: string }; reply: null };
  add_incident_note: { args: { id: string; text: string; happenedAt: Time | null }; reply: null };
  edit_incident_entry: { args: { id: string; entry: string; happenedAt: Time; text: string }; reply: null };
  lift_incident_entry: { args: { id: string; entry: string }; reply: null };
  set_incident_text: { args: { id: string; field: IncidentText; text: string }; reply: null };
  log: { args: { service: string; jobNumber: number; held: Array<HeldLines> }; reply: LogPage };
  log_step: { args: { service: string; jobNumber: number; step: number }; reply: LogStepView };
  failed_tests: { args: { service: string; jobNumber: number }; reply: Array<FailedTestView> };
  artifacts: { args: { service: string; jobNumber: number }; reply: Array<ArtifactView> };
  output: {
    args: { service: string; environment: string; version: number | null; held: HeldLines };
    reply: OutputView
  };
  older_releases: { args: { service: string; environment: string; before: number }; reply: Array<Release> };
  compare: { args: { service: string; base: ReleaseName; head: ReleaseName }; reply: ComparisonView };
  forecast_revert: { args: { service: string; number: number }; reply: RevertForecast };
  pipeline: { args: { service: string; pipeline: string }; reply: Pipeline };
  add_account: { args: { account: NewAccount }; reply: AddedAccount };
  borrowable: { args: {  }; reply: Array<BorrowableAccount> };
  set_read_only: { args: { id: string; readOnly: boolean }; reply: null };
  second_factor: { args: { code: string }; reply: null };
  test_account: { args: { id: string }; reply: AccountTest };
  remove_account: { args: { id: string }; reply: null };
  replace_token: { args: { id: string; token: string; keychain: boolean }; reply: string | null };
  retry_keychain: { args: {  }; reply: KeychainState };
  repositories: { args: { accounts: Array<string>; after: string | null }; reply: RepositoryList };
  discover: { args: { repo: string; accounts: Array<string> }; reply: Proposal };
  try_service: { args: { service: Service; places: Array<PartPlace> }; reply: Trials };
  add_service: { args: { service: Service }; reply: null };
  edit_service: { args: { was: Service; service: Service }; reply: null };
  move_service: { args: { name: string; position: number }; reply: null };
  remove_service: { args: { name: string }; reply: null };
  say_production: { args: { service: string; environment: string; production: boolean }; reply: null };
  open_sandbox: { args: { scenario: string }; reply: null };
  leave_sandbox: { args: {  }; reply: null };
  break_production: { args: { service: string }; reply: null };
  set_settings: { args: { settings: Settings }; reply: null };
  set_notification_rule: { args: { service: string | null; kind: NotificationKind; rule: Rule }; reply: null };
  set_own_rules: { args: { service: string; own: boolean }; reply: null };
  set_quiet_hours: { args: { quietHours: QuietHours }; reply: null };
  notification_server: { args: {  }; reply: NotificationServer };
  test_notification: { args: { service: string | null }; reply: NotificationTest };
  refresh: { args: { service: string | null }; reply: null };
  set_shown: { args: { service: string | null }; reply: null };
  set_visible: { args: { visible: boolean }; reply: null };
  mute: { args: { minutes: number }; reply: null };
  open_link: { args: { url: string }; reply: null };
  token_ways: { args: { provider: VendorId; url: string | null }; reply: Array<TokenWayView> };
  start_place: { args: {  }; reply: Place | null };
  remember_place: { args: { place: Place }; reply: null };
  set_ground: { args: { dark: boolean }; reply: null };
  zoom: { args: { change: ZoomChange }; reply: number };
  desktop_settings: { args: {  }; reply: DesktopSettings };
  set_start_at_login: { args: { on: boolean }; reply: DesktopSettings };
  set_shortcut: { args: { on: boolean }; reply: DesktopSettings };
};
