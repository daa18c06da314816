import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Client } from "./client";
import type { Commands, Place, WorldChange } from "./types";

/** Names, arguments and answers as the Rust command list has them. */
function call<K extends keyof Commands>(name: K, args: Commands[K]["args"]): Promise<Commands[K]["reply"]> {
  return invoke(name, { ...args });
}
export const tauri: Client = {
  world: () => call("world", {}),
  onWorld: async (apply) => void (await listen<WorldChange>("world", (event) => apply(event.payload))),
  onGoto: async (open) => void (await listen<Place>("goto", (event) => open(event.payload))),
  pullRequest: (service, number) => call("pull_request", { service, number }),
  plan: (action) => call("plan", { action }),
  execute: (request) => call("execute", { request }),
  planStop: (service, environment) => call("plan_stop", { service, environment }),
  executeSet: (id, reason) => call("execute_set", { id, reason }),
  markBad: async (service, environment, version, reason) =>
    void (await call("mark_bad", { service, environment, version, reason })),
  unmarkBad: async (service, environment, version, reason) =>
    void (await call("unmark_bad", { service, environment, version, reason })),
  pinEnvironment: async (service, environment, bad, reason) =>
    void (await call("pin_environment", { service, environment, bad, reason })),
  unpinEnvironment: async (service, environment, reason) =>
    void (await call("unpin_environment", { service, environment, reason })),
  setPinEnding: async (service, environment, byItself) =>
    void (await call("set_pin_ending", { service, environment, byItself })),
  forecastRevert: (service, number) => call("forecast_revert", { service, number }),
  acknowledgeIncident: async (id) => void (await call("acknowledge_incident", { id })),
  journal: () => call("journal", {}),
  acknowledge: async (notice) => void (await call("acknowledge", { notice })),
  settle: (id, happened, reason) => call("settle", { id, happened, reason }),
  dismiss: (service, alert, reason) => call("dismiss", { service, alert, reason }),
  inbox: () => call("inbox", {}),
  readItem: async (id) => void (await call("read_item", { id })),
  finishItems: async (ids) => void (await call("finish_items", { ids })),
  reopenItems: async (ids) => void (await call("reopen_items", { ids })),
  remindOfItem: async (id, at) => void (await call("remind_of_item", { id, at })),
  incidents: () => call("incidents", {}),
  incident: (id) => call("incident", { id }),
  incidentLog: (id) => call("incident_log", { id }),
  openIncident: (service, environment, title) => call("open_incident", { service, environment, title }),
  closeIncident: async (id, reason) => void (await call("close_incident", { id, reason })),
  addIncidentNote: async (id, text, happenedAt) => void (await call("add_incident_note", { id, text, happenedAt })),
  editIncidentEntry: async (id, entry, happenedAt, text) =>
    void (await call("edit_incident_entry", { id, entry, happenedAt, text })),
  liftIncidentEntry: async (id, entry) => void (await call("lift_incident_entry", { id, entry })),
  setIncidentText: async (id, field, text) => void (await call("set_incident_text", { id, field, text })),
  incidentMarkdown: (id) => call("incident_markdown", { id }),
  log: (service, jobNumber, held) => call("log", { service, jobNumber, held }),
  logStep: (service, jobNumber, step) => call("log_step", { service, jobNumber, step }),
  failedTests: (service, jobNumber) => call("failed_tests", { service, jobNumber }),
  artifacts: (service, jobNumber) => call("artifacts", { service, jobNumber }),
  output: (service, environment, version, held) => call("output", { service, environment, version, held }),
  compare: (service, base, head) => call("compare", { service, base, head }),
  olderReleases: (service, environment, before) => call("older_releases", { service, environment, before }),
  pipeline: (service, pipeline) => call("pipeline", { service, pipeline }),
  addAccount: (account) => call("add_account", { account }),
  borrowable: () => call("borrowable", {}),
  setReadOnly: async (id, readOnly) => void (await call("set_read_only", { id, readOnly })),
  secondFactor: async (code) => void (await call("second_factor", { code })),
  testAccount: (id) => call("test_account", { id }),
  removeAccount: async (id) => void (await call("remove_account", { id })),
  replaceToken: (id, token, keychain) => call("replace_token", { id, token, keychain }),
  retryKeychain: () => call("retry_keychain", {}),
  repositories: (accounts, after) => call("repositories", { accounts, after }),
  discover: (repo, accounts) => call("discover", { repo, accounts }),
  tryService: (service, places) => call("try_service", { service, places }),
  addService: async (service) => void (await call("add_service", { service })),
  editService: async (was, service) => void (await call("edit_service", { was, service })),
  moveService: async (name, position) => void (await call("move_service", { name, position })),
  removeService: async (name) => void (await call("remove_service", { name })),
  sayProduction: async (service, environment, production) =>
    void (await call("say_production", { service, environment, production })),
  openSandbox: async (scenario) => void (await call("open_sandbox", { scenario })),
  leaveSandbox: async () => void (await call("leave_sandbox", {})),
  breakProduction: async (service) => void (await call("break_production", { service })),
  setSettings: async (settings) => void (await call("set_settings", { settings })),
  setNotificationRule: async (service, kind, rule) =>
    void (await call("set_notification_rule", { service, kind, rule })),
  setOwnRules: async (service, own) => void (await call("set_own_rules", { service, own })),
  setQuietHours: async (quietHours) => void (await call("set_quiet_hours", { quietHours })),
  notificationServer: () => call("notification_server", {}),
  testNotification: (service) => call("test_notification", { service }),
  refresh: async (service) => void (await call("refresh", { service })),
  setShown: async (service) => void (await call("set_shown", { service })),
  setVisible: async (visible) => void (await call("set_visible", { visible })),
  mute: async (minutes) => void (await call("mute", { minutes })),
  openLink: async (url) => void (await call("open_link", { url })),
  tokenWays: (provider, url) => call("token_ways", { provider, url }),
  startPlace: () => call("start_place", {}),
  rememberPlace: async (place) => void (await call("remember_place", { place })),
  setGround: async (dark) => void (await call("set_ground", { dark })),
  zoom: (change) => call("zoom", { change }),
  desktopSettings: () => call("desktop_settings", {}),
  setStartAtLogin: (on) => call("set_start_at_login", { on }),
  setShortcut: (on) => call("set_shortcut", { on }),
};
