// All services as rows: their order, their groups, and the sentence over them.
import type { AccountState, Mark, OverviewGroup, ServiceView, StagingDifference } from "../ipc/types";
import type { Placing } from "../kit/heldOrder";
import { flightOf } from "./flight";
import { liveCode } from "./liveCode";
import { ownPulls, ownUsers } from "./people";
import { isPinned, PINNED } from "./pins";
import { inFlight, isHurt, ofService, plural, productionOf, type Shown } from "./state";
import { at, since, span } from "./time";

export const GROUPS = ["hurt", "waits_for_you", "problem_or_unknown", "moving", "quiet"] as const;
const TITLES: Record<OverviewGroup, string> = {
  hurt: "Hurt",
  waits_for_you: "Waits for you",
  problem_or_unknown: "Problem or unknown",
  moving: "Moving or held",
  quiet: "Quiet",
};
export const groupTitle = (group: OverviewGroup | null): string => (group === null ? "Added meanwhile" : TITLES[group]);

export const placing: Placing<ServiceView, OverviewGroup> = {
  key: (service) => service.name,
  group: (service) => service.overview.group,
};

const isSplit = ({ difference }: StagingDifference) => difference === "behind" || difference === "differ";

/** Marks by urgency. What waits for this person, or was released past staging, has the mark of that. */
const RANK: Record<Mark, number> = { hurt: 0, waits: 1, problem: 2, unknown: 3, in_flight: 4, healthy: 5 };
function rankOf({ mark, overview, environments }: ServiceView): number {
  if (overview.group === "waits_for_you") return RANK.waits;
  if (overview.group === "problem_or_unknown" && mark !== "unknown") return RANK.problem;
  // It waits for somebody else.
  if (overview.group !== "moving") return RANK[mark];
  return isPinned({ mark, environments }) ? RANK.in_flight - 0.5 : RANK.in_flight;
}

/** By group, in it by mark, then the longest wait; else as they were listed. */
export function byUrgency(services: readonly ServiceView[]): ServiceView[] {
  const wait = (service: ServiceView) => at(service.overview.since ?? undefined);
  return services.toSorted((a, b) => {
    const group = GROUPS.indexOf(a.overview.group) - GROUPS.indexOf(b.overview.group);
    const rank = group || rankOf(a) - rankOf(b);
    if (rank !== 0) return rank;
    const [first, second] = [wait(a), wait(b)];
    return Number.isNaN(first) || Number.isNaN(second)
      ? Number(Number.isNaN(first)) - Number(Number.isNaN(second))
      : first - second;
  });
}

/** The one mark of a service among others, with the few words under its name. */
export function ofRow(service: ServiceView): Shown {
  const { group, word, waiting, staging } = service.overview;
  switch (group) {
    case "hurt":
      return { mark: "hurt", tone: "hurt", word: word || "hurt" };
    case "waits_for_you":
      return { mark: "pause", tone: "person", word: word || "waits for you" };
    case "problem_or_unknown": {
      if (service.mark === "unknown") return { ...ofService(service), word: word || "unknown" };
      const split = service.mark !== "problem" && isSplit(staging);
      if (split) return { mark: "triangle", tone: "warn", word: "split release" };
      const cause = waiting[0]?.alert ?? null;
      const failed = cause === "pipeline_failed" || cause === "release_failed";
      return { mark: failed ? "cross" : "triangle", tone: "warn", word: word || "problem" };
    }
    case "moving": {
      if (service.mark === "waits") return { mark: "pause", tone: "grey", word: word || "held" };
      if (isPinned(service)) return { ...PINNED, word: "pinned" };
      const progress = inFlight(service)[0]?.progress ?? 0.5;
      return { mark: "ring", tone: "run", word: word || "in flight", progress };
    }
    case "quiet":
      return isPinned(service) ? { ...PINNED, word: "pinned" } : { mark: "check", tone: "ok", word };
  }
}

/** The rail has room for a word: how far it is rather than that it moves. */
export function ofRail(service: ServiceView): Shown {
  const shown = ofRow(service);
  if (service.overview.group === "waits_for_you" || service.mark === "healthy" || isPinned(service)) return shown;
  return { ...shown, word: service.sentence.word || shown.word };
}

/** `hurt 5 min`: only an outage is counted under the name; other waits stand beside their cause. */
export function rowWord(service: ServiceView, now: number): string {
  const { word } = ofRow(service);
  const hurt = service.overview.group === "hurt" ? since(service.overview.since, now) : null;
  return hurt === null ? word : `${word} ${span(hurt)}`;
}

const ofGroup = (services: readonly ServiceView[], group: OverviewGroup) =>
  services.filter((one) => one.overview.group === group);
const names = (services: readonly ServiceView[], one: string, many: string) =>
  services.length === 1 ? `${services[0]!.name} ${one}.` : `${services.length} services ${many}.`;

/** What is most urgent, in a sentence or two; the most urgent mark beside it. */
export function boardSentence(services: readonly ServiceView[]): { text: string; shown: Shown } {
  const ordered = byUrgency(services);
  const first = ordered[0];
  if (first === undefined) return { text: "No service yet", shown: { mark: "minus", tone: "grey", word: "" } };
  const hurt = ofGroup(ordered, "hurt");
  const waits = ofGroup(ordered, "waits_for_you");
  const parts: string[] = [];
  if (hurt.length === 1) parts.push(`${first.name} production is hurt.`);
  else if (hurt.length > 1) {
    const others = hurt.length === 2 ? `and ${hurt[1]!.name}` : `and ${hurt.length - 1} more`;
    parts.push(`Production of ${first.name} ${others} is hurt.`);
  }
  if (waits.length > 0) parts.push(names(waits, "waits for you", "wait for you"));
  if (parts.length === 0) {
    const troubled = ofGroup(ordered, "problem_or_unknown");
    const unknown = troubled.filter((one) => one.mark === "unknown");
    const problems = troubled.filter((one) => one.mark !== "unknown");
    if (problems.length > 0) parts.push(names(problems, "has a problem", "have a problem"));
    if (unknown.length > 0) parts.push(names(unknown, "is unknown, checking", "are unknown, checking"));
  }
  if (parts.length > 0) return { text: parts.join(" "), shown: ofRow(first) };
  const moving = ofGroup(ordered, "moving");
  const well = services.length === 1 ? `${first.name} is healthy.` : `All ${services.length} services are healthy.`;
  const rest = moving.length === 0 ? "Nothing is in flight." : names(moving, "moves", "move or are held");
  return { text: `${well} ${rest}`, shown: { mark: "check", tone: "ok", word: "healthy" } };
}

/** What the sentence leaves out. */
export function boardFacts(services: readonly ServiceView[]): string[] {
  const count = (group: OverviewGroup) => ofGroup(services, group).length;
  const fact = (number: number, one: string, many: string) =>
    number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
  return [
    plural(services.length, "service"),
    ...fact(count("problem_or_unknown"), "has a problem or is unknown", "have a problem or are unknown"),
    ...fact(count("moving"), "moves or is held", "move or are held"),
    ...fact(count("quiet"), "quiet", "quiet"),
  ];
}

/** What stands beside the head of a group. Nothing that is not shown of all its rows. */
export function groupNote(group: OverviewGroup | null, services: readonly ServiceView[]): string | null {
  const well = (service: ServiceView) =>
    service.mark !== "unknown" &&
    service.environments.filter((one) => one.production).every((one) => one.health === "healthy");
  switch (group) {
    case "waits_for_you":
      return "nothing goes on without a person";
    case "problem_or_unknown":
      return services.every(well) ? "production is not affected" : null;
    case "moving":
      return services.some((one) => one.mark === "waits") ? "nothing for you to do" : "no one has to act";
    case "quiet":
      return "healthy, nothing moving";
    case "hurt":
    case null:
      return null;
  }
}

/** Whether each word of the filter is in its name, or in a pull request or person of it. */
export function matchesService(service: ServiceView, filter: string): boolean {
  const pulls = service.pull_requests.map((one) => `#${one.number} ${one.title} ${one.author ?? ""}`);
  const merged = service.main.map((one) => `#${one.pull_request ?? ""} ${one.title} ${one.author ?? ""}`);
  const all = [service.name, service.repo, ...service.overview.people, ...pulls, ...merged];
  const text = all.join("\n").toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export type BoardTab = "all" | "waits" | "mine";

export interface Counts {
  all: number;
  waits: number;
  /** Pull requests, not services. */
  mine: number;
}

export function countsOf(services: readonly ServiceView[], accounts: readonly AccountState[], now: number): Counts {
  const mine = services.reduce((sum, one) => sum + ownPulls(one, ownUsers(one, accounts), now).size, 0);
  return { all: services.length, waits: ofGroup(services, "waits_for_you").length, mine };
}

export function isInTab(service: ServiceView, tab: BoardTab, accounts: readonly AccountState[], now: number): boolean {
  switch (tab) {
    case "all":
      return true;
    case "waits":
      return service.overview.group === "waits_for_you";
    case "mine":
      return ownPulls(service, ownUsers(service, accounts), now).size > 0;
  }
}

export interface Drift {
  text: string;
  warn: boolean;
  /** There is something to promote. */
  ahead?: boolean;
  /** The version of the code that runs there. */
  version: number | null;
  title: string;
}

/** How staging differs from production, in PRs where it can be counted in them. */
export function driftOf(service: ServiceView): Drift {
  const { staging } = service.overview;
  if (staging.difference === "no_staging") return { text: "no staging", warn: false, version: null, title: "" };
  const env = service.environments.find((one) => one.name === staging.environment);
  const version = (env && liveCode(env)?.version) ?? null;
  const set = staging.difference === "behind" ? staging.lacks : "brings" in staging ? staging.brings : null;
  const counted =
    set === null
      ? ""
      : set.pull_requests.length > 0
        ? plural(set.pull_requests.length, "PR")
        : plural(set.other_commits, "commit");
  const others = set !== null && set.pull_requests.length > 0 && set.other_commits > 0;
  const rest = others ? `, and ${plural(set.other_commits, "commit")} without a PR` : "";
  const pulls = set === null ? "" : set.pull_requests.map((number) => `#${number}`).join(" ");
  switch (staging.difference) {
    case "same":
      return { text: "same code", warn: false, version, title: `${staging.environment} runs the same code` };
    case "ahead":
      return {
        text: `${counted} ahead`,
        warn: false,
        ahead: true,
        version,
        title: `Only on ${staging.environment}: ${pulls}${rest}`,
      };
    case "behind":
      return {
        text: `${counted} behind`,
        warn: true,
        version,
        title: `Not on ${staging.environment}: ${pulls}${rest}`,
      };
    case "differ":
      return { text: "differ", warn: true, version, title: `Each has what the other lacks` };
    case "unknown":
      return { text: "unknown", warn: false, version, title: "Which commits lie between them is not known" };
  }
}

/** `9 open PRs, 3 can merge` */
export function nothingWaits(service: ServiceView): string {
  const open = Math.max(service.open_pull_requests, service.pull_requests.length);
  if (open === 0) return "no open PR";
  const { mergeable } = service.overview;
  return `${plural(open, "open PR")}, ${mergeable === 0 ? "none" : mergeable} can merge`;
}

/** `storefront, hurt 5 min, 6 of 8 web processes crashed, version 1847, in flight 489, 20 percent` */
export function rowName(service: ServiceView, now: number): string {
  const env = productionOf(service);
  const code = env ? liveCode(env) : null;
  const cause = service.overview.waiting[0];
  const more = service.overview.waiting.length - 1;
  return [
    service.name,
    rowWord(service, now) || "quiet",
    cause ? cause.text : nothingWaits(service),
    more > 0 ? `and ${more} more` : null,
    code ? `version ${code.version}` : "no production release",
    env && isHurt(env) && service.overview.group !== "hurt" ? "production is hurt" : null,
    flightOf(service, now)?.words ?? null,
  ]
    .filter((part) => part !== null)
    .join(", ");
}
