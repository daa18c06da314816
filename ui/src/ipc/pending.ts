// Commands whose types are not made from Rust yet, in the shapes that it has for them.
import type { Action } from "./types";

/** What of a rollback is pinned. `bad`: ids of changes, null for all that it takes out. */
export type PinChoice = { bad: string[] | null; ends_by_itself: boolean };

export type RollBack = Extract<Action, { action: "roll_back" }> & { pin?: PinChoice | null };

export type PendingCommands = {
  mark_bad: { args: { service: string; environment: string; version: number; reason: string }; reply: null };
  unmark_bad: { args: { service: string; environment: string; version: number; reason: string }; reply: null };
  pin_environment: {
    args: { service: string; environment: string; bad: string[] | null; reason: string };
    reply: null;
  };
  unpin_environment: { args: { service: string; environment: string; reason: string }; reply: null };
  set_pin_ending: { args: { service: string; environment: string; byItself: boolean }; reply: null };
};
