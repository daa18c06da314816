// What tokens may not do, and accounts that need a person. Development only.
import type { AccountState } from "../types";
import type { FakeService } from "./views";
import { account, before } from "./parts";
import { storefront } from "./storefront";

export function withoutRights(): FakeService {
  const why =
    "The token lacks repo: merge, revert is off. Make a token with the repo scope at github.com/settings/tokens.";
  return storefront({
    off: [
      { source: { kind: "code" }, why },
      {
        source: { kind: "environment", name: "production" },
        why: "The account heroku is read-only: nothing is changed through it.",
      },
    ],
  });
}

const of = (
  name: string,
  need: "required" | "useful",
  state: "granted" | "missing" | "unknown",
  purpose: string,
  disables: string[],
  advice: string | null,
) => ({ name, need, state, purpose, disables, advice });

export const accountsInNeed = (): AccountState[] => [
  account("github", {
    expires_at: before(-3 * 24 * 3600),
    capabilities: [
      of(
        "repo",
        "required",
        "missing",
        "private repositories with their checks; merging and reverting",
        ["merge", "revert"],
        "Make a token with the repo scope at github.com/settings/tokens.",
      ),
      of(
        "workflow",
        "useful",
        "missing",
        "merging PRs that change files in .github/workflows",
        [],
        "GitHub refuses such a merge without it; every other one works.",
      ),
    ],
  }),
  account("github", {
    id: "github-2",
    user: "lena-acme",
    token: "borrowed",
    ok: false,
    error: {
      kind: "single_sign_on",
      message:
        "acme wants single sign-on of the GitHub token. Authorise it within the hour at " +
        "https://github.com/orgs/acme/sso?authorization_request=A1; reading goes on by itself.",
      since: before(60),
      retry_at: null,
      url: "https://github.com/orgs/acme/sso?authorization_request=A1",
    },
  }),
  account("heroku", {
    read_only: true,
    ok: false,
    error: {
      kind: "two_factor",
      message: "Heroku asks for a second factor. Enter the code in Settings, or give it with --two-factor CODE.",
      since: before(60),
      retry_at: null,
      url: null,
    },
    capabilities: [
      of("read", "required", "granted", "releases and dynos", [], null),
      of(
        "write",
        "required",
        "unknown",
        "rolling back",
        ["rollback"],
        "Heroku tells the scopes only to a token with global scope.",
      ),
    ],
  }),
  account("circleci", { ok: null, user: null }),
];
