// Builders of services for the boards of many. Development only.
import type { AlertKind, Commit, Environment, Release, Subject } from "../types";
import type { FakeService } from "./views";
import { alert, before, commit, dynos, environment, iso, release, service, sha } from "./parts";
import { pr } from "./pulls";

export const MINUTE = 60;
export const HOUR = 3600;
const noSubject: Subject = { pull_request: null, pipeline: null, environment: null, release: null };
export const because = (kind: AlertKind, message: string, ago: number, subject: Partial<Subject> = {}) => ({
  ...alert(kind, kind === "production_down" ? "hurt" : "problem", message, before(ago)),
  subject: { ...noSubject, ...subject },
});
/** A day of November and a clock. */
export const on = (day: number, clock: string) => {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return iso(new Date(2026, 10, day, hours, minutes).getTime());
};

export interface Told {
  /** Version, then when it went live: the newest first. */
  live: [version: number, at: string, ...rest: string[]];
  staging: number | null;
  /** When it failed. */
  failed?: string[];
  people: string[];
  open?: number;
  ready?: number;
}

const live = (version: number, times: string[], failed: string[], commit: string): Release[] => {
  const all = [...times.map((at) => ({ at, failed: false })), ...failed.map((at) => ({ at, failed: true }))];
  all.sort((a, b) => b.at.localeCompare(a.at));
  const first = all.findIndex((one) => !one.failed);
  return all.map(({ at, failed: broke }, i) =>
    release(version + first - i, at, {
      status: broke ? "failed" : "succeeded",
      current: i === first,
      commit: i === first ? commit : sha(`${version - i}ab`),
      pull_requests: i === first ? [31, 32, 33, 34, 35, 36] : [],
      ...(i === first ? { code_version: version } : {}),
    }),
  );
};

const main = (people: string[]): Commit[] =>
  people.map((author, i) => commit(31 + i, `Change ${31 + i}`, author, before(HOUR * (i + 2))));

export function one(name: string, told: Told, more: Partial<FakeService> = {}, production: Partial<Environment> = {}) {
  const [version, ...times] = told.live;
  const runs = sha(`${version.toString(16)}be21`);
  const releases = live(version, times, told.failed ?? [], runs);
  const staging = environment(
    "staging",
    `${name}-staging`,
    told.staging === null ? [] : [release(told.staging, times[0], { current: true, commit: runs })],
    { dynos: dynos(2, 0) },
  );
  const open = told.open ?? 0;
  return service(name, {
    main: main(told.people),
    pull_requests: Array.from({ length: open }, (_, i) =>
      pr(500 - i, `Change number ${i + 1}`, i < (told.ready ?? 0) ? "ready" : "review", { author: "marek-d" }),
    ),
    environments: [
      environment("production", `${name}-production`, releases, { releases_complete: true, ...production }),
      ...(told.staging === null ? [] : [staging]),
    ],
    ...more,
  });
}
