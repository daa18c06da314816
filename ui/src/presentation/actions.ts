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

/** What is asked for, while its plan is not read yet. */
export function askedFor(action: Action): string {
  switch (action.action) {
    case "merge":
      return `Merge #${action.number}`;
    case "enqueue":
      return `Add #${action.number} to the merge queue`;
    case "dequeue":
      return `Take #${action.number} out of the merge queue`;
    case "enable_auto_merge":
      return `Turn on auto-merge of #${action.number}`;
    case "disable_auto_merge":
      return `Turn off auto-merge of #${action.number}`;
    case "update_branch":
      return `Update #${action.number}`;
    case "revert":
      return `Revert #${action.number}`;
    case "roll_back":
      return `Roll back ${action.environment}${action.to === null ? "" : ` to v${action.to}`}`;
    case "rerun":
      return "Rerun from failed";
    case "cancel":
      return "Cancel the pipeline";
    case "approve":
      return "Approve the hold";
    case "promote":
      return `Promote ${action.from} to ${action.to}`;
    case "release":
      return `Release built code on ${action.environment}`;
  }
}

/** What the code host does by itself has no time of ours. */
export const isTimed = ({ action }: Action): boolean =>
  !["enqueue", "dequeue", "enable_auto_merge", "disable_auto_merge", "update_branch"].includes(action);
