// Repositories and a proposal for the browser. Development only.
import type { Part, Proposal, RepositoryList } from "../types";
import { before } from "./parts";

const long = "a-repository-whose-name-goes-on-and-on-until-nobody-reads-it-any-more";

export function repositories(page: string | null): RepositoryList {
  const names =
    page === null
      ? ["storefront", "payments", "loyalty", "handbook", "kiosk", "bookings", long, "style-guide", "storefront-blog"]
      : Array.from({ length: 100 }, (_, i) => `older-${i + 1}`);
  return {
    repositories: names.map((name, i) => ({
      name: `acme/${name}`,
      private: i % 3 !== 1,
      archived: name === "handbook",
      pushed_at: before(600 * (i + 1) ** 3),
    })),
    next: page === null ? "more" : null,
  };
}

export function proposal(repo: string): Proposal {
  const name = repo.split("/")[1] ?? repo;
  const part = (
    part: Part["part"],
    environment: string | null,
    value: string | null,
    confidence: Part["confidence"],
    reasons: string[],
    alternatives: Part["alternatives"] = [],
  ): Part => ({ part, environment, value, confidence, reasons, alternatives });
  const environment = (of: string) => ({
    name: of,
    provider: "heroku" as const,
    app: `${name}-${of}`,
    build_app: `${name}-${of}-build`,
    health_url: null,
    production: null,
    stage: null,
    watch_minutes: null,
  });
  const none = name === "style-guide";
  const parts = [
    part("branch", null, "main", "sure", ["the repository's default branch", ".circleci/config.yml releases from it"]),
    part(
      "ci",
      null,
      `circleci:gh/${repo}`,
      "likely",
      [".circleci/config.yml releases to Heroku, no workflow of GitHub Actions does", "CircleCI knows the project"],
      [{ value: `github-actions:${repo}`, reason: ".github/workflows/labels.yml is there, with 1 job" }],
    ),
    ...["production", "staging"].flatMap((of) => [
      part("environment", of, `${name}-${of}`, of === "staging" ? "likely" : "sure", [
        `its v1821 runs ec66342, a commit of the default branch`,
        `.circleci/config.yml names it, at jobs.release.steps.run.command`,
        `its name says ${of}`,
        "owned by acme, region eu, stack heroku-24",
      ]),
      part("build_app", of, `${name}-${of}-build`, "sure", [`the slug of ${name}-${of}'s v1821 was built on it`]),
      part(
        "health_url",
        of,
        null,
        "guess",
        ["CI's configuration asks no health address of it"],
        [{ value: `https://${name}-${of}.herokuapp.com/`, reason: "the app's own address" }],
      ),
    ]),
  ];
  return {
    service: {
      name,
      repo,
      branch: "main",
      ci: { provider: "circleci", slug: `gh/${repo}` },
      environments: none ? [] : ["production", "staging"].map(environment),
      accounts: [],
      migration_paths: ["**/db/migrate/**"],
    },
    parts: none ? parts.slice(0, 2) : parts,
    questions: none
      ? [
          `No environment was found: no app runs its commits, is named by its CI or is called like it. ` +
            `Which apps does ${repo} go to?`,
        ]
      : [
          `${name}-blue carries this repository's commits but belongs to no environment: ` +
            "is it a review app, or an environment of its own?",
        ],
    set_aside: none
      ? []
      : [
          { app: `${name}-blog`, reason: `its v6 runs 2af927d, which is no commit of ${repo}` },
          { app: `${name}-pr-87`, reason: "a review app: it lives and goes with a PR" },
        ],
    unread: none
      ? [
          {
            source: "heroku",
            message: "No Heroku account is connected. Add one in Settings or with `slipway account add heroku`.",
          },
        ]
      : [],
  };
}
