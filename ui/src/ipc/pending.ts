// Commands whose types are not made from Rust yet, in the shapes that it has for them.
import type { Action, Entry, Plan } from "./types";

/** What of a rollback is pinned. `bad`: ids of changes, null for all that it takes out. */
export type PinChoice = { bad: string[] | null; ends_by_itself: boolean };

export type RollBack = Extract<Action, { action: "roll_back" }> & { pin?: PinChoice | null };

export type ForecastOutcome =
  { outcome: "clean" } | { outcome: "conflicts"; paths: string[] } | { outcome: "not_known"; why: string };

export type RevertForecast = { outcome: ForecastOutcome; tip: string | null; files: number; chain: number[] };

export type NotStopped = { label: string; why: string };

export type PlanSet = {
  id: string;
  service: string;
  environment: string;
  title: string;
  plans: Plan[];
  left: NotStopped[];
  read_at: string;
};

export type SetOutcomeState = "done" | "refused" | "unknown" | "not_sent";

export type SetOutcome = { plan: string; title: string; state: SetOutcomeState; message: string; entry: Entry | null };

export type PendingCommands = {
  mark_bad: { args: { service: string; environment: string; version: number; reason: string }; reply: null };
  unmark_bad: { args: { service: string; environment: string; version: number; reason: string }; reply: null };
  pin_environment: {
    args: { service: string; environment: string; bad: string[] | null; reason: string };
    reply: null;
  };
  unpin_environment: { args: { service: string; environment: string; reason: string }; reply: null };
  set_pin_ending: { args: { service: string; environment: string; byItself: boolean }; reply: null };
  forecast_revert: { args: { service: string; number: number }; reply: RevertForecast };
  acknowledge_incident: { args: { id: string }; reply: null };
  plan_stop: { args: { service: string; environment: string }; reply: PlanSet };
  execute_set: { args: { id: string; reason: string | null }; reply: SetOutcome[] };
};
