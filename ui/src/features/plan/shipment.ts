// What a plan says of what ships, each fact once. Pure.
import type { Change, CheckCounts, ConfigEffect, Consequence, InFlight, Plan, RolledBackChange } from "../../ipc/types";
import { cutPath, plural, short } from "../../presentation/state";
import { about } from "../../presentation/time";

/** `Takes out 4 PRs and 1 commit by 3 authors` */
export function changesTitle(verb: string, changes: readonly Change[]): string {
  const pulls = changes.filter((c) => c.number !== null).length;
  const commits = changes.length - pulls;
  const parts = [pulls > 0 ? plural(pulls, "PR") : null, commits > 0 ? plural(commits, "commit") : null];
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

/** The pull request that the code host merges by itself; null for what runs already. */
export function pullRequestOf(one: Pick<InFlight, "kind" | "carries">): number | null {
  return one.kind === "merge_queue" || one.kind === "auto_merge" ? (one.carries[0] ?? null) : null;
}

/** `rolled back from v10 on production` */
export function againWords(one: RolledBackChange): string {
  const from = `rolled back${one.release === null ? "" : ` from ${one.release}`} on ${one.environment}`;
  return one.known ? from : `${from}; whether it was reverted since is not known`;
}

/** The consequences that say more than the sections of what ships say already. */
export function remaining({ consequences, shipment }: Pick<Plan, "consequences" | "shipment">): Consequence[] {
  const isSaid = ({ subject }: Consequence) =>
    subject !== null &&
    subject !== "migrations" &&
    subject !== "config" &&
    subject !== "pin" &&
    shipment[subject].length > 0;
  return consequences.filter((one) => !isSaid(one));
}

/** A consequence in a few words. */
export interface Summary {
  kind: Consequence["kind"];
  warning: boolean;
  text: string;
}

/** Every consequence of the plan, each in a few words. */
export function summaryOf(plan: Pick<Plan, "consequences" | "shipment">): Summary[] {
  const { takes_out: out, brings, ships_over: over, ships_again: again } = plan.shipment;
  const fact = (text: string): Summary => ({ kind: "fact", warning: false, text });
  const warning = (text: string): Summary => ({ kind: "warning", warning: true, text });
  return [
    ...(out.length > 0 ? [fact(changesTitle("Takes out", out))] : []),
    ...(brings.length > 0 ? [fact(changesTitle("Brings", brings))] : []),
    ...(over.length > 0
      ? [warning(`${plural(over.length, "thing")} ${over.length === 1 ? "ships" : "ship"} over it`)]
      : []),
    ...(again.length > 0 ? [warning(`Would ship ${plural(again.length, "change")} again`)] : []),
    ...remaining(plan).map(({ kind, title }) => ({ kind, warning: kind === "warning", text: title })),
  ];
}

/** A line of a consequence, with its parts where the plan carries them. */
export interface Line {
  lead: string | null;
  text: string;
  mono: boolean;
  end: string | null;
}

const effects: Record<ConfigEffect, string> = { removed: "removed", restored: "restored", changed: "changed back" };

export function linesOf({ subject, details }: Consequence, rollback: Plan["rollback"]): Line[] {
  if (subject === "migrations" && rollback?.migrations)
    return rollback.migrations.map(({ path, pull_request }) => ({
      lead: null,
      text: cutPath(path, 64),
      mono: true,
      end: pull_request === null ? null : `from #${pull_request}`,
    }));
  if (subject === "config" && rollback?.config)
    return rollback.config.map(({ name, version, effect }) => ({
      lead: version === null ? null : `v${version}`,
      text: name,
      mono: true,
      end: effects[effect],
    }));
  return details.map((text) => ({ lead: null, text, mono: false, end: null }));
}
