// What needs the invented person. Development only.
import type { InboxItem, InboxKind, Subject } from "../types";
import { before, iso, job, pipeline, service } from "./parts";
import type { FakeService } from "./views";

const about = (subject: Partial<Subject> = {}): Subject => ({
  pull_request: null,
  pipeline: null,
  environment: null,
  release: null,
  ...subject,
});

export function inboxItem(
  id: string,
  of: string | null,
  kind: InboxKind,
  text: string,
  seconds: number,
  more: Partial<InboxItem> = {},
): InboxItem {
  return {
    id,
    service: of,
    kind,
    concern: kind === "live" || kind === "fixed" ? "news" : "needs_you",
    text,
    detail: null,
    since: before(seconds),
    opened_at: before(seconds - 5),
    subject: about(),
    action: null,
    blocked: null,
    entry: null,
    read_at: before(seconds / 2),
    remind_at: null,
    reminded_at: null,
    done: null,
    cause: id,
    holds: kind !== "live" && kind !== "fixed",
    seen: before(seconds),
    ...more,
  };
}

/** As drawn: every kind that there is, each with what ends it. */
export const items = (): InboxItem[] => [
  inboxItem(
    "hurt-1",
    "storefront",
    "production_hurt",
    "Production is hurt: 6 of 8 web dynos of storefront crashed",
    300,
    {
      detail: "Began under v1847",
      subject: about({ environment: "production" }),
      read_at: null,
      action: { action: "roll_back", service: "storefront", environment: "production", to: null, reason: null },
    },
  ),
  inboxItem("live-1", "storefront", "live", "Your PR #474 is live on v1846", 11_500, {
    detail: "Show stock level on product page",
    subject: about({ pull_request: 474, environment: "production", release: 1846 }),
  }),
  inboxItem("approval-1", "email-worker", "approval", "Waits for approval: pipeline #212", 2_880, {
    detail: "approve-release, 2 PRs, 9 of 9 jobs passed",
    subject: about({ pipeline: "p-212" }),
    read_at: null,
    reminded_at: before(900),
    action: { action: "approve", service: "email-worker", pipeline: "p-212", job: null },
  }),
  inboxItem("release-1", "media-resizer", "release_failed", "Release v301 of staging failed", 5_400, {
    detail: "The release command exited with 1. v300 stays live",
    subject: about({ environment: "staging", release: 301 }),
    action: { action: "release", service: "media-resizer", environment: "staging", code: { of: "build" } },
  }),
  inboxItem("failed-1", "search-indexer", "failed_on_branch", "Failed on main: index-build, pipeline #884", 4_920, {
    detail: "Production is not affected: v97 stays live",
    subject: about({ pipeline: "p-884" }),
    action: { action: "rerun", service: "search-indexer", pipeline: "p-884" },
  }),
  inboxItem("queue-1", "shipping-rates", "left_queue", "Your PR #77 left the merge queue", 660, {
    detail: "Failed: contract",
    subject: about({ pull_request: 77 }),
    read_at: null,
  }),
  inboxItem("auto-1", "shipping-rates", "auto_merge_off", "Auto-merge of your PR #76 was turned off", 7_200, {
    subject: about({ pull_request: 76 }),
  }),
  inboxItem("unknown-1", "loyalty", "outcome_unknown", "Rerun of #131: outcome unknown", 2_940, {
    detail: "No answer came; no new workflow at 15:19",
    entry: "e-unknown",
  }),
  inboxItem("account-1", null, "sign_in_again", "Sign in again: heroku", 840, {
    detail: "Heroku answered 401: the token was refused",
  }),
  inboxItem("split-1", "pricing", "split", "Split release: production is ahead of staging", 7_200, {
    detail: "#208 is live on v144 and not on staging",
    subject: about({ environment: "staging" }),
    read_at: null,
  }),
  inboxItem("drift-1", "catalog", "drift", "Staging is ahead of production for more than a day", 3 * 86_400, {
    detail: "#31, #32, #33, #34, #35 and 2 more are not in production",
    subject: about({ environment: "staging" }),
    action: { action: "release", service: "catalog", environment: "production", code: { of: "build" } },
  }),
  inboxItem("asked-1", "payments", "production_not_said", "Is production-eu production?", 600, {
    detail: "It counts as production until you say",
    subject: about({ environment: "production-eu" }),
    remind_at: before(-900),
  }),
  inboxItem("fixed-1", "checkout-api", "fixed", "The pipeline of main passes again", 1_200, { read_at: null }),
  inboxItem("done-1", "checkout-api", "approval", "Waits for approval: pipeline #410", 20_000, {
    subject: about({ pipeline: "p-410" }),
    done: { at: before(9_000), how: "acting", by: "joost-v", words: "approved" },
    holds: false,
  }),
  inboxItem("done-2", "checkout-api", "failed_on_branch", "Failed on main: unit, pipeline #409", 30_000, {
    done: { at: before(12_000), how: "ended", by: null, words: "it passed when it ran again" },
    holds: false,
  }),
];

/** Services that the items are about, beside the shop. */
export function services(): FakeService[] {
  const hold = job("approve-release", "on_hold", null, null, 0, ["unit", "build-app"], {
    approval_id: "a-212",
    started_at: before(3_078),
  });
  const jobs = [
    job("prepare", "passed", 3_300, 36, 42),
    job("lint, types", "passed", 3_264, 52, 50, ["prepare"]),
    job("unit", "passed", 3_264, 108, 118, ["prepare"]),
    job("integration", "passed", 3_264, 186, 180, ["prepare"]),
    job("build-app", "passed", 3_300, 190, 180),
    hold,
    job("staging", "queued", null, null, 52, ["approve-release"]),
    job("production", "queued", null, null, 94, ["approve-release"]),
  ];
  const waiting = pipeline(212, "on_hold", "Retry bounced mail after 10 min", before(3_300), null, jobs, {
    pull_request: 201,
  });
  const next = pipeline(213, "running", "Send receipts", before(200), null, [], {
    pull_request: 205,
    eta_seconds: 180,
  });
  const failed = pipeline(
    884,
    "failed",
    "Index in batches",
    before(5_200),
    280,
    [job("prepare", "passed", 5_200, 40, 42), job("index-build", "failed", 5_160, 240, 250, ["prepare"])],
    { pull_request: 61 },
  );
  const others = ["media-resizer", "shipping-rates", "loyalty", "pricing", "catalog", "payments", "checkout-api"];
  return [
    service("email-worker", { pipelines: [next, waiting], mark: "waits" }),
    service("search-indexer", { pipelines: [failed], mark: "problem" }),
    ...others.map((name) => service(name)),
  ];
}

/** Many of one service, and so many that are done. */
export const many = (done: number): InboxItem[] => [
  ...Array.from({ length: 12 }, (_, n) =>
    inboxItem(`left-${n}`, "storefront", "left_queue", `Your PR #${700 + n} left the merge queue`, 600 + n * 60, {
      subject: about({ pull_request: 700 + n }),
      read_at: null,
      detail: "Failed: a check with a name that is long enough to be cut at the end of its line, whatever the width",
    }),
  ),
  ...Array.from({ length: done }, (_, n) =>
    inboxItem(`was-${n}`, "storefront", "approval", `Waits for approval: pipeline #${n}`, 3600 + n * 240, {
      done: { at: iso(Date.parse(before(1800 + n * 240))), how: "ended", by: null, words: "approved" },
      holds: false,
    }),
  ),
];
