// Two releases side by side, in words. What lies between them, Rust has read. Pure.
import type {
  Action,
  ComparedChange,
  ComparedConfig,
  ComparedRelease,
  Comparison,
  ComparisonSide,
  ConfigPresence,
  Environment,
  MigrationEffect,
  Release,
  ReleaseName,
  RollbackDetail,
  ServiceView,
} from "../ipc/types";
import { ofRelease, plural, productionOf, short, title } from "./state";
import { moment } from "./time";

export interface Pair {
  base: ReleaseName;
  head: ReleaseName;
}

const live = (environment: string): ReleaseName => ({ environment, version: null });
const environmentOf = (service: Pick<ServiceView, "environments">, name: string): Environment | null =>
  service.environments.find((env) => env.name === name) ?? null;

/** What staging brings to production; null where there are not both. */
export function stagingPair(service: ServiceView): Pair | null {
  const { staging } = service.overview;
  const production = productionOf(service);
  if (staging.difference === "no_staging" || production === null) return null;
  const head = environmentOf(service, staging.environment);
  return head?.current && production.current ? { base: live(production.name), head: live(head.name) } : null;
}

/** The release whose code ran before this one; null where it is not known. */
export function releaseBefore(env: Environment, version: number): Release | null {
  const code = (release: Release) => release.code_version ?? release.version;
  const at = env.releases.find((one) => one.version === version);
  const ran = env.releases.filter((one) => one.version < version && one.status === "succeeded");
  return (at && ran.find((one) => code(one) !== code(at))) ?? ran[0] ?? null;
}

/** What the live release brought to the environment. */
export function lastTwo(env: Environment | null): Pair | null {
  if (!env?.current) return null;
  const earlier = releaseBefore(env, env.current.version);
  return earlier && { base: { environment: env.name, version: earlier.version }, head: live(env.name) };
}

/** Where no release is named: staging against production, else what is live against what was live before. */
export function likelyPair(service: ServiceView): Pair | null {
  return stagingPair(service) ?? lastTwo(productionOf(service) ?? service.environments[0] ?? null);
}

/** What is worth comparing with an environment's live release, and the words of what does it. */
export function pairOf(service: ServiceView, env: Environment): (Pair & { words: string }) | null {
  const production = productionOf(service);
  if (env.current && production?.current && env !== production && !env.production)
    return { base: live(production.name), head: live(env.name), words: `Compare ${env.name} with ${production.name}` };
  const pair = lastTwo(env);
  return pair && { ...pair, words: `Compare ${env.name} with v${pair.base.version}, which ran before` };
}

/** An earlier release is what live is compared with; a live one is compared with what ran before it. */
export function pairOfRelease(env: Environment, release: Release): (Pair & { words: string }) | null {
  const named = { environment: env.name, version: release.version };
  if (env.current && release.version !== env.current.version)
    return release.version < env.current.version
      ? { base: named, head: live(env.name), words: "Compare with what is live" }
      : { base: live(env.name), head: named, words: "Compare with what is live" };
  const before = releaseBefore(env, release.version);
  return (
    before && {
      base: { environment: env.name, version: before.version },
      head: named,
      words: `Compare with v${before.version}, which ran before`,
    }
  );
}

/** The two releases that a plan is about, the one that is left or reached by it last. */
export function pairOfPlan(action: Action, rollback: RollbackDetail | null): Pair | null {
  if (action.action === "promote") return { base: live(action.to), head: live(action.from) };
  if (action.action !== "roll_back" || rollback === null) return null;
  const of = (version: number) => ({ environment: action.environment, version });
  return { base: of(rollback.to_version), head: of(rollback.from_version) };
}

/** The number that is meant; null where nothing is known to run. */
export function versionOf(service: Pick<ServiceView, "environments">, name: ReleaseName): number | null {
  return name.version ?? environmentOf(service, name.environment)?.current?.version ?? null;
}

export const samePair = (service: ServiceView, a: Pair | null, b: Pair | null): boolean =>
  a !== null &&
  b !== null &&
  (["base", "head"] as const).every(
    (of) =>
      a[of].environment === b[of].environment &&
      versionOf(service, a[of]) !== null &&
      versionOf(service, a[of]) === versionOf(service, b[of]),
  );

export interface ReleaseOption {
  value: string;
  text: string;
  name: ReleaseName;
}

const valueOf = (environment: string, version: number | null) => JSON.stringify([environment, version]);
export const optionValue = (service: ServiceView, name: ReleaseName) =>
  valueOf(name.environment, versionOf(service, name));

/** `v655, live, 6c20e1b, 3 h 12 min` */
function optionText(release: Release, now: number): string {
  const words = release.mark === "past" ? null : ofRelease(release).word.toLowerCase();
  const since = moment(release.released_at, now);
  return [`v${release.version}`, words, short(release.commit) || "commit not known", since]
    .filter((part) => part !== null)
    .join(", ");
}

/** Of every environment its releases, newest first. `also` is listed where it is older than those. */
export function releaseOptions(
  service: ServiceView,
  also: ReleaseName,
  now: number,
): { environment: string; options: ReleaseOption[] }[] {
  return service.environments.map((env) => {
    const options = env.releases.map((release) => ({
      value: valueOf(env.name, release.version),
      text: optionText(release, now),
      name: { environment: env.name, version: release.version },
    }));
    const version = also.environment === env.name ? versionOf(service, also) : null;
    if (version !== null && !env.releases.some((one) => one.version === version))
      options.push({
        value: valueOf(env.name, version),
        text: `v${version}`,
        name: { environment: env.name, version },
      });
    return { environment: env.name, options };
  });
}

/** `Base, production, version 655` */
export function pickerName(service: ServiceView, role: "Base" | "Head", name: ReleaseName): string {
  const version = versionOf(service, name);
  return `${role}, ${name.environment}, ${version === null ? "nothing is known to run" : `version ${version}`}`;
}

/** With its environment, where the other is of another one. */
export function sideName(one: ComparedRelease, other: ComparedRelease): string {
  return one.environment === other.environment ? `v${one.version}` : one.environment;
}

/** Null: its files were not read. */
export const changesDatabase = (change: ComparedChange): boolean | null =>
  change.migrations === null ? null : change.migrations.length > 0;

export const migrationWords: Record<MigrationEffect, { text: string; tone: "warn" | "second" | "grey" }> = {
  drops: { text: "Drops data: no way back brings its data back", tone: "warn" },
  retypes: { text: "Changes or renames columns: no way back brings its data back", tone: "warn" },
  adds: { text: "Adds to the database; old code should ignore it", tone: "second" },
  unknown: { text: "Slipway cannot tell what it does to the database", tone: "grey" },
};

const GRAVITY: MigrationEffect[] = ["drops", "retypes", "unknown", "adds"];
/** Those of one effect together, the gravest first. */
export function migrationLines(change: ComparedChange): { effect: MigrationEffect; paths: string[] }[] {
  const all = change.migrations ?? [];
  return GRAVITY.map((effect) => ({
    effect,
    paths: all.filter((one) => one.effect === effect).map((one) => one.path),
  })).filter((line) => line.paths.length > 0);
}

export type GroupKind = "database" | "pulls" | "commits" | "cancelling";

export interface ChangeRow {
  key: string;
  change: ComparedChange;
  /** What takes it back in the same range. */
  revert: ComparedChange | null;
}

export interface ChangeGroup {
  kind: GroupKind;
  title: string;
  /** What stands beside the title. */
  note: string | null;
  rows: ChangeRow[];
}

const reference = (change: ComparedChange) =>
  change.pull_request === null ? short(change.sha) : `#${change.pull_request}`;
export const referenceOf = reference;

/** Every change of a side in exactly one group; groups without any are left out. */
export function groupsOf(side: ComparisonSide): ChangeGroup[] {
  const row = (change: ComparedChange, revert: ComparedChange | null = null): ChangeRow => ({
    key: `${change.pull_request ?? ""} ${change.sha}`,
    change,
    revert,
  });
  const database = side.changes.filter((one) => changesDatabase(one) === true);
  const others = side.changes.filter((one) => changesDatabase(one) !== true);
  const unread = others.some((one) => changesDatabase(one) === null);
  const note = unread ? "which of them change the database is not known" : null;
  const pairs = side.cancelling.map((pair) => row(pair.change, pair.revert));
  const all: ChangeGroup[] = [
    {
      kind: "database",
      title: "Change the database",
      note: null,
      rows: database.map((one) => row(one)),
    },
    {
      kind: "pulls",
      title: database.length > 0 ? "Other PRs" : "PRs",
      note,
      rows: others.filter((one) => one.pull_request !== null).map((one) => row(one)),
    },
    {
      kind: "commits",
      title: "Commits without a PR",
      note,
      rows: others.filter((one) => one.pull_request === null).map((one) => row(one)),
    },
    { kind: "cancelling", title: "Cancel each other", note: null, rows: pairs },
  ];
  return all.filter((group) => group.rows.length > 0);
}

export interface Account {
  text: string;
  /** Everything that was compared stands in a group. */
  adds: boolean;
}

/** `7 PRs + 2 commits + 2 in the pair = 11 commits, all that lie between them. None left out.` */
export function accountOf(side: ComparisonSide): Account | null {
  if (side.commits === 0) return null;
  const sum = (changes: readonly ComparedChange[]) => changes.reduce((total, one) => total + one.commits, 0);
  const pulls = side.changes.filter((one) => one.pull_request !== null);
  const single = side.changes.filter((one) => one.pull_request === null);
  const paired = side.cancelling.flatMap((pair) => [pair.change, pair.revert]);
  const ofPulls =
    sum(pulls) === pulls.length
      ? plural(pulls.length, "PR")
      : `${plural(pulls.length, "PR")} with ${plural(sum(pulls), "commit")}`;
  const parts = [
    pulls.length > 0 ? ofPulls : null,
    single.length > 0 ? plural(sum(single), "commit") : null,
    paired.length > 0 ? `${sum(paired)} in ${side.cancelling.length === 1 ? "the pair" : "pairs"}` : null,
  ].filter((part) => part !== null);
  const counted = sum(side.changes) + sum(paired);
  const total = plural(side.commits, "commit");
  if (counted !== side.commits)
    return { text: `${parts.join(" + ")} are ${counted} of ${total}: not all stand here.`, adds: false };
  const sentence = parts.length === 1 && single.length > 0 ? total : `${parts.join(" + ")} = ${total}`;
  return side.complete
    ? { text: `${sentence}, all that lie between them. None left out.`, adds: true }
    : { text: `${sentence}. Compare is cut here: there are more.`, adds: false };
}

/** Of the changes of both sides, the most first; of equals who came first. */
export function authorsOf(sides: readonly ComparisonSide[]): { author: string; changes: number }[] {
  const counts = new Map<string, number>();
  for (const { author } of sides.flatMap((side) => side.changes))
    if (author !== null) counts.set(author, (counts.get(author) ?? 0) + 1);
  return [...counts].map(([author, changes]) => ({ author, changes })).sort((a, b) => b.changes - a.changes);
}

const presence: Record<ConfigPresence, string> = { set: "set", not_set: "not set", unknown: "unknown" };

/** When the head's environment last changed it tells only of the head. */
export function configWords(config: ComparedConfig, of: "base" | "head", now: number): string {
  const word = presence[config[of]];
  const changed = of === "head" ? moment(config.changed_at, now) : null;
  if (changed === null) return word;
  if (config.head === "not_set" && config.base === "set") return `removed ${changed}${ago(config, now)}`;
  return `${word}, changed ${changed}${ago(config, now)}`;
}
/** Up to six hours a time is a span. */
const ago = ({ changed_at }: ComparedConfig, now: number) =>
  changed_at !== null && now - Date.parse(changed_at) < 6 * 3_600_000 ? " ago" : "";

/** Names that the head has and the base has not: what new code reads there may be missing. */
export const missing = (comparison: Comparison): ComparedConfig[] =>
  (comparison.config ?? []).filter((one) => one.base === "not_set" && one.head === "set");

/** What the sentence leaves out. */
export function factsOf(comparison: Comparison): string[] {
  const { brings, lacks, base, head } = comparison;
  const commits = brings.commits + lacks.commits;
  const migrations = [...brings.changes, ...lacks.changes].reduce((sum, one) => sum + (one.migrations?.length ?? 0), 0);
  const absent = missing(comparison).length;
  return [
    commits > 0 ? `${plural(commits, "commit")} compared` : null,
    migrations > 0 ? plural(migrations, "migration") : null,
    absent > 0 ? `${plural(absent, "config name")} missing on ${sideName(base, head)}` : null,
  ].filter((fact) => fact !== null);
}

/** `Pull request 1176, Drop carts.legacy_token, drops data: no way back brings its data back, marek-d` */
export function changeName({ change, revert }: ChangeRow): string {
  const of = (one: ComparedChange) =>
    one.pull_request === null ? `Commit ${short(one.sha)}` : `Pull request ${one.pull_request}`;
  const words = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
  return [
    of(change),
    change.title,
    ...migrationLines(change).map(({ effect }) =>
      effect === "unknown" ? migrationWords.unknown.text : words(migrationWords[effect].text),
    ),
    revert === null ? null : `and its revert, ${words(of(revert))}: nothing of it arrives`,
    change.author,
  ]
    .filter((part) => part !== null && part !== "")
    .join(", ");
}

/** What of the releases has changed since they were compared: `production runs v656 by now` */
export function movedOn(service: ServiceView, pair: Pair, comparison: Comparison): string | null {
  const moved = (["base", "head"] as const).flatMap((of) => {
    const now = versionOf(service, pair[of]);
    return now !== null && now !== comparison[of].version ? [`${title(pair[of].environment)} runs v${now} by now`] : [];
  });
  return moved.length === 0 ? null : `${moved.join(", and ")}.`;
}
