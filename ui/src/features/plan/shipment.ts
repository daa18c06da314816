// What a plan says of what ships, each fact once. Pure.
import type { Change, CheckCounts, Consequence, InFlight, Plan, RolledBackChange } from "../../ipc/types";
import { plural, short } from "../../presentation/state";
import { about } from "../../presentation/time";

/** `Takes out 4 pull requests and 1 commit by 3 authors` */
export function changesTitle(verb: string, changes: readonly Change[]): string {
  const pulls = changes.filter((c) => c.number !== null).length;
  const commits = changes.length - pulls;
  const parts = [pulls > 0 ? plural(pulls, "pull request") : null, commits > 0 ? plural(commits, "commit") : null];
  const authors = new Set(changes.flatMap((c) => c.author ?? [])).size;
  const by = changes.length > 1 && authors > 0 ? ` by ${plural(authors, "author")}` : "";
  return `${verb} ${parts.filter((part) => part !== null).join(" and ")}${by}`;
}

/** `#482`, or the short form of a commit. */
export function changeName(change: Change): string {
  return change.number === null ? short(change.id) : `#${change.number}`;
}

/** `13 of 14 checks passed, 1 failed` */
export function checksWords(counts: CheckCounts | null): string {
  if (counts === null) return "checks not read";
  const total = counts.passed + counts.failed + counts.pending + counts.missing;
  const skipped = counts.skipped > 0 ? `${counts.skipped} skipped` : null;
  if (total === 0) return skipped === null ? "no checks" : `nothing ran, ${skipped}`;
  const bad = [
    counts.failed > 0 ? `${counts.failed} failed` : null,
    counts.pending > 0 ? `${counts.pending} running` : null,
    counts.missing > 0 ? `${counts.missing} not reported` : null,
    skipped,
  ].filter((part) => part !== null);
  const checks = plural(total, "check");
  const all = counts.passed === total;
  return all ? [`${checks} passed`, ...bad].join(", ") : `${counts.passed} of ${checks} passed, ${bad.join(", ")}`;
}

/** Whether a check is known not to be green. What was not read is neither. */
export const isRed = (counts: CheckCounts | null): boolean =>
  counts !== null && counts.failed + counts.pending + counts.missing > 0;

export function approvalsWords(approvals: number | null): string {
  return approvals === null ? "approvals not read" : approvals === 0 ? "no approval" : plural(approvals, "approval");
}

/** `carries #489; live in about 6 min` */
export function shipsWhen(one: InFlight): string {
  const carries = one.carries.length === 0 ? null : `carries ${one.carries.map((n) => `#${n}`).join(", ")}`;
  const when =
    one.waits_for !== null
      ? `waits for ${one.waits_for}`
      : one.ships_in_seconds === null
        ? "when it ships is not known"
        : `live in ${about(one.ships_in_seconds)}`;
  return [carries, when].filter((part) => part !== null).join("; ");
}

/** The pull request of one that is no pipeline. */
export function pullRequestOf(one: InFlight): number | null {
  const number = /^#(\d+)$/.exec(one.id)?.[1];
  return number === undefined ? null : Number(number);
}

/** `rolled back from v10 on production` */
export function againWords(one: RolledBackChange): string {
  const from = `rolled back${one.release === null ? "" : ` from ${one.release}`} on ${one.environment}`;
  return one.known ? from : `${from}; whether it was reverted since is not known`;
}

/** The consequences that say more than the sections of what ships say already. */
export function remaining(plan: Pick<Plan, "consequences" | "shipment">): Consequence[] {
  const { takes_out, brings, ships_over, ships_again } = plan.shipment;
  const changes = [...takes_out, ...brings, ...ships_again];
  const names = [
    ...changes.flatMap((c) => (c.number === null ? [c.id, short(c.id)] : [`#${c.number}`])),
    ...ships_over.map((one) => one.label),
  ];
  const named = (line: string) => names.some((name) => begins(line, name));
  const inFlight = (c: Consequence) => ships_over.some((one) => begins(c.title, one.label));
  return plan.consequences.filter((c) => !inFlight(c) && !(c.details.length > 0 && c.details.every(named)));
}

/** Whether the line is about exactly this name: `#48` does not begin `#482`. */
function begins(line: string, name: string): boolean {
  return line.startsWith(name) && !/^\w/.test(line.slice(name.length));
}
