// Two versions of a service: what differs, and what follows when somebody else has changed it meanwhile.
import type { EnvironmentConfig, Service } from "../../../ipc/types";
import { USUAL_WATCH, draftOf, service as made, type Draft, type Row } from "./draft";

export interface Difference {
  field: string;
  from: string;
  to: string;
}

const NONE = "none";
const said = (production: boolean | null): string => (production === null ? "not said" : production ? "yes" : "no");

function fieldsOf(service: Service): Map<string, string> {
  return new Map([
    ["name", service.name],
    ["repository", service.repo],
    ["branch", service.branch],
    ["CI", service.ci === null ? NONE : `${service.ci.provider} ${service.ci.slug}`],
    ["migrations", service.migration_paths.join(" ") || NONE],
    ["accounts", service.accounts.join(" ") || NONE],
  ]);
}

function environmentFields(config: EnvironmentConfig): Map<string, string> {
  const { name } = config;
  return new Map([
    [`${name} app`, `${config.provider} ${config.app}`],
    [`${name} build app`, config.build_app ?? NONE],
    [`${name} health URL`, config.health_url ?? NONE],
    [`${name} watch`, `${config.watch_minutes ?? USUAL_WATCH} min`],
    [`${name} production`, said(config.production)],
    [`${name} stage`, config.stage ?? NONE],
  ]);
}

const differing = (was: Map<string, string>, now: Map<string, string>): Difference[] =>
  [...was].flatMap(([field, from]) => {
    const to = now.get(field) ?? NONE;
    return to === from ? [] : [{ field, from, to }];
  });

/** Every field that differs; an environment that came or went is one. */
export function differences(was: Service, now: Service): Difference[] {
  const named = (service: Service, name: string) => service.environments.find((one) => one.name === name);
  const kept = was.environments.flatMap((before) => {
    const after = named(now, before.name);
    if (after === undefined) return [{ field: `${before.name} environment`, from: before.app, to: NONE }];
    return differing(environmentFields(before), environmentFields(after));
  });
  const added = now.environments
    .filter((one) => named(was, one.name) === undefined)
    .map((one) => ({ field: `${one.name} environment`, from: NONE, to: one.app }));
  const order = (service: Service) => service.environments.map((one) => one.name).join(", ");
  const moved =
    added.length === 0 &&
    was.environments.length === now.environments.length &&
    kept.length === 0 &&
    order(was) !== order(now)
      ? [{ field: "order of environments", from: order(was), to: order(now) }]
      : [];
  return [...differing(fieldsOf(was), fieldsOf(now)), ...kept, ...added, ...moved];
}

/** `theirs` with what was written here: a field that was not changed here is as they have it. */
export function merged(was: Service, theirs: Service, draft: Draft): Draft {
  const mine = made(draft);
  const [before, after] = [draftOf(was), draftOf(theirs)];
  const touched = (field: string) => fieldsOf(was).get(field) !== fieldsOf(mine).get(field);
  return {
    name: touched("name") ? draft.name : after.name,
    repo: touched("repository") ? draft.repo : after.repo,
    branch: touched("branch") ? draft.branch : after.branch,
    ...(touched("CI") ? { kind: draft.kind, ci: draft.ci } : { kind: after.kind, ci: after.ci }),
    accounts: touched("accounts") ? draft.accounts : after.accounts,
    migrations: touched("migrations") ? draft.migrations : after.migrations,
    rows: mergedRows(before, after, draft),
  };
}

const contentOf = (row: Row): string =>
  JSON.stringify([row.name, row.platform, row.app, row.build, row.health, row.production, row.watch, row.staged]);

function mergedRows(before: Draft, after: Draft, draft: Draft): Row[] {
  const of = (rows: Row[], name: string | null) => rows.find((row) => row.of === name);
  const kept = draft.rows.flatMap((row) => {
    const [was, theirs] = row.of === null ? [undefined, undefined] : [of(before.rows, row.of), of(after.rows, row.of)];
    if (was === undefined || contentOf(was) !== contentOf(row)) return [row];
    return theirs === undefined ? [] : [{ ...theirs, key: row.key }];
  });
  let key = Math.max(0, ...draft.rows.map((row) => row.key));
  const added = after.rows.filter(
    (row) => of(before.rows, row.of) === undefined && of(draft.rows, row.of) === undefined,
  );
  return [...kept, ...added.map((row) => ({ ...row, key: ++key }))];
}
