import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Client } from "./client";
import type { Place, WorldChange } from "./types";

export const tauri: Client = {
  world: () => invoke("world"),
  onWorld: async (apply) => void (await listen<WorldChange>("world", (event) => apply(event.payload))),
  onGoto: async (open) => void (await listen<Place>("goto", (event) => open(event.payload))),
  plan: (action) => invoke("plan", { action }),
  execute: (request) => invoke("execute", { request }),
  journal: () => invoke("journal"),
  log: (service, jobNumber) => invoke("log", { service, jobNumber }),
  logStep: (service, jobNumber, step) => invoke("log_step", { service, jobNumber, step }),
  failedTests: (service, jobNumber) => invoke("failed_tests", { service, jobNumber }),
  olderReleases: (service, environment, before) => invoke("older_releases", { service, environment, before }),
  pipeline: (service, pipeline) => invoke("pipeline", { service, pipeline }),
  addAccount: (account) => invoke("add_account", { account }),
  testAccount: (id) => invoke("test_account", { id }),
  removeAccount: (id) => invoke("remove_account", { id }),
  replaceToken: (id, token, keychain) => invoke("replace_token", { id, token, keychain }),
  retryKeychain: () => invoke("retry_keychain"),
  addService: (service) => invoke("add_service", { service }),
  removeService: (name) => invoke("remove_service", { name }),
  openSandbox: (scenario) => invoke("open_sandbox", { scenario }),
  leaveSandbox: () => invoke("leave_sandbox"),
  setSettings: (settings) => invoke("set_settings", { settings }),
  refresh: (service) => invoke("refresh", { service }),
  setVisible: (visible) => invoke("set_visible", { visible }),
  mute: (minutes) => invoke("mute", { minutes }),
  openLink: (url) => invoke("open_link", { url }),
};
