// An invented journal. Development only.
import type { Entry } from "../types";
import { before } from "./parts";

export function history(): Entry[] {
  const of = (
    id: number,
    state: Entry["state"],
    action: string,
    target: string,
    seconds: number,
    message: string,
    reason: string | null = null,
  ): Entry => ({
    id: `h${id}`,
    at: before(seconds),
    action,
    service: "storefront",
    target,
    seen: "head 9f3c1ab",
    reason,
    by: "lena",
    state,
    sent_at: before(seconds),
    finished_at: before(seconds - 40),
    message,
    account: "github",
    repo: "acme/storefront",
    app: null,
    replaced_by: null,
    overtook: [],
    settled_by: null,
    settled_as: null,
    settled_reason: null,
    pin: null,
    over_pins: [],
    accepted_at: null,
    request: { action: "merge", service: "storefront", number: 482, method: "squash" },
    expectation: { expect: "merged", repo: "acme/storefront", number: 482, head_sha: "" },
  });
  return [
    {
      ...of(6, "succeeded", "rollback", "storefront-production", 60, "v1850 is current: v1846 again."),
      account: "heroku-2",
      app: "storefront-production",
      replaced_by: { id: "r9", label: "v1852", ordinal: 1852 },
      overtook: [{ id: "r8", label: "v1849", ordinal: 1849 }],
    },
    {
      ...of(7, "unknown", "merge", "acme/storefront#488", 900, "It could not be read for an hour."),
      settled_by: "lena",
      settled_as: "did_not",
      settled_reason: "Closed by hand on GitHub; the branch was deleted",
    },
    of(8, "not_sent", "promote", "storefront-production", 950, "The journal could not be written: nothing was sent."),
    of(
      1,
      "unknown",
      "rerun",
      "storefront #3123",
      200,
      "It could not be checked: CircleCI did not answer in time. Slipway keeps checking; nothing is sent again. " +
        "Open the pipeline and see how it stands before you ask again.",
    ),
    of(2, "succeeded", "merge", "acme/storefront#482", 320, "Merged as 9f3c1ab."),
    of(
      3,
      "succeeded",
      "rollback",
      "storefront-staging",
      5460,
      "v2312 is current: v2310 again.",
      "Prices in the wrong currency",
    ),
    of(
      4,
      "failed",
      "merge",
      "acme/storefront#471",
      8000,
      "GitHub answered 405: the branch has conflicts. Nothing was merged.",
    ),
    of(5, "succeeded", "merge", "acme/storefront#476", 90_000, "Merged as 4be21d7."),
  ];
}
