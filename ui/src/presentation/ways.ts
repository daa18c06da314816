// The one button beside what waits: what it says, and what it opens.
import type { Action, Place, ServiceView, WaitingCause } from "../ipc/types";
import { since, span } from "./time";

export interface Way {
  words: string;
  /** The whole name: which object, and that it asks first. */
  name: string;
  key: string | null;
  /** Null where it can only be looked at. */
  action: Action | null;
  place: Place;
  blocked: string | null;
}

export function wayOf(service: ServiceView, cause: WaitingCause): Way {
  const place = placeOf(service, cause);
  const said = cause.action ? ofAction(service, cause.action) : cause.blocked === null ? null : wouldBe(service, cause);
  if (said === null)
    return {
      words: "Open",
      name: `Open ${service.name}: ${cause.text}`,
      key: null,
      action: null,
      place,
      blocked: null,
    };
  return { ...said, name: `${said.name}, asks first`, action: cause.action, place, blocked: cause.blocked };
}

type Said = Pick<Way, "words" | "name" | "key">;

const numberOf = (service: ServiceView, id: string): string => {
  const pipeline = service.pipelines.find((one) => one.id === id);
  return pipeline ? `#${pipeline.number}` : "pipeline";
};

function rollback(service: ServiceView, name: string, to: number | null): Said {
  const target = to ?? service.environments.find((one) => one.name === name)?.rollback_target ?? null;
  const where = target === null ? "" : ` to v${target}`;
  return { words: "Roll back…", name: `Roll back ${service.name} ${name}${where}`, key: "R" };
}

function ofAction(service: ServiceView, action: Action): Said {
  const pull = (number: number) => `pull request ${number} of ${service.name}`;
  const of = (id: string) => `pipeline ${numberOf(service, id)} of ${service.name}`;
  switch (action.action) {
    case "roll_back":
      return rollback(service, action.environment, action.to);
    case "merge":
      return { words: `Merge #${action.number}…`, name: `Merge ${pull(action.number)}`, key: "M" };
    case "enqueue":
      return {
        words: `Add #${action.number} to queue…`,
        name: `Add ${pull(action.number)} to the merge queue`,
        key: "M",
      };
    case "dequeue":
      return { words: `Take #${action.number} out…`, name: `Take ${pull(action.number)} out of the queue`, key: null };
    case "enable_auto_merge":
      return {
        words: `Auto-merge #${action.number}…`,
        name: `Turn on auto-merge of ${pull(action.number)}`,
        key: null,
      };
    case "disable_auto_merge":
      return { words: `Auto-merge off…`, name: `Turn off auto-merge of ${pull(action.number)}`, key: null };
    case "update_branch":
      return { words: `Update #${action.number}…`, name: `Update ${pull(action.number)}`, key: null };
    case "revert":
      return { words: `Revert #${action.number}…`, name: `Revert ${pull(action.number)}`, key: "V" };
    case "rerun":
      return { words: `Rerun ${numberOf(service, action.pipeline)}…`, name: `Rerun ${of(action.pipeline)}`, key: "F" };
    case "cancel":
      return {
        words: `Cancel ${numberOf(service, action.pipeline)}…`,
        name: `Cancel ${of(action.pipeline)}`,
        key: "X",
      };
    case "approve":
      return {
        words: `Approve ${numberOf(service, action.pipeline)}…`,
        name: `Approve ${of(action.pipeline)}`,
        key: "H",
      };
    case "promote":
      return { words: "Promote…", name: `Promote ${service.name} ${action.from} to ${action.to}`, key: null };
    case "release":
      return { words: "Release…", name: `Release ${service.name} to ${action.environment}`, key: null };
  }
}

/** What could be asked for if it were not blocked. */
function wouldBe(service: ServiceView, { alert, subject }: WaitingCause): Said | null {
  const { pipeline, environment, pull_request: number } = subject;
  const name = service.name;
  if (alert === "production_down" && environment !== null) return rollback(service, environment, null);
  if (alert === "approval_waiting" && pipeline !== null)
    return ofAction(service, { action: "approve", service: name, pipeline, job: null });
  if (alert === "pipeline_failed" && pipeline !== null)
    return ofAction(service, { action: "rerun", service: name, pipeline });
  if (alert === "release_failed" && environment !== null)
    return ofAction(service, { action: "release", service: name, environment, code: { of: "build" } });
  if (alert === null && number !== null)
    return ofAction(service, { action: "merge", service: name, number, method: null });
  return null;
}

function placeOf(service: ServiceView, { alert, subject }: WaitingCause): Place {
  if (alert === "outcome_unknown") return { place: "journal" };
  if (alert === "sign_in_again" || alert === "production_not_said") return { place: "settings" };
  if (subject.pipeline !== null) return { place: "pipeline", service: service.name, pipeline: subject.pipeline };
  if (subject.pull_request !== null)
    return { place: "pull_request", service: service.name, number: subject.pull_request };
  return { place: "flow", service: service.name };
}

/** What stands under the cause: since when, and what to know beside it. */
export function besideCause(service: ServiceView, cause: WaitingCause, now: number): string {
  if (cause.blocked !== null) return cause.blocked;
  const waited = cause.alert === "production_down" ? null : since(cause.since, now);
  const detail = cause.detail ?? splitDetail(service, cause);
  return [waited === null ? null : `for ${span(waited)}`, detail].filter((part) => part !== null).join("; ");
}

function splitDetail(service: ServiceView, cause: WaitingCause): string | null {
  const { staging } = service.overview;
  if (cause.alert !== null || cause.subject.environment === null || !("lacks" in staging)) return null;
  const [first, ...more] = staging.lacks.pull_requests;
  if (first === undefined) return null;
  return more.length === 0
    ? `#${first} is in production only`
    : `#${first} and ${more.length} more are in production only`;
}
