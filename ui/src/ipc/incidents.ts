// Records of incidents on the wire.
import type { Acknowledgement, Change, ReleaseRef, Time } from "./types";

export type OpenedBy = "watch" | "release_failed" | "pin" | "hurt" | "person";

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
  | "reopened";

export type TimeEdit = { by: string; at: Time; happened_at: Time; text: string };

export type IncidentEntry = {
  id: string;
  kind: EntryKind;
  happened_at: Time;
  recorded_at: Time;
  who: string | null;
  source: string;
  text: string;
  count: number;
  last_at: Time;
  link: string | null;
  edits: Array<TimeEdit>;
};

export type DecisionOption = {
  text: string;
  chosen: boolean;
  estimate_seconds: number | null;
  took_seconds: number | null;
};

export type Decision = { at: Time; by: string; reason: string | null; options: Array<DecisionOption> };

export type Lessons = { went_well: string; lucky: string; change: string };

export type IncidentClose = { at: Time; by: string | null; reason: string };

export type Incident = {
  id: string;
  number: number;
  service: string;
  repo: string;
  environment: string;
  app: string;
  production: boolean;
  title: string;
  opened_by: OpenedBy;
  opened_at: Time;
  bad_release: ReleaseRef | null;
  entries: Array<IncidentEntry>;
  log: Array<IncidentEntry>;
  decision: Decision | null;
  cause: string | null;
  cause_by: string | null;
  left: Array<Change>;
  lessons: Lessons;
  acknowledged: Acknowledgement | null;
  close: IncidentClose | null;
};

export type IncidentTimes = {
  detect: number | null;
  decide: number | null;
  recover: number | null;
  total: number | null;
};

export type IncidentSummary = {
  id: string;
  number: number;
  service: string;
  environment: string;
  title: string;
  opened_at: Time;
  closed_at: Time | null;
  seconds: number | null;
  open: boolean;
};

export type IncidentView = {
  incident: Incident;
  times: IncidentTimes;
  timeline: Array<IncidentEntry>;
  log_count: number;
};

export type IncidentField = "cause" | "went_well" | "lucky" | "change";
