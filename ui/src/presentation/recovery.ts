// The ways on while production is hurt, on one clock. Pure.
import type { Carrier, Environment, OnItsWay, RevertForecast, ServiceView } from "../ipc/types";
import { distinct } from "../kit/keys";
import type { IconName } from "../kit/shapes";
import { staleFor } from "./sources";
import { plural, title } from "./state";
import { estimate, hourMinute, since } from "./time";

/** A fact of a way, in a line. */
export interface Fact {
  icon: IconName;
  text: string;
  warns?: boolean;
  /** It is told elsewhere where there is room. */
  small?: boolean;
}

/** The clock that all ways share: how long it is, and where its lines are, from 0 to 1. */
export interface Clock {
  span: number;
  ticks: { at: number; text: string }[];
  /** `2 min` */
  step: string;
}

const STEPS = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];
const MOST_TICKS = 6;
const unit = (seconds: number) => (seconds < 60 ? 1 : seconds < 3600 ? 60 : 3600);
const unitWord = (seconds: number) => (seconds < 60 ? "s" : seconds < 3600 ? "min" : "h");

/** Long enough for the longest of them, with some room after it. */
export function clockOf(seconds: readonly number[]): Clock {
  const span = Math.max(120, ...seconds.map((one) => one * 1.16));
  const step = STEPS.find((one) => span / one <= MOST_TICKS) ?? STEPS[STEPS.length - 1]!;
  const count = Math.floor((span * 0.97) / step);
  const ticks = Array.from({ length: count }, (_, i) => {
    const value = ((i + 1) * step) / unit(step);
    return { at: ((i + 1) * step) / span, text: i === 0 ? `${value} ${unitWord(step)}` : String(value) };
  });
  return { span, ticks: [{ at: 0, text: "now" }, ...ticks], step: `${step / unit(step)} ${unitWord(step)}` };
}

/** What a rollback takes out, by the releases that are known; null where one of them does not tell. */
export function leavingBy(env: Environment, to: number): { pulls: number | null; config: number } {
  const past = env.releases.filter((one) => one.version > to && one.status === "succeeded");
  const pulls = past.some((one) => one.pull_requests === null)
    ? null
    : distinct(past.flatMap((one) => one.pull_requests ?? [])).length;
  const config = new Set(past.flatMap(({ cause }) => (cause?.cause === "config" ? cause.names : []))).size;
  return { pulls, config };
}

/** `4 PRs and 2 config changes leave` */
export function leaveWords(pulls: number | null, config: number | null): string {
  const prs = pulls === null ? "Which PRs leave is not known" : pulls === 0 ? "No PR" : plural(pulls, "PR");
  const changes = config === null ? "config changes not known" : config === 0 ? null : plural(config, "config change");
  if (pulls === null) return changes === null || config === null ? prs : `${prs}; ${changes} undone`;
  if (config === null) return `${prs} ${pulls === 1 || pulls === 0 ? "leaves" : "leave"}; ${changes}`;
  const many = pulls + config !== 1 && !(pulls === 0 && config === 0);
  return `${[prs, ...(changes === null ? [] : [changes])].join(" and ")} ${many ? "leave" : "leaves"}`;
}

/** What the revert forecast says. `at`: when it was asked. */
export function forecastWords(
  forecast: RevertForecast,
  branch: string,
  at: number,
): { text: string; good: boolean | null } {
  const { outcome, chain } = forecast;
  const tried = `tried on ${branch} at ${hourMinute(at)}`;
  if (chain.length > 0) return { text: `One revert is not enough: ${chain.map(hash).join(", then ")}`, good: false };
  switch (outcome.outcome) {
    case "clean":
      return { text: `Reverts cleanly, ${tried}`, good: true };
    case "nothing_left":
      return { text: `Nothing of it is left on ${branch}: a revert would change nothing`, good: false };
    case "conflicts": {
      const [first, ...more] = outcome.paths;
      const where = first === undefined ? "" : ` in ${first}${more.length === 0 ? "" : ` and ${more.length} more`}`;
      return { text: `Would conflict${where}, ${tried}`, good: false };
    }
    case "not_known":
      return { text: `Whether it reverts cleanly is not known: ${outcome.why}`, good: null };
  }
}
const hash = (number: number) => `#${number}`;

/** What must not come back: `#482`, `#482 and #483`, `#482 and 3 more`. */
export function badWords(bad: OnItsWay["bad"]): string {
  const names = bad.map((one) => (one.number === null ? one.id.slice(0, 7) : `#${one.number}`));
  if (names.length === 0) return "what is bad";
  return names.length < 3 ? names.join(" and ") : `${names[0]} and ${names.length - 1} more`;
}

/** Of a carrier, its names in the same form. */
export function carriesWords({ carries }: Pick<Carrier, "carries">): string {
  if (carries.length === 0) return "it";
  return carries.length < 3 ? carries.join(" and ") : `${carries[0]} and ${carries.length - 1} more`;
}

/** Seconds until it ships, counted on since the CI was read; null without an estimate. */
export function shipsIn(service: ServiceView, carrier: Carrier, now: number): number | null {
  if (carrier.ships_in_seconds === null) return null;
  const read = service.sources.find((one) => one.source.kind === "ci")?.observed_at;
  return Math.max(0, carrier.ships_in_seconds - (since(read, now) ?? 0));
}

/** Why it is not known that nothing more is on its way; null where all of it was read. */
export function notReadWords(way: OnItsWay | null): string | null {
  if (way === null) return "It counts as carrying it until it is read.";
  return way.unread.length === 0 ? null : `${title(way.unread.join(", "))} could not be read.`;
}

/** What happens if nobody does anything, in one or two lines. */
export function nothingFacts(service: ServiceView, way: OnItsWay | null, now: number): string[] {
  if (way === null) return ["What is on its way is not known"];
  const [first, ...more] = way.carriers;
  const old = staleFor(service, { kind: "ci" }, now);
  const stale = old === null ? [] : ["The CI was not read lately"];
  const notRead = notReadWords(way);
  if (first === undefined && notRead !== null) return ["What is on its way is not known", notRead];
  if (first === undefined)
    return [`Nothing on its way releases ${badWords(way.bad)} again, ${way.checked} checked`, ...stale];
  const done =
    first.progress === null ? null : `${shortLabel(service, first)} is ${Math.round(first.progress * 100)} % done`;
  const held = first.waits_for === null ? null : `waits for ${first.waits_for}`;
  const how = [done, held].filter((part) => part !== null).join(", ");
  const brings = first.known
    ? `${first.label} has ${carriesWords(first)}, without its revert`
    : `${first.label} may have ${carriesWords(first)}: not known`;
  return [
    brings,
    [how === "" ? null : how, more.length === 0 ? null : `${plural(more.length, "more thing")} after it`]
      .filter((part) => part !== null)
      .join("; "),
    ...stale,
  ].filter((line) => line !== "");
}

/** `#482 again in 6 min` */
export function againWords(service: ServiceView, way: OnItsWay | null, now: number): string {
  const first = way?.carriers[0];
  if (first === undefined) return way === null ? "what ships next is not known" : "nothing releases it again";
  const left = shipsIn(service, first, now);
  if (left === null) return `${carriesWords(first)} again, when is not known`;
  return `${carriesWords(first)} again in ${estimate(left)}`;
}

/** What stops a carrier, as its button says it. */
export function stopWords(carrier: Pick<Carrier, "stop" | "label" | "number">, pipeline: number | null): string {
  switch (carrier.stop?.action) {
    case "disable_auto_merge":
      return `Turn off auto-merge of #${carrier.stop.number}…`;
    case "dequeue":
      return `Take #${carrier.stop.number} out of the queue…`;
    default:
      return pipeline === null ? `Stop ${carrier.label}…` : `Stop #${pipeline}…`;
  }
}

/** The number of the pipeline that a carrier is. */
export const pipelineNumber = (service: Pick<ServiceView, "pipelines">, { kind, id }: Carrier): number | null =>
  kind === "pipeline" ? (service.pipelines.find((one) => one.id === id)?.number ?? null) : null;

/** `#3129` of a pipeline, else its label. */
export function shortLabel(service: Pick<ServiceView, "pipelines">, one: Carrier): string {
  const number = pipelineNumber(service, one);
  return number === null ? one.label : `#${number}`;
}

export const stoppable = (way: OnItsWay | null): Carrier[] =>
  (way?.carriers ?? []).filter((one) => one.stop !== null && one.stop_blocked === null);
