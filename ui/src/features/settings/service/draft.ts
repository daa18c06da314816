// A service as it is being edited, and what it was proposed as.
import type { Part, PartKind, Proposal, Service } from "../../../ipc/types";
import { cis, platforms, vendor } from "../../../presentation/vendors.svelte";

/** Minutes for which a release is watched unless something else is said. */
export const USUAL_WATCH = 20;
const WATCHES = [5, 10, 15, USUAL_WATCH, 30, 40, 60];

export interface Row {
  key: number;
  name: string;
  /** The id of the platform. */
  platform: string;
  app: string;
  build: string;
  health: string;
  /** What a person said of it; null: nothing yet. */
  production: boolean | null;
  /** The environment it was proposed as, or is kept as. */
  of: string | null;
  /** The app that the platform's stage was read of, with it. */
  staged: { platform: string; app: string; stage: string } | null;
  /** How long a release is watched, in minutes; null: as long as usual. */
  watch: number | null;
}
export interface Draft {
  name: string;
  repo: string;
  branch: string;
  /** The id of the CI's vendor; empty for none. */
  kind: string;
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

/** A row of nothing but a name, of the first platform of the list. */
export const row = (key: number, name = ""): Row => ({
  key,
  name,
  platform: platforms()[0]?.id ?? "",
  app: "",
  build: "",
  health: "",
  production: null,
  of: null,
  staged: null,
  watch: null,
});

export function empty(repo = ""): Draft {
  const rows = ["production", "staging"].map((name, key) => row(key, name));
  return {
    name: repo.split("/")[1] ?? "",
    repo,
    branch: "main",
    kind: cis()[0]?.id ?? "",
    ci: "",
    rows,
    accounts: [],
    migrations: [...MIGRATIONS],
  };
}

export const drafted = (proposal: Proposal): Draft => draftOf(proposal.service);

export function draftOf(s: Service): Draft {
  const rows = s.environments.map((e, key) => ({
    key,
    name: e.name,
    platform: e.provider,
    app: e.app,
    build: e.build_app ?? "",
    health: e.health_url ?? "",
    production: e.production,
    of: e.name,
    staged: e.stage === null ? null : { platform: e.provider, app: e.app, stage: e.stage },
    watch: e.watch_minutes,
  }));
  return {
    name: s.name,
    repo: s.repo,
    branch: s.branch,
    kind: s.ci?.provider ?? "",
    ci: s.ci?.slug ?? "",
    rows,
    accounts: [...s.accounts],
    migrations: [...s.migration_paths],
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
      provider: r.platform,
      app: r.app.trim(),
      build_app: none(r.build),
      health_url: none(r.health),
      production: r.production,
      stage: r.staged?.app === r.app.trim() && r.staged.platform === r.platform ? r.staged.stage : null,
      watch_minutes: r.watch,
    })),
    accounts: [...draft.accounts],
    migration_paths: [...draft.migrations],
  };
}

/** Lengths to choose from, with one that is kept and not among them. */
export function watchChoices(kept: number | null): { value: number; text: string }[] {
  const all = kept === null || WATCHES.some((one) => one === kept) ? WATCHES : [...WATCHES, kept].sort((a, b) => a - b);
  return all.map((value) => ({ value, text: `${value} min` }));
}

/** Probes of a watch: every 10 s for 2 min, every 30 s to minute 10, then once a minute. */
export const probesOf = (minutes: number): number =>
  12 + Math.max(0, Math.min(minutes, 10) - 2) * 2 + Math.max(0, minutes - 10);

/** Why it cannot be saved: an environment that is there must not go because its app's field is empty. */
export function unfinished(draft: Draft): string | null {
  const nameless = draft.rows.find((r) => r.app.trim() === "" && (r.of !== null || r.build + r.health !== ""));
  if (nameless !== undefined) return `Name the app of ${nameless.name.trim() || "the environment"}, or remove it`;
  return missing(draft);
}

/** Why it cannot be added yet; Rust checks it again. */
export function missing(draft: Draft): string | null {
  const used = draft.rows.filter((r) => r.app.trim() !== "");
  if (draft.name.trim() === "") return "Give the service a name";
  if (!/^[^/\s]+\/[^/\s]+$/.test(draft.repo.trim())) return "The repository is OWNER/REPO";
  if (draft.branch.trim() === "") return "Name the branch";
  if (used.some((r) => r.platform === "")) return "No platform is known yet";
  if (used.some((r) => r.name.trim() === "")) return "Name every environment";
  return null;
}

export function partOf(proposal: Proposal | null, kind: PartKind, environment: string | null): Part | null {
  return proposal?.parts.find((p) => p.part === kind && p.environment === environment) ?? null;
}

/** Where the project of a repository is the repository, it is its own unless another is named. */
function project(draft: Draft): Service["ci"] {
  const own = vendor(draft.kind)?.ci?.project_is_repository === true ? draft.repo.trim() : "";
  const named = draft.ci.trim() || own;
  return draft.kind === "" || named === "" ? null : { provider: draft.kind, slug: named };
}
