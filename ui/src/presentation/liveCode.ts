// Which code an environment runs, whatever releases of config came after it.
import type { Environment, Release } from "../ipc/types";
import { rollbackOf } from "./state";

export interface LiveCode {
  /** Of the release that first brought the code. */
  version: number;
  since: string | null;
  /** The live release, where it has another version. */
  now: number | null;
}

const codeOf = (release: Release) => release.code_version ?? release.version;

export function liveCode(env: Pick<Environment, "current" | "releases">): LiveCode | null {
  const { current } = env;
  if (current === null) return null;
  const version = codeOf(current);
  // The release that first put this code live in an unbroken row: its age is the code's.
  let first = current;
  for (const release of env.releases) {
    if (release.status !== "succeeded" || release.version > current.version) continue;
    if (codeOf(release) !== version || rollbackOf(first) !== null) break;
    first = release;
  }
  return {
    version,
    since: first.released_at ?? current.released_at,
    now: current.version === version ? null : current.version,
  };
}
