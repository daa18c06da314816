// Builders for the invented world. Development only.
import type {
  AccountState,
  Alert,
  Commit,
  Instance,
  Environment,
  Estimate,
  Job,
  JobStatus,
  Pipeline,
  PipelineStatus,
  Release,
  ReleaseStatus,
  Service,
} from "../types";
import type { FakeService } from "./views";
import { vendors } from "./vendors";

export const NOW = new Date(2026, 10, 23, 14, 36, 20).getTime();
export const iso = (ms: number) => new Date(ms).toISOString();
/** Today at hh:mm[:ss]. */
export const today = (clock: string) => {
  const [h = 0, m = 0, s = 0] = clock.split(":").map(Number);
  return iso(new Date(2026, 10, 23, h, m, s).getTime());
};
export const before = (seconds: number) => iso(NOW - seconds * 1000);
export const sha = (seed: string) => (seed + "0f3c9ab27de41865b0c2").repeat(3).slice(0, 40);
export const estimate = (seconds: number): Estimate => ({ seconds, low: seconds * 0.8, high: seconds * 1.4, runs: 20 });

export function job(
  name: string,
  status: JobStatus,
  start: number | null,
  seconds: number | null,
  usual: number,
  needs: string[] = [],
  more: Partial<Job> = {},
): Job {
  return {
    id: `j-${name}`,
    number: status === "queued" || status === "on_hold" ? null : 9000 + name.length * 7,
    workflow: "deploy",
    name,
    status,
    duration_seconds: status === "running" ? null : seconds,
    started_at: start === null ? null : before(start),
    stopped_at: start === null || seconds === null ? null : before(start - seconds),
    dependencies: needs.map((n) => `j-${n}`),
    approval_id: null,
    usual_seconds: usual,
    url: "https://app.circleci.com/pipelines/github/acme/storefront",
    ...more,
  };
}

export function pipeline(
  number: number,
  status: PipelineStatus,
  title: string,
  start: string,
  seconds: number | null,
  jobs: Job[],
  more: Partial<Pipeline> = {},
): Pipeline {
  return {
    id: `p-${number}`,
    number,
    branch: "main",
    commit: sha(`${number.toString(16)}c1ab`),
    title,
    url: `https://app.circleci.com/pipelines/github/acme/storefront/${number}`,
    created_at: start,
    stopped_at: seconds === null ? null : iso(Date.parse(start) + seconds * 1000),
    status,
    progress: seconds === null ? 0.5 : 1,
    eta_seconds: null,
    pull_request: null,
    jobs,
    workflows: [
      {
        id: `w-${number}`,
        name: "deploy",
        status,
        created_at: start,
        stopped_at: null,
        setup: false,
        failed_job: null,
        error: null,
        jobs_gone: false,
      },
    ],
    error: null,
    continues: false,
    run_started_at: start,
    trigger: "push",
    runs_push_workflows: true,
    nothing_ran: null,
    ...more,
  };
}

/** What a release that went back to another says of itself. */
export const rolledBackTo = (to: number): Pick<Release, "description" | "cause"> => ({
  description: `Rollback to v${to}`,
  cause: { cause: "rollback", to },
});

/** What a release that changed config alone says of itself. */
export const configSet = (...names: string[]): Pick<Release, "description" | "cause"> => ({
  description: `Set ${names.join(", ")} config vars`,
  cause: { cause: "config", names },
});

export function release(version: number, at: string, more: Partial<Release> = {}): Release {
  const status: ReleaseStatus = more.status ?? "succeeded";
  return {
    version,
    code_version: version,
    id: `r-${version}`,
    current: false,
    mark: markOf(status, more.current ?? false),
    eligible_for_rollback: true,
    slug: `s-${version}`,
    commit: sha(`4be2${version.toString(16)}`),
    released_at: at,
    updated_at: iso(Date.parse(at) + 40_000),
    description: "Deploy 4be21d7a",
    cause: { cause: "deploy" },
    artifacts: [{ id: `s-${version}`, kind: "slug" }],
    add_on_plans: null,
    user: "release-bot@acme.example",
    pull_requests: [],
    output_url: status === "failed" ? `https://output.heroku.example/${version}` : null,
    watch: null,
    marked_bad: null,
    ...more,
    status,
  };
}

/** What Rust says of a release of an environment that is well. */
function markOf(status: ReleaseStatus, live: boolean): Release["mark"] {
  if (status === "pending") return "releasing";
  return status === "succeeded" ? (live ? "live" : "past") : status;
}

export function dynos(up: number, crashed: number): Instance[] {
  return Array.from({ length: up + crashed }, (_, i) => ({
    name: `web.${i + 1}`,
    process: "web",
    state: i < crashed ? "crashed" : "up",
    release_version: 1846,
    updated_at: before(600),
  }));
}

export function environment(
  name: string,
  app: string,
  releases: Release[],
  more: Partial<Environment> = {},
): Environment {
  return {
    name,
    app,
    build_app: `${app}-build`,
    production: name === "production",
    health: "healthy",
    down_since: null,
    dynos: dynos(8, 0),
    formation: [{ name: "web", quantity: 8 }],
    formation_read_at: null,
    formation_at_release: null,
    outage: null,
    process_outage: null,
    health_reason: null,
    failed_release: null,
    health_history: [{ from: before(3600), level: "good" }],
    probe: { status: 200, milliseconds: 84, checked_at: before(12) },
    current: releases.find((r) => r.current) ?? null,
    releases,
    releases_complete: false,
    rollback_target: releases.filter((r) => r.status === "succeeded" && !r.current)[0]?.version ?? null,
    rollback_blocked: null,
    usual_release_seconds: 46,
    maintenance: false,
    maintenance_at: before(3),
    preboot: false,
    switching_until: null,
    pipeline: `${app}-pipeline`,
    watch: null,
    pin: null,
    pin_progress: null,
    on_its_way: null,
    incident: null,
    build: {
      id: `b-${app}`,
      status: "succeeded",
      commit: releases[0]?.commit ?? null,
      slug: releases[0]?.slug ?? null,
      created_at: before(700),
      updated_at: before(460),
      output_url: null,
      released: true,
    },
    ...more,
  };
}

export function commit(number: number | null, title: string, author: string, at: string): Commit {
  return {
    sha: sha(`${(number ?? 7).toString(16)}ab9f3c`),
    author,
    title,
    committed_at: at,
    pull_request: number,
    pull_request_title: number === null ? null : title,
    pull_request_author: author,
    pull_request_merged_at: null,
    parents: [],
    reverts_commits: [],
    reverts_pull_requests: [],
    pull_request_reverts: [],
  };
}

export function alert(kind: Alert["kind"], severity: Alert["severity"], message: string, since: string): Alert {
  return {
    id: `${kind}-3f9a1c`,
    kind,
    severity,
    message,
    since,
    subject: { pull_request: null, pipeline: null, environment: null, release: null },
  };
}

export function config(name: string): Service {
  return {
    name,
    repo: `acme/${name}`,
    branch: "main",
    ci: { provider: "circleci", slug: `gh/acme/${name}` },
    environments: ["production", "staging"].map((env) => ({
      name: env,
      provider: "heroku" as const,
      app: `${name}-${env}`,
      build_app: `${name}-${env}-build`,
      health_url: `https://${name}-${env}.example/health`,
      production: null,
      stage: null,
      watch_minutes: null,
    })),
    accounts: [],
    migration_paths: ["**/db/migrate/**"],
  };
}

export function service(name: string, more: Partial<FakeService> = {}): FakeService {
  const at = before(3);
  return {
    name,
    repo: `acme/${name}`,
    branch: "main",
    config: config(name),
    ci: `circleci:gh/acme/${name}`,
    stale: false,
    sources: [
      { source: { kind: "code" }, provider: "github", observed_at: at, asked_at: at, error: null },
      { source: { kind: "ci" }, provider: "circleci", observed_at: at, asked_at: at, error: null },
      {
        source: { kind: "environment", name: "production" },
        provider: "heroku",
        observed_at: at,
        asked_at: at,
        error: null,
      },
      {
        source: { kind: "environment", name: "staging" },
        provider: "heroku",
        observed_at: at,
        asked_at: at,
        error: null,
      },
    ],
    main: [],
    pull_requests: [],
    open_pull_requests: more.pull_requests?.length ?? 0,
    branch_news: { since: null, told: [], reset: null },
    repository: {
      renamed_to: null,
      archived: false,
      pull_requests_cut: false,
      check_runs_hidden: false,
      not_told: [],
      branch_renamed_to: null,
    },
    rules: {
      required_checks: ["build-app", "integration"],
      required_approvals: 1,
      merge_queue: null,
      auto_merge_allowed: true,
      archived: false,
      linear_history: false,
      app_checks: [],
      expected_checks: [],
      seen_heads: [],
      conversation_resolution: false,
      code_owner_reviews: false,
      signatures: false,
    },
    merge_methods: ["squash", "merge", "rebase"],
    pipelines: [],
    push_workflows: ["deploy"],
    environments: [
      environment("production", `${name}-production`, [
        release(212, before(90_000), { current: true }),
        release(211, before(180_000)),
      ]),
      environment("staging", `${name}-staging`, [
        release(377, before(90_000), { current: true }),
        release(376, before(180_000)),
      ]),
    ],
    alerts: [],
    dismissals: [],
    usual: { pipeline: estimate(480), jobs: {}, rollback: { production: estimate(40), staging: estimate(35) } },
    mark: "healthy",
    sentence: {
      mark: "healthy",
      text: "Production is healthy. Nothing in flight.",
      detail: ["v212 live for 1 d 1 h"],
      word: "",
    },
    actions: [],
    off: [],
    may_write: true,
    overview: {
      group: "quiet",
      since: null,
      word: "",
      waiting: [],
      mergeable: 0,
      mine: 0,
      staging: { difference: "unknown", environment: "staging" },
      people: [],
    },
    pages: {
      pull_request: `https://github.com/acme/${name}/pull/{number}`,
      environments: Object.fromEntries(
        ["production", "staging"].map((environment) => {
          const app = `https://dashboard.heroku.com/apps/${name}-${environment}`;
          return [environment, { app, releases: `${app}/activity` }];
        }),
      ),
    },
    ...more,
  };
}

export function account(provider: string, more: Partial<AccountState> = {}): AccountState {
  const url = vendors.find((vendor) => vendor.id === provider)?.default_url ?? `https://${provider}.example`;
  return {
    id: provider,
    provider,
    url,
    ok: true,
    user: provider === "heroku" ? "lena@acme.example" : "lena-h",
    rate:
      provider === "circleci"
        ? null
        : {
            limit: provider === "github" ? 5000 : 4500,
            remaining: provider === "github" ? 4812 : 4390,
            reset_at: before(-1800),
          },
    budgets:
      provider === "circleci"
        ? []
        : provider === "github"
          ? [
              { name: "core", limit: 5000, remaining: 4988, reset_at: before(-2400) },
              { name: "graphql", limit: 5000, remaining: 4812, reset_at: before(-1800) },
            ]
          : [{ name: "core", limit: 4500, remaining: 4390, reset_at: null }],
    wait_until: null,
    asked_last_hour: provider === "github" ? 112 : 640,
    free_last_hour: provider === "github" ? 8 : 0,
    at_once: 24,
    most_at_once: 64,
    error: null,
    tested_at: before(600),
    token: "keychain",
    read_only: false,
    expires_at: null,
    capabilities: [],
    ...more,
  };
}
