// How the rules of notifications are shown.
import type { NotificationKind, QuietHours } from "../ipc/types";
import type { MarkName, Tone } from "../kit/shapes";

/** The mark of a kind: the one that its news has on the board. */
export const KIND_MARKS: Record<NotificationKind, { mark: MarkName; tone: Tone }> = {
  hurt: { mark: "hurt", tone: "hurt" },
  watch_bad: { mark: "cross", tone: "warn" },
  pin_violated: { mark: "pin", tone: "person" },
  release_failed: { mark: "cross", tone: "warn" },
  outcome: { mark: "unknown", tone: "grey" },
  approval_waiting: { mark: "pause", tone: "person" },
  pipeline_failed: { mark: "cross", tone: "warn" },
  left_queue: { mark: "cross", tone: "warn" },
  branch: { mark: "triangle", tone: "warn" },
  degraded: { mark: "triangle", tone: "warn" },
  maintenance: { mark: "triangle", tone: "warn" },
  sign_in: { mark: "person", tone: "warn" },
  source: { mark: "cloud", tone: "grey" },
  pull_request_live: { mark: "live", tone: "ok" },
  release_live: { mark: "check", tone: "ok" },
};

/** What a kind is about, where its title does not say all of it. */
export const KIND_HINTS: Partial<Record<NotificationKind, string>> = {
  outcome: "Or failed: of what was done from here.",
  left_queue: "Or its auto-merge was turned off.",
  watch_bad: "After a release: probes fail, or processes crash.",
  pin_violated: "What was pinned out is live again.",
  branch: "A merge without a pipeline; main set to another commit.",
  sign_in: "A token was refused.",
  source: "A vendor gives no answer, or asks to wait.",
  pull_request_live: "In production, for the first time.",
};

/** `9:5` is no time; `9:05` and `09:05` are the same. Null: not a time of day. */
export function timeOfDay(text: string): string | null {
  const parts = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (!parts) return null;
  const [hour, minute] = [Number(parts[1]), Number(parts[2])];
  if (hour > 23 || minute > 59) return null;
  return `${String(hour).padStart(2, "0")}:${parts[2]}`;
}

/** What quiet hours mean for what is told. */
export function quietWords(hours: QuietHours): string {
  const after = hours.weekends ? `${hours.to}, and after a weekend on Monday` : hours.to;
  return `What is locked still comes through. The rest is told once, at ${after}, if Slipway is open then.`;
}
