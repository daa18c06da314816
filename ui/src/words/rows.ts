// What a row says, also to those who hear it.
import type { Commit, PullRequest, ServiceState } from "../ipc/types";
import { ofPullRequest, plural } from "./state";

export function migrationsOf(pr: PullRequest): string | null {
  const count = pr.migrations?.length ?? 0;
  return count === 0 ? null : plural(count, "migration");
}

/** `Pull request 485, Drop unused coupon columns, behind main by 3, 1 migration` */
export function pullRequestName(pr: PullRequest): string {
  const word = ofPullRequest(pr).word;
  const facts = [`Pull request ${pr.number}`, pr.title, word[0]!.toLowerCase() + word.slice(1), migrationsOf(pr)];
  return facts.filter((fact) => fact !== null).join(", ");
}

/** The title of a pull request, open or merged; null where it is not known. */
export function titleOf(service: ServiceState, number: number): string | null {
  const open = service.pull_requests.find((p) => p.number === number);
  return open?.title ?? mergedOf(service, number)?.pull_request_title ?? null;
}

export function mergedOf(service: ServiceState, number: number): Commit | null {
  return service.main.find((c) => c.pull_request === number) ?? null;
}

/** Whether the text filter wants this pull request. */
export function matches(pr: PullRequest, filter: string): boolean {
  const text = `#${pr.number} ${pr.title} ${pr.author ?? ""} ${pr.head_branch} ${ofPullRequest(pr).word}`.toLowerCase();
  return filter.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/**
 * Why Merge is shown as not possible. Only what the provider itself says it would refuse:
 * everything else is for the plan to decide.
 */
export function mergeBlocked(pr: PullRequest, service: ServiceState): string | null {
  const sent = service.actions.find((e) => e.request.action === "merge" && e.request.number === pr.number && e.state !== "failed" && e.state !== "succeeded");
  if (sent) return sent.state === "unknown" ? "Outcome unknown, checking" : "Merge sent, checking";
  const would = pr.mergeable === "mergeable" && !pr.draft && ["clean", "unstable", "has_hooks"].includes(pr.merge_state);
  return would || pr.readiness === "ready" ? null : (pr.reasons[0] ?? ofPullRequest(pr).word);
}
