// Which releases an environment may go back to, when a person must choose.
import type { Environment, Release, ServiceView } from "../ipc/types";
import { environmentOff } from "./sources";
import { rollbackOf, short } from "./state";

/** The version whose code it runs. */
export const codeOf = (release: Release) => release.code_version ?? release.version;

/** Earlier releases with other code that the platform would put live again and nobody marked bad, newest first. */
export function rollbackCandidates(env: Environment): Release[] {
  const live = env.current;
  if (live === null) return [];
  return env.releases.filter(
    (r) =>
      r.version < live.version &&
      r.status === "succeeded" &&
      r.eligible_for_rollback &&
      r.marked_bad === null &&
      codeOf(r) !== codeOf(live),
  );
}

/** Why no rollback can be planned; null when there is a default, or a release to choose. */
export function rollbackBlocked(service: ServiceView, env: Environment): string | null {
  const off = environmentOff(service, env.name);
  if (off !== null) return off;
  if (env.rollback_target !== null || rollbackCandidates(env).length > 0) return null;
  return env.rollback_blocked ?? "There is no earlier release to go back to";
}

/** Whether the release must be named, because there is none that goes without saying. */
export function mustChoose(env: Environment): boolean {
  return env.rollback_target === null && rollbackCandidates(env).length > 0;
}

/** `v1844, 11d0e4f, #468, rolled back from` */
export function releaseChoice(env: Environment, release: Release): string {
  const prs = release.pull_requests ?? [];
  const brought = prs.length === 0 ? null : `#${prs[0]}${prs.length > 1 ? ` and ${prs.length - 1} more` : ""}`;
  const left = wasLeft(env, release) ? "rolled back from" : null;
  const parts = [`v${release.version}`, short(release.commit) || null, brought, left];
  return parts.filter((part) => part !== null).join(", ");
}

/** The pull requests that the rollback which is live took out: those of the releases it went back past. */
export function takenOut(env: Environment): number[] {
  const to = env.current === null ? null : rollbackOf(env.current);
  if (env.current === null || to === null) return [];
  const { version } = env.current;
  const past = env.releases.filter((r) => r.version > to && r.version < version && r.status === "succeeded");
  return past.flatMap((r) => r.pull_requests ?? []);
}

/** Whether a later rollback went back past it: its code was live and was taken out. */
function wasLeft(env: Environment, release: Release): boolean {
  return env.releases.some((r) => {
    const to = rollbackOf(r);
    return to !== null && r.status === "succeeded" && release.version > to && release.version < r.version;
  });
}
