// The one seam to Rust. Nothing else imports Tauri.
import type {
  AccountTest,
  Action,
  AddedAccount,
  ArtifactView,
  ComparisonView,
  BorrowableAccount,
  DesktopSettings,
  Dismissal,
  Entry,
  ExecuteReply,
  ExecuteRequest,
  FailedTestView,
  HeldLines,
  InboxItem,
  IpcError,
  KeychainState,
  LogPage,
  LogStepView,
  NewAccount,
  NotificationKind,
  NotificationServer,
  NotificationTest,
  OutputView,
  PartPlace,
  Pipeline,
  Place,
  Plan,
  PlanSet,
  Proposal,
  PullRequest,
  QuietHours,
  Release,
  ReleaseName,
  RepositoryList,
  RevertForecast,
  Rule,
  Service,
  SetOutcome,
  Settings,
  TokenWayView,
  Trials,
  World,
  WorldChange,
  ZoomChange,
} from "./types";
import type { IncidentEntry, IncidentText, IncidentSummary, IncidentView } from "./types";

export interface Client {
  world(): Promise<World>;
  /** What makes the present state of that of `rev`; null where another was told last. */
  worldSince(rev: number): Promise<WorldChange | null>;
  onWorld(apply: (change: WorldChange) => void): Promise<void>;
  onGoto(open: (place: Place) => void): Promise<void>;
  /** With its checks, reviews and files, which the world leaves out. */
  pullRequest(service: string, number: number): Promise<PullRequest>;
  plan(action: Action): Promise<Plan>;
  execute(request: ExecuteRequest): Promise<ExecuteReply>;
  /** Plans to stop what is on its way to a pinned or hurt environment: one consent, one request each. */
  planStop(service: string, environment: string): Promise<PlanSet>;
  /** Answers when each of them is settled, or its time is up. */
  executeSet(id: string, reason: string | null): Promise<SetOutcome[]>;
  /** A person's word that a release is bad: it is never offered as a way back. */
  markBad(service: string, environment: string, version: number, reason: string): Promise<void>;
  unmarkBad(service: string, environment: string, version: number, reason: string): Promise<void>;
  /** `bad`: ids of changes; null: all that the live release took out. */
  pinEnvironment(service: string, environment: string, bad: string[] | null, reason: string): Promise<void>;
  unpinEnvironment(service: string, environment: string, reason: string): Promise<void>;
  setPinEnding(service: string, environment: string, byItself: boolean): Promise<void>;
  /** Whether a revert would apply cleanly; only reads. */
  forecastRevert(service: string, number: number): Promise<RevertForecast>;
  journal(): Promise<Entry[]>;
  acknowledge(notice: string): Promise<void>;
  /** A person's word of what became of an action whose outcome cannot be read. */
  settle(id: string, happened: boolean, reason: string): Promise<Entry>;
  /** A person's word that an alert is over. */
  dismiss(service: string, alert: string, reason: string): Promise<Dismissal>;
  /** Every item that is kept; the world has what is open or was done lately. */
  inbox(): Promise<InboxItem[]>;
  readItem(id: string): Promise<void>;
  finishItems(ids: string[]): Promise<void>;
  /** Takes back that a person was done with them. */
  reopenItems(ids: string[]): Promise<void>;
  /** Null: no reminder any more. */
  remindOfItem(id: string, at: string | null): Promise<void>;
  /** Records of incidents, in no order. */
  incidents(): Promise<IncidentSummary[]>;
  /** Without its log, which may be long. */
  incident(id: string): Promise<IncidentView>;
  incidentLog(id: string): Promise<IncidentEntry[]>;
  openIncident(service: string, environment: string, title: string): Promise<IncidentSummary>;
  closeIncident(id: string, reason: string): Promise<void>;
  acknowledgeIncident(id: string): Promise<void>;
  /** Null: it happened now. */
  addIncidentNote(id: string, text: string, happenedAt: string | null): Promise<void>;
  editIncidentEntry(id: string, entry: string, happenedAt: string, text: string): Promise<void>;
  /** From the log onto the timeline. */
  liftIncidentEntry(id: string, entry: string): Promise<void>;
  setIncidentText(id: string, field: IncidentText, text: string): Promise<void>;
  incidentMarkdown(id: string): Promise<string>;
  /** `held`: what is held of each step; lines before `from` are left out. */
  log(service: string, jobNumber: number, held: HeldLines[]): Promise<LogPage>;
  logStep(service: string, jobNumber: number, step: number): Promise<LogStepView>;
  failedTests(service: string, jobNumber: number): Promise<FailedTestView[]>;
  artifacts(service: string, jobNumber: number): Promise<ArtifactView[]>;
  /** Of a release, or of the newest build when there is no version. */
  output(service: string, environment: string, version: number | null, held: HeldLines): Promise<OutputView>;
  olderReleases(service: string, environment: string, before: number): Promise<Release[]>;
  compare(service: string, base: ReleaseName, head: ReleaseName): Promise<ComparisonView>;
  pipeline(service: string, pipeline: string): Promise<Pipeline>;
  addAccount(account: NewAccount): Promise<AddedAccount>;
  borrowable(): Promise<BorrowableAccount[]>;
  setReadOnly(id: string, readOnly: boolean): Promise<void>;
  secondFactor(code: string): Promise<void>;
  testAccount(id: string): Promise<AccountTest>;
  removeAccount(id: string): Promise<void>;
  /** Why the token that is kept now is not known to work; null when it was tested and does. */
  replaceToken(id: string, token: string, keychain: boolean): Promise<string | null>;
  retryKeychain(): Promise<KeychainState>;
  repositories(accounts: string[], after: string | null): Promise<RepositoryList>;
  discover(repo: string, accounts: string[]): Promise<Proposal>;
  /** Only reads: what of these parts is there. */
  tryService(service: Service, places: PartPlace[]): Promise<Trials>;
  addService(service: Service): Promise<void>;
  /** `was`: what the service was when the edit began. Refused as `changed` when it is not that any more. */
  editService(was: Service, service: Service): Promise<void>;
  /** `position` is counted from 0; past the end is last. */
  moveService(name: string, position: number): Promise<void>;
  removeService(name: string): Promise<void>;
  sayProduction(service: string, environment: string, production: boolean): Promise<void>;
  openSandbox(scenario: string): Promise<void>;
  leaveSandbox(): Promise<void>;
  /** Only in the sandbox. */
  breakProduction(service: string): Promise<void>;
  setSettings(settings: Settings): Promise<void>;
  /** Null as the service: the rule for all services. What is locked is refused with a sentence. */
  setNotificationRule(service: string | null, kind: NotificationKind, rule: Rule): Promise<void>;
  setOwnRules(service: string, own: boolean): Promise<void>;
  setQuietHours(quietHours: QuietHours): Promise<void>;
  /** Who shows notifications on this desktop. */
  notificationServer(): Promise<NotificationServer>;
  testNotification(service: string | null): Promise<NotificationTest>;
  refresh(service: string | null): Promise<void>;
  setShown(service: string | null): Promise<void>;
  setVisible(visible: boolean): Promise<void>;
  mute(minutes: number): Promise<void>;
  openLink(url: string): Promise<void>;
  /** How tokens of a vendor are made: at its own address, or at that of a server. */
  tokenWays(provider: string, url: string | null): Promise<TokenWayView[]>;
  /** Where the window opens: where a link leads, or where it was left. */
  startPlace(): Promise<Place | null>;
  rememberPlace(place: Place): Promise<void>;
  /** What has been drawn is dark, or light; the window is shown then. */
  setGround(dark: boolean): Promise<void>;
  /** Answers percent. */
  zoom(change: ZoomChange): Promise<number>;
  desktopSettings(): Promise<DesktopSettings>;
  setStartAtLogin(on: boolean): Promise<DesktopSettings>;
  setShortcut(on: boolean): Promise<DesktopSettings>;
}

/** Rust answers errors as `IpcError`; anything else is a fault of the seam itself. */
export function asIpcError(thrown: unknown): IpcError {
  if (typeof thrown === "object" && thrown !== null && "message" in thrown) {
    const { code, message, retry_after } = thrown as Partial<IpcError>;
    return { code: code ?? "internal", message: String(message), retry_after: retry_after ?? null };
  }
  return { code: "internal", message: String(thrown), retry_after: null };
}
