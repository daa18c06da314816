// The order of the records of incidents. Pure, and apart from their words, which only their page needs.
import type { IncidentSummary } from "../ipc/types";
import { at } from "./time";

/** Open ones first. */
export const newestFirst = (all: readonly IncidentSummary[]): IncidentSummary[] =>
  [...all].sort((a, b) => Number(b.open) - Number(a.open) || at(b.opened_at) - at(a.opened_at) || b.number - a.number);
