// What the search finds: services, what can be asked for of the one that is shown, and the objects of all of them.
import type { Environment, Pipeline, PullRequestView, ServiceView } from "../../ipc/types";
import type { IconName, MarkName, Tone } from "../../kit/shapes";
import { distinct } from "../../kit/keys";
import { ask } from "../../state/ask";
import { breaking } from "../../state/breaking.svelte";
import { inbox } from "../../state/inbox.svelte";
import { incidents } from "../../state/incidents.svelte";
import { view } from "../../state/view.svelte";
import { world } from "../../state/world.svelte";
import { ofRow } from "../../presentation/board";
import { lengthOfRecord, nameOfRecord } from "../../presentation/incidents";
import { lastTwo, pairOfRelease, stagingPair, type Pair } from "../../presentation/compare";
import {
  approveOffer,
  cancelOffer,
  holdsOf,
  mergeOffer,
  rerunOffer,
  revertOffer,
  rollbackOffer,
  type Offer,
} from "../../presentation/offers";
import {
  inFlight,
  ofPipeline,
  ofPullRequest,
  ofRelease,
  plural,
  productionOf,
  type Shown,
} from "../../presentation/state";

export interface Command {
  /** What it does and to which object: two commands of one id are the same command. */
  id: string;
  group: string;
  icon?: IconName;
  mark?: { name: MarkName; tone: Tone; progress?: number };
  words: string;
  hint: string;
  key?: string;
  /** Why it cannot be done now. */
  blocked: string | null;
  run: () => void;
  /** Found only when something is looked for. */
  object?: true;
}

export const SERVICES = "Services";
export const PULLS = "PRs";
export const PIPELINES = "Pipelines";
export const RELEASES = "Releases";
export const INCIDENTS = "Incidents";
export const PEOPLE = "People";
export const PLACES = "Elsewhere";

const idOf = (verb: string, ...object: (string | number)[]) => JSON.stringify([verb, ...object]);
const markOf = (shown: Shown) => ({ name: shown.mark, tone: shown.tone, progress: shown.progress });

/**
 * Each of them once. `services` are all there are, the most urgent first. Objects are found only when something is
 * looked for; until then they need not be made.
 */
export function commands(
  service: ServiceView | null,
  services: readonly ServiceView[],
  { objects = true }: { objects?: boolean } = {},
): Command[] {
  const all = [
    ...services.map(ofService),
    ...(service ? ofThis(service) : []),
    ...(objects ? [...services.flatMap(objectsOf), ...records(), ...people(services)] : []),
    ...places(services.length),
  ];
  return distinct(all, (command) => command.id);
}

/** A service that did not change is told again as the same object, and has the same objects. */
const made = new WeakMap<ServiceView, Command[]>();
export function objectsOf(service: ServiceView): Command[] {
  const known = made.get(service) ?? [...pulls(service), ...pipelines(service), ...releases(service)];
  made.set(service, known);
  return known;
}

function ofService(service: ServiceView): Command {
  const shown = ofRow(service);
  return {
    id: idOf("service", service.name),
    group: SERVICES,
    mark: markOf(shown),
    words: service.name,
    hint: shown.word || "healthy",
    blocked: null,
    run: () => view.show("flow", service.name),
  };
}

type Own = Pick<Command, "words" | "icon"> & Partial<Command>;

function ofThis(service: ServiceView): Command[] {
  const group = `Commands for ${service.name}`;
  const asked = (verb: string, object: (string | number)[], { action, blocked }: Offer, own: Own): Command => ({
    id: idOf(verb, service.name, ...object),
    group,
    hint: "",
    blocked,
    run: () => ask(action),
    ...own,
  });
  const made: Command[] = [];
  const chosen = view.drawer ?? view.selected[service.name] ?? service.pull_requests[0]?.number;
  const pr = service.pull_requests.find((one) => one.number === chosen);
  if (pr) made.push(asked("merge", [pr.number], mergeOffer(service, pr), mergeWords(pr)));
  const keyed = productionOf(service);
  for (const env of service.environments)
    made.push(asked("roll back", [env.name], rollbackOffer(service, env), rollbackWords(env, env === keyed)));
  const lead =
    service.pipelines.find((one) => one.id === view.pipeline) ?? inFlight(service)[0] ?? service.pipelines[0];
  if (lead) {
    const n = lead.number;
    made.push(
      asked("rerun", [lead.id], rerunOffer(service, lead), {
        icon: "again",
        words: `Rerun from failed #${n}…`,
        key: "F",
      }),
      asked("cancel", [lead.id], cancelOffer(service, lead), { icon: "stop", words: `Cancel #${n}…`, key: "X" }),
    );
    const holds = holdsOf(lead);
    const named = holds.length > 1 ? holds : [null];
    for (const hold of named) {
      const words = hold === null ? `Approve #${n}…` : `Approve #${n}: ${hold.name}…`;
      const offer = approveOffer(service, lead, hold?.name);
      made.push(asked("approve", [hold?.id ?? lead.id], offer, { icon: "pause", words, key: "H" }));
    }
  }
  if (world.sandbox)
    made.push({
      id: idOf("break", service.name),
      group,
      icon: "sandbox",
      words: "Break production",
      hint: "only in the sandbox",
      blocked: breaking.blocked(service),
      run: () => {
        view.palette = false;
        void breaking.break(service);
      },
    });
  const opens = (page: "pipelines" | "releases" | "timeline" | "flow", key?: string): Command => ({
    id: idOf("open", service.name, page),
    group,
    icon: "right",
    words: `Open ${page}`,
    hint: "",
    key,
    blocked: null,
    run: () => view.show(page, service.name),
  });
  const pages = [opens("flow"), opens("pipelines", "P"), opens("releases"), opens("timeline", "T")];
  return [...made, ...comparisons(service, group), ...pages];
}

function comparisons(service: ServiceView, group: string): Command[] {
  const made = (pair: Pair | null, words: string, key?: string): Command[] =>
    pair === null
      ? []
      : [
          {
            id: idOf("compare", service.name, JSON.stringify(pair)),
            group,
            icon: "swap",
            words,
            hint: "",
            key,
            blocked: null,
            run: () => view.openCompare(service.name, pair.base, pair.head),
          },
        ];
  const staging = stagingPair(service);
  const production = productionOf(service);
  const last = lastTwo(production);
  return [
    ...made(staging, `Compare ${staging?.head.environment} with ${staging?.base.environment} of ${service.name}`, "C"),
    ...made(last, `Compare the last two releases of ${production?.name}`, staging === null ? "C" : undefined),
  ];
}

const mergeWords = (pr: PullRequestView): Own => ({
  icon: "branch",
  words: `Merge #${pr.number}…`,
  hint: pr.title,
  key: "M",
});
const rollbackWords = (env: Environment, keyed: boolean): Own => ({
  icon: "undo",
  words: `Roll back ${env.name}${env.rollback_target ? ` to v${env.rollback_target}` : ""}…`,
  hint: "plan first",
  key: keyed ? "R" : undefined,
});

function pulls(service: ServiceView): Command[] {
  const base = { group: PULLS, object: true as const, blocked: null };
  const open = service.pull_requests.map((pr): Command => {
    const shown = ofPullRequest(pr);
    return {
      ...base,
      id: idOf("pull request", service.name, pr.number),
      mark: markOf(shown),
      words: `#${pr.number} ${pr.title}`,
      hint: [service.name, shown.word, pr.author].filter((part) => part).join(", "),
      run: () => view.openPullRequest(service.name, pr.number),
    };
  });
  const merged = service.main.slice(0, 100).flatMap((commit): Command[] => {
    const number = commit.pull_request;
    if (number === null) return [];
    const title = commit.pull_request_title ?? commit.title;
    const offer = revertOffer(service, number);
    return [
      {
        ...base,
        id: idOf("pull request", service.name, number),
        mark: { name: "merged", tone: "grey" },
        words: `#${number} ${title}`,
        hint: [service.name, "merged", commit.author].filter((part) => part).join(", "),
        run: () => view.openPullRequest(service.name, number),
      },
      {
        ...base,
        id: idOf("revert", service.name, number),
        icon: "revert",
        words: `Revert #${number}…`,
        hint: `${service.name}, ${title}`,
        blocked: offer.blocked,
        run: () => ask(offer.action),
      },
    ];
  });
  return [...open, ...merged];
}

function pipelines(service: ServiceView): Command[] {
  return service.pipelines.slice(0, 60).map((one: Pipeline): Command => {
    const shown = ofPipeline(one);
    return {
      id: idOf("pipeline", service.name, one.id),
      group: PIPELINES,
      object: true,
      mark: markOf(shown),
      words: `Pipeline #${one.number}${one.title ? ` ${one.title}` : ""}`,
      hint: `${service.name}, ${shown.word}`,
      blocked: null,
      run: () => view.openPipeline(service.name, one.id),
    };
  });
}

function releases(service: ServiceView): Command[] {
  return service.environments.flatMap((env) =>
    env.releases.slice(0, 40).flatMap((release): Command[] => {
      const shown = ofRelease(release);
      const pair = pairOfRelease(env, release);
      const opens: Command = {
        id: idOf("release", service.name, env.name, release.version, release.id),
        group: RELEASES,
        object: true,
        mark: { name: shown.mark, tone: shown.tone },
        words: `v${release.version} ${release.description}`,
        hint: `${service.name}, ${env.name}, ${shown.word.toLowerCase()}`,
        blocked: null,
        run: () => view.openReleases(service.name, env.name, release.id),
      };
      if (pair === null) return [opens];
      const compares: Command = {
        ...opens,
        id: idOf("compare release", service.name, env.name, release.version, release.id),
        icon: "swap",
        mark: undefined,
        words: `v${release.version}: ${pair.words[0]!.toLowerCase()}${pair.words.slice(1)}`,
        hint: `${service.name}, ${env.name}`,
        run: () => view.openCompare(service.name, pair.base, pair.head),
      };
      return [opens, compares];
    }),
  );
}

function records(): Command[] {
  return (incidents.records ?? []).map((one) => ({
    id: idOf("incident", one.id),
    group: INCIDENTS,
    object: true,
    icon: "incidents",
    words: `${nameOfRecord(one)} ${one.title}`,
    hint: `${one.service}, ${one.environment}, ${lengthOfRecord(one)}`,
    blocked: null,
    run: () => view.openIncident(one.id),
  }));
}

/** Authors of what is open, and those whom a service's row names. */
function people(services: readonly ServiceView[]): Command[] {
  const open = new Map<string, number>();
  for (const { overview, pull_requests } of services) {
    for (const person of overview.people) open.set(person, open.get(person) ?? 0);
    for (const { author } of pull_requests) if (author !== null) open.set(author, (open.get(author) ?? 0) + 1);
  }
  return [...open].map(([person, count]) => ({
    id: idOf("person", person),
    group: PEOPLE,
    object: true,
    icon: "person",
    words: person,
    hint: count === 0 ? "services with their changes" : plural(count, "open PR"),
    blocked: null,
    run: () => {
      view.filter = person;
      view.tab = "all";
      view.show("board");
    },
  }));
}

const openWords = () => (incidents.open.length === 0 ? "" : `${incidents.open.length} open`);

function places(count: number): Command[] {
  const to = (
    page: "board" | "inbox" | "incidents" | "journal" | "settings",
    icon: IconName,
    words: string,
    hint: string,
    key: string,
  ) => ({
    id: idOf("page", page),
    group: PLACES,
    icon,
    words,
    hint,
    key,
    blocked: null,
    run: () => view.show(page),
  });
  return [
    to("board", "all", "All services", count === 0 ? "" : plural(count, "service"), "G A"),
    to("inbox", "inbox", "Inbox", inbox.needsYou === 0 ? "" : `${inbox.needsYou} need you`, "G I"),
    to("incidents", "incidents", "Incidents", openWords(), "G R"),
    {
      id: idOf("open record"),
      group: PLACES,
      icon: "plus",
      words: "Open an incident record…",
      hint: "by hand",
      blocked: count === 0 ? "There is no service" : null,
      run: () => {
        view.openIncident(null);
        view.openingIncident = true;
      },
    },
    to("journal", "journal", "Journal", "", "G J"),
    to("settings", "settings", "Settings", "accounts and services", "G S"),
    {
      id: idOf("page", "keys"),
      group: PLACES,
      icon: "info",
      words: "All keys",
      hint: "",
      key: "?",
      blocked: null,
      run: () => {
        view.palette = false;
        view.help = true;
      },
    },
  ];
}
