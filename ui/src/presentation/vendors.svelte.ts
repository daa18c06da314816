// The vendors that this program was started with: what people call them and their things, in Rust's words.
import type { CiProject, Environment, EnvironmentConfig, ServiceView, Vendor } from "../ipc/types";

type Platform = NonNullable<Vendor["platform"]>;
type Ci = NonNullable<Vendor["ci"]>;

let known = $state.raw<readonly Vendor[]>([]);

/** Takes the list that Rust told with the world. */
export function knowVendors(told: readonly Vendor[]) {
  known = told;
}

/** In the order in which they are listed; none before the first answer. */
export const vendors = (): readonly Vendor[] => known;
export const vendor = (id: string): Vendor | null => vendors().find((one) => one.id === id) ?? null;

/** The vendor's title; of one that this program does not know, its id. */
export const vendorTitle = (id: string): string => vendor(id)?.title ?? id;

/** The CI's own name: it can go through an account of a vendor with another title. */
export function ciTitle(service: ServiceView): string {
  const id = service.config.ci?.provider;
  return id === undefined ? "CI" : (vendor(id)?.ci?.title ?? vendorTitle(id));
}

/** A CI's project in the form of the command line and of proposals: `NAME:PROJECT`. */
export const ciTexts = (project: CiProject | null): string =>
  project === null ? "" : `${vendor(project.provider)?.ci?.name ?? project.provider}:${project.slug}`;

export const codeHost = (): Vendor | null => vendors().find((one) => one.code_host !== null) ?? null;
/** Where pull requests live, in the middle of a sentence. */
export const codeHostTitle = (): string => codeHost()?.code_host?.title ?? "the code host";

/** Those whose project must be named come first: a service can still have none of them. */
export function cis(): { id: string; ci: Ci }[] {
  const all = vendors().flatMap((one) => (one.ci === null ? [] : [{ id: one.id, ci: one.ci }]));
  return all.sort((a, b) => Number(a.ci.project_is_repository) - Number(b.ci.project_is_repository));
}

export const platforms = (): { id: string; platform: Platform }[] =>
  vendors().flatMap((one) => (one.platform === null ? [] : [{ id: one.id, platform: one.platform }]));

const configOf = (service: ServiceView, env: Environment): EnvironmentConfig | null =>
  service.config.environments.find((config) => config.name === env.name) ?? null;

/** Null where the environment is of a platform that this program does not know. */
export function platformOf(service: ServiceView, env: Environment): Platform | null {
  const config = configOf(service, env);
  return config === null ? null : (vendor(config.provider)?.platform ?? null);
}

export const platformTitle = (service: ServiceView, env: Environment): string =>
  platformOf(service, env)?.title ?? configOf(service, env)?.provider ?? "the platform";

/** What the platform calls one running copy of an app. */
export const instanceWord = (service: ServiceView, env: Environment): string =>
  platformOf(service, env)?.instance ?? "instance";

/** `a`, `a and b`, `a, b and c`. */
export const listed = (names: readonly string[], last = "and"): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${last} ${names[names.length - 1]}`;

/** What an account of the vendor is for. */
export function vendorUse(one: Vendor): string {
  if (one.code_host !== null) return "PRs, checks, reviews; merge and revert";
  const uses = [
    one.ci === null ? null : "Pipelines, jobs, logs; rerun, cancel, approve",
    one.platform === null ? null : `Releases, ${one.platform.instance}s, config names; roll back`,
  ];
  return uses.filter((use) => use !== null).join(". ");
}
