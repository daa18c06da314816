// The rows of the list of pull requests. Pure: what is under the pointer keeps its place, never its facts.
import type { PullRequestView, Readiness } from "../../ipc/types";

/** The place of a row while the pointer or the focus is in the list: its number and the head above it. */
export interface Place {
  number: number;
  group: Readiness;
}
export type Row = { head: string; count: number } | { pr: PullRequestView };

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

export const placesOf = (all: readonly PullRequestView[]): Place[] =>
  all.map((pr) => ({ number: pr.number, group: pr.readiness }));

/** Each open pull request once, as it is now: the held ones in their places, then the others. */
export function inPlace(all: readonly PullRequestView[], held: readonly Place[]): PullRequestView[] {
  const now = new Map(all.map((pr) => [pr.number, pr]));
  const kept = new Set(held.map((place) => place.number));
  return [...held.flatMap((place) => now.get(place.number) ?? []), ...all.filter((pr) => !kept.has(pr.number))];
}

/** Under heads, each head once. A held row stays under the head where it was, whatever it says by now. */
export function rowsOf(prs: readonly PullRequestView[], held: readonly Place[]): Row[] {
  if (prs.length <= FEW) return prs.map((pr) => ({ pr }));
  const places = new Map(held.map((place) => [place.number, place.group]));
  const headOf = (pr: PullRequestView) => {
    const group = places.get(pr.number);
    return group !== undefined ? groups[group] : held.length > 0 ? OPENED : groups[pr.readiness];
  };
  const under = new Map<string, PullRequestView[]>();
  for (const pr of prs) under.set(headOf(pr), [...(under.get(headOf(pr)) ?? []), pr]);
  return [...under].flatMap(([head, list]): Row[] => [{ head, count: list.length }, ...list.map((pr) => ({ pr }))]);
}

/** How many of the shown rows are not where they would be by their present facts. */
export function movedCount(all: readonly PullRequestView[], held: readonly Place[]): number {
  const places = new Map(held.map((place) => [place.number, place.group]));
  const order = inPlace(all, held);
  return order.filter(
    (pr, i) => all[i]?.number !== pr.number || (places.get(pr.number) ?? pr.readiness) !== pr.readiness,
  ).length;
}
