// A service as it is being edited, and what it was proposed as.
import type { Part, PartKind, Proposal, Service } from "../../../ipc/types";

export interface Row {
  key: number;
  name: string;
  app: string;
  build: string;
  health: string;
  /** The environment it was proposed as. */
  of: string | null;
  /** The app that the platform's stage was read of, with it. */
  staged: { app: string; stage: string } | null;
}
export type CiKind = "none" | "circleci" | "github";
export interface Draft {
  name: string;
  repo: string;
  branch: string;
  kind: CiKind;
  ci: string;
  rows: Row[];
  accounts: string[];
  migrations: string[];
}

const MIGRATIONS = [
  "**/db/migrate/**",
  "**/migrations/**",
  "**/prisma/migrations/**",
  "**/alembic/versions/**",
  "**/priv/repo/migrations/**",
  "**/db/migration/**",
];

export function empty(repo = ""): Draft {
  const rows = ["production", "staging"].map((name, key) => ({
    key,
    name,
    app: "",
    build: "",
    health: "",
    of: null,
    staged: null,
  }));
  return {
    name: repo.split("/")[1] ?? "",
    repo,
    branch: "main",
    kind: "circleci",
    ci: "",
    rows,
    accounts: [],
    migrations: MIGRATIONS,
  };
}

export function drafted(proposal: Proposal): Draft {
  const s = proposal.service;
  const rows = s.environments.map((e, key) => ({
    key,
    name: e.name,
    app: e.app,
    build: e.build_app ?? "",
    health: e.health_url ?? "",
    of: e.name,
    staged: e.stage === null ? null : { app: e.app, stage: e.stage },
  }));
  return {
    name: s.name,
    repo: s.repo,
    branch: s.branch,
    kind: s.ci === null ? "none" : s.ci.provider === "github" ? "github" : "circleci",
    ci: s.ci?.slug ?? "",
    rows,
    accounts: s.accounts,
    migrations: s.migration_paths,
  };
}

export function service(draft: Draft): Service {
  const none = (text: string) => (text.trim() === "" ? null : text.trim());
  const used = draft.rows.filter((r) => r.app.trim() !== "");
  return {
    name: draft.name.trim(),
    repo: draft.repo.trim(),
    branch: draft.branch.trim(),
    ci: project(draft),
    environments: used.map((r) => ({
      name: r.name.trim(),
      provider: "heroku",
      app: r.app.trim(),
      build_app: none(r.build),
      health_url: none(r.health),
      production: null,
      stage: r.staged?.app === r.app.trim() ? r.staged.stage : null,
    })),
    accounts: draft.accounts,
    migration_paths: draft.migrations,
  };
}

/** Why it cannot be added yet; Rust checks it again. */
export function missing(draft: Draft): string | null {
  const used = draft.rows.filter((r) => r.app.trim() !== "");
  if (draft.name.trim() === "") return "Give the service a name";
  if (!/^[^/\s]+\/[^/\s]+$/.test(draft.repo.trim())) return "The repository is OWNER/REPO";
  if (draft.branch.trim() === "") return "Name the branch";
  if (used.some((r) => r.name.trim() === "")) return "Name every environment";
  return null;
}

export function partOf(proposal: Proposal | null, kind: PartKind, environment: string | null): Part | null {
  return proposal?.parts.find((p) => p.part === kind && p.environment === environment) ?? null;
}

/** GitHub Actions runs in the repository itself unless another is named. */
function project(draft: Draft): Service["ci"] {
  const slug = draft.ci.trim();
  if (draft.kind === "github") return { provider: "github", slug: slug === "" ? draft.repo.trim() : slug };
  return draft.kind === "none" || slug === "" ? null : { provider: "circleci", slug };
}
