// What a row says, also to those who hear it.
import { offReason } from "./sources";
import type { MergeMethod, Commit, PullRequestView, ServiceView } from "../ipc/types";
import { isOpen, ofPullRequest, plural } from "./state";

export function migrationsOf(pr: PullRequestView): string | null {
  const count = pr.migrations?.length ?? 0;
  return count === 0 ? null : plural(count, "migration");
}

/** `Pull request 485, Drop unused coupon columns, behind main by 3, 1 migration` */
export function pullRequestName(pr: PullRequestView): string {
  const word = ofPullRequest(pr).word;
  const facts = [
    `Pull request ${pr.number}`,
    pr.title,
    word[0]!.toLowerCase() + word.slice(1),
    pr.auto_merge ? "auto-merge on" : null,
    migrationsOf(pr),
  ];
  return facts.filter((fact) => fact !== null).join(", ");
}

/** The title of a pull request, open or merged; null where it is not known. */
export function titleOf(service: ServiceView, number: number): string | null {
  const open = service.pull_requests.find((p) => p.number === number);
  return open?.title ?? mergedOf(service, number)?.pull_request_title ?? null;
}

export function mergedOf(service: ServiceView, number: number): Commit | null {
  return service.main.find((c) => c.pull_request === number) ?? null;
}

/** The words of the button that brings it into its branch. */
export function mergeWords(service: ServiceView): string {
  return service.rules.merge_queue ? "Add to queue" : "Merge";
}

/** Whether bringing the branch up to date is worth offering: it is behind, or the code host says it may be updated. */
export function mayUpdate(pr: PullRequestView, service: ServiceView): boolean {
  return pr.merge_state === "behind" && !pr.queue && !service.rules.archived && pr.viewer_can.update_branch !== false;
}

/** Whether merging it when ready is worth offering. What the code host would refuse is not. */
export function mayWait(pr: PullRequestView, service: ServiceView): boolean {
  const held = pr.merge_state === "blocked" || pr.merge_state === "behind";
  const allowed =
    service.rules.auto_merge_allowed !== false && !service.rules.archived && pr.viewer_can.enable_auto_merge !== false;
  return held && allowed && !pr.draft && pr.mergeable === "mergeable" && pr.auto_merge === null && pr.queue === null;
}

/** The methods that can work for it, the one that a plan takes by itself first. */
export function methodsFor(pr: PullRequestView, service: ServiceView): MergeMethod[] {
  const cannotRebase = pr.can_be_rebased === false && pr.mergeable === "mergeable";
  const offered = (method: MergeMethod) =>
    service.merge_methods.includes(method) && !(method === "rebase" && cannotRebase);
  return (["squash", "merge", "rebase"] as const).filter(offered);
}

/** `Auto-merge on, squash, by lena-h` */
export function autoMergeWords(pr: PullRequestView): string | null {
  if (!pr.auto_merge) return null;
  return ["Auto-merge on", pr.auto_merge.method, pr.auto_merge.by === null ? null : `by ${pr.auto_merge.by}`]
    .filter((w) => w !== null)
    .join(", ");
}

/** Whether the text filter wants this pull request. */
export function matches(pr: PullRequestView, filter: string): boolean {
  const text = `#${pr.number} ${pr.title} ${pr.author ?? ""} ${pr.head_branch} ${ofPullRequest(pr).word}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/**
 * Why Merge is shown as not possible. Only what the provider itself says it would refuse:
 * everything else is for the plan to decide.
 */
export function mergeBlocked(pr: PullRequestView, service: ServiceView): string | null {
  if (service.rules.archived) return "The repository is archived";
  if (pr.queue) return ofPullRequest(pr).word;
  const sent = service.actions.find(
    (e) =>
      (e.request.action === "merge" || e.request.action === "enqueue") && e.request.number === pr.number && isOpen(e),
  );
  if (sent) return sent.state === "unknown" ? "Outcome unknown, checking" : "Merge sent, checking";
  const off = offReason(service, "code");
  if (off) return off;
  const would =
    pr.mergeable === "mergeable" &&
    !pr.draft &&
    (["clean", "unstable", "has_hooks"].includes(pr.merge_state) ||
      (service.rules.merge_queue !== null && pr.merge_state === "blocked" && pr.readiness === "blocked"));
  return would || pr.readiness === "ready" ? null : (pr.causes[0]?.text ?? ofPullRequest(pr).word);
}
