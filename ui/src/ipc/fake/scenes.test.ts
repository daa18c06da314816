import { describe, expect, it } from "vitest";
import types from "../types.ts?raw";
import { SCENES, scene } from "./scenes";

/** The words of a vocabulary, as the generated types have them. */
function wordsOf(type: string): string[] {
  const declared = new RegExp(`export type ${type} =([^;]*);`).exec(types)?.[1] ?? "";
  const words = [...declared.matchAll(/"(\w+)"/g)].map((found) => found[1]!);
  expect(words.length, type).toBeGreaterThan(1);
  return words;
}

/** Every value of these fields, in any scene. */
function shown(fields: readonly string[]): Set<string> {
  const found = new Set<string>();
  const walk = (value: unknown, field: string) => {
    if (typeof value === "string" && fields.includes(field)) found.add(value);
    else if (Array.isArray(value)) value.forEach((one) => walk(one, field));
    else if (typeof value === "object" && value !== null)
      for (const [name, one] of Object.entries(value)) walk(one, `${field.split(".").pop()}.${name}`);
  };
  for (const name of SCENES) walk(scene(name), name);
  return found;
}

const VOCABULARIES: [type: string, ...fields: string[]][] = [
  ["Readiness", "pull_requests.readiness"],
  ["CauseKind", "causes.kind"],
  ["CheckStatus", "check_list.status"],
  ["ReviewState", "reviews.state"],
  ["QueueState", "queue.state"],
  ["PipelineStatus", "pipelines.status"],
  ["JobStatus", "jobs.status"],
  ["Health", "environments.health"],
  ["ReleaseMark", "releases.mark", "current.mark"],
  ["ReleaseStatus", "releases.status"],
  ["Mark", "services.mark"],
  ["AlertKind", "alerts.kind"],
  ["InboxKind", "inbox.kind"],
  ["EntryState", "actions.state"],
  ["EntryKind", "entries.kind", "log.kind"],
  ["OpenedBy", "incidents.opened_by"],
  ["SourceErrorKind", "error.kind"],
  ["TokenPlace", "accounts.token"],
];

describe("the scenes", () => {
  for (const [type, ...fields] of VOCABULARIES)
    it(`have every word of ${type}`, () => {
      const has = shown(fields);
      expect(wordsOf(type).filter((word) => !has.has(word))).toEqual([]);
    });
});
