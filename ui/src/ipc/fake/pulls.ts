// Builders of invented pull requests. Development only.
import type { CauseKind, Check, Readiness } from "../types";
import type { FakePullRequest } from "./views";
import { before, sha } from "./parts";

/** Counts of checks that an invented pull request has none of. */
export const noOthers = { skipped: 0, neutral: 0, cancelled: 0, action_required: 0, timed_out: 0, stale: 0 };

/** Reasons with what they are about, and their words alone beside them, as Rust tells both. */
export function because(...all: [kind: CauseKind, text: string][]): Pick<FakePullRequest, "reasons" | "causes"> {
  const of = (kind: CauseKind, text: string) => ({ kind, text, object: null, link: null, may_be_confirmed: false });
  return { reasons: all.map(([, text]) => text), causes: all.map(([kind, text]) => of(kind, text)) };
}

const verdicts: Record<Readiness, Partial<FakePullRequest>> = {
  ready: { merge_state: "clean", mergeable: "mergeable" },
  checks: { merge_state: "blocked", ...because(["check_pending", "Checks 9 of 14"]) },
  review: {
    merge_state: "blocked",
    review_decision: "review_required",
    ...because(["review_required", "Needs 1 approval"]),
  },
  changes: {
    merge_state: "blocked",
    review_decision: "changes_requested",
    ...because(["changes_requested", "Changes requested by lena-h"]),
  },
  behind: { merge_state: "behind", behind_by: 3, ...because(["behind", "Behind main by 3"]) },
  conflicts: { merge_state: "dirty", mergeable: "conflicting", ...because(["conflicts", "Conflicts with main"]) },
  blocked: { merge_state: "blocked", ...because(["blocked", "Blocked by a rule that GitHub does not name"]) },
  draft: { draft: true, merge_state: "draft", ...because(["draft", "Draft"]) },
  missing: { merge_state: "blocked", ...because(["check_missing", "Check not reported: security-scan"]) },
  unknown: {
    merge_state: "unknown",
    mergeable: "unknown",
    ...because(["computing", "GitHub is still working out whether it merges"]),
  },
};

export function pr(
  number: number,
  title: string,
  readiness: Readiness,
  more: Partial<FakePullRequest> = {},
): FakePullRequest {
  const checks: Check[] = [
    "build-app",
    "integration",
    "lint",
    "types",
    "unit-1",
    "unit-2",
    "system-1",
    "system-2",
    "danger",
    "brakeman",
    "coverage",
    "licenses",
    "docs",
    "size",
  ].map((name, i) => ({
    name,
    kind: "commit_status",
    app: "circleci",
    app_id: null,
    workflow: null,
    event: null,
    required: i < 6,
    url: `https://app.circleci.com/${name}`,
    status: readiness === "checks" && i > 8 ? "pending" : "passed",
    started_at: before(900),
    completed_at: readiness === "checks" && i > 8 ? null : before(900 - 40 * (i + 1)),
  }));
  return {
    number,
    node_id: `PR_${number}`,
    details: "",
    approvals: 1,
    title,
    url: `https://github.com/acme/storefront/pull/${number}`,
    author: "nadia-k",
    head_sha: sha(`9f${number.toString(16)}1ab`),
    head_branch: title.toLowerCase().replace(/\W+/g, "-").slice(0, 28),
    base_branch: "main",
    created_at: before(7200),
    updated_at: before(3600),
    draft: false,
    mergeable: "mergeable",
    merge_state: "clean",
    review_decision: "approved",
    reviews: [{ author: "tomasz-w", state: "approved" }],
    readiness,
    reasons: [],
    checks: {
      passed: readiness === "checks" ? 9 : 14,
      failed: 0,
      pending: readiness === "checks" ? 5 : 0,
      missing: 0,
      ...noOthers,
    },
    check_list: checks,
    checks_complete: true,
    rollup: "success",
    unreadable: [],
    waiting_runs: null,
    unresolved_threads: 0,
    code_owners: [],
    head_signed: null,
    superseded_not_green: false,
    from_fork: false,
    causes: [],
    behind_by: null,
    additions: 64,
    deletions: 12,
    changed_files: 5,
    files: [
      { path: "app/models/basket.rb", additions: 14, deletions: 2 },
      { path: "app/views/basket/show.html.erb", additions: 31, deletions: 8 },
      { path: "spec/models/basket_spec.rb", additions: 19, deletions: 2 },
    ],
    migrations: [],
    files_complete: true,
    commits: 3,
    auto_merge: null,
    queue: null,
    viewer_can: { update_branch: readiness === "behind", enable_auto_merge: null },
    can_be_rebased: true,
    seen_waiting: { queue: false, auto_merge: false },
    dropped: null,
    ...verdicts[readiness],
    ...more,
  };
}
