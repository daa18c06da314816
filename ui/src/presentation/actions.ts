import type { Action, Entry } from "../ipc/types";

/** As the journal writes them: every action, so that a new one cannot be forgotten. */
type Kind = Exclude<Action["action"], "roll_back"> | "rollback";

const words: Record<Kind, { noun: string; verb: string }> = {
  merge: { noun: "Merge", verb: "Merge" },
  enqueue: { noun: "Merge queue entry", verb: "Add to the merge queue" },
  dequeue: { noun: "Merge queue removal", verb: "Take out of the merge queue" },
  enable_auto_merge: { noun: "Auto-merge", verb: "Turn on auto-merge" },
  disable_auto_merge: { noun: "End of auto-merge", verb: "Turn off auto-merge" },
  update_branch: { noun: "Branch update", verb: "Update branch" },
  revert: { noun: "Revert", verb: "Revert" },
  rollback: { noun: "Rollback", verb: "Roll back" },
  rerun: { noun: "Rerun", verb: "Rerun from failed" },
  cancel: { noun: "Cancellation", verb: "Cancel" },
  approve: { noun: "Approval", verb: "Approve" },
  promote: { noun: "Promotion", verb: "Promote" },
  release: { noun: "Release", verb: "Release" },
};

// One that a newer version wrote keeps its own name.
const of = (entry: Entry) =>
  (words as Partial<typeof words>)[entry.action as Kind] ?? { noun: entry.action, verb: entry.action };

export const actionNoun = (entry: Entry): string => of(entry).noun;
export const actionVerb = (entry: Entry): string => of(entry).verb;

/** `Rollback sent, checking` */
export function headline(entry: Entry): string {
  const verb = actionNoun(entry);
  if (entry.settled_as !== null) return `${verb}: recorded as your word`;
  switch (entry.state) {
    case "planned":
      return `${verb} written down, not sent yet`;
    case "sent":
      return `${verb} sent, checking`;
    case "succeeded":
      return `${verb} succeeded`;
    case "failed":
      return `${verb} failed`;
    case "unknown":
      return `${verb} sent. Outcome unknown, checking`;
    case "not_sent":
      return `${verb} was not sent`;
  }
}
