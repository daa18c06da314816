// Pipelines of today that have ended, and what became of each. Pure.
import type { Pipeline, ServiceView } from "../ipc/types";
import { inFlight, isMoving, isOfPush, ofPipeline, productionOf } from "./state";
import { at } from "./time";

/** Those that do not move any more, the newest first. */
export function endedOf(service: ServiceView): Pipeline[] {
  const moving = inFlight(service);
  return service.pipelines.filter((p) => !moving.includes(p) && (isOfPush(p) || !isMoving(p)));
}

const MOST = 12;
export function earlierToday(service: ServiceView, now: number): Pipeline[] {
  const today = new Date(now).toDateString();
  return endedOf(service)
    .filter((p) => new Date(at(p.created_at)).toDateString() === today)
    .slice(0, MOST);
}

/** What became of a pipeline, as its row says it. */
export function outcomeOf(service: ServiceView, p: Pipeline): { tone: "warn" | "second"; word: string; rest: string } {
  const main = productionOf(service) ?? service.environments[0] ?? null;
  const newer = service.pipelines.find((n) => n.number > p.number && n.branch === p.branch);
  if (p.error !== null) return { tone: "warn", word: "Could not start", rest: `: ${p.error}` };
  const failed = p.jobs.filter((j) => j.status === "failed").map((j) => j.name);
  if (p.status === "failed")
    return {
      tone: "warn",
      word: "Failed",
      rest:
        failed.length > 0
          ? ` in ${failed.slice(0, 2).join(", ")}${failed.length > 2 ? ` and ${failed.length - 2} more` : ""}`
          : "",
    };
  if (p.nothing_ran !== null) return { tone: "second", word: "Nothing ran", rest: `: ${p.nothing_ran}` };
  if (p.status === "canceled")
    return { tone: "second", word: newer ? `Cancelled, then #${newer.number}` : "Cancelled", rest: "" };
  if (p.status !== "passed") return { tone: "second", word: ofPipeline(p).word, rest: "" };
  for (const env of service.environments) {
    const release = env.releases.find(
      (r) =>
        r.commit !== null &&
        p.commit !== null &&
        r.commit.startsWith(p.commit.slice(0, 7)) &&
        at(r.released_at) >= at(p.created_at),
    );
    if (release?.status === "failed")
      return { tone: "warn", word: `${env.name} release failed`, rest: `: v${release.version}` };
  }
  const live = main?.releases.find(
    (r) => p.pull_request !== null && r.status === "succeeded" && r.pull_requests?.includes(p.pull_request),
  );
  return { tone: "second", word: live ? `Live as v${live.version}` : "Passed", rest: "" };
}
