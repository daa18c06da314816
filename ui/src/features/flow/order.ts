// The rows of the list of pull requests, as the rule for held rows has them.
import type { PullRequestView, Readiness } from "../../ipc/types";
import { grouped, type Place, type Placing } from "../../kit/heldOrder";

export type Row = { head: string; count: number } | { pr: PullRequestView };

export const placing: Placing<PullRequestView, Readiness> = { key: (pr) => pr.number, group: (pr) => pr.readiness };

export const groups: Record<Readiness, string> = {
  ready: "Ready",
  checks: "Checks",
  review: "Waiting for review",
  changes: "Changes requested",
  behind: "Behind",
  conflicts: "Conflicts",
  blocked: "Blocked",
  draft: "Drafts",
  missing: "Check not reported",
  unknown: "Unknown, checking",
};
const OPENED = "Opened meanwhile";
/** More rows than these are under heads. */
const FEW = 12;

/** Of a pull request that did not change the row is the same as before. */
const made = new WeakMap<PullRequestView, Row>();
function rowOf(pr: PullRequestView): Row {
  const row = made.get(pr) ?? { pr };
  made.set(pr, row);
  return row;
}

/** Under heads, each head once. A held row stays under the head where it was, whatever it says by now. */
export function rowsOf(prs: readonly PullRequestView[], held: readonly Place<Readiness>[]): Row[] {
  if (prs.length <= FEW) return prs.map(rowOf);
  return grouped(prs, held, placing).flatMap(({ group, items }): Row[] => [
    { head: group === null ? OPENED : groups[group], count: items.length },
    ...items.map(rowOf),
  ]);
}
