// What can be asked for of a service, and why not where it cannot: the same on every screen and in the search.
import type {
  Action,
  Comparison,
  Environment,
  Job,
  Pipeline,
  PullRequestView,
  Release,
  ServiceView,
} from "../ipc/types";
import { distinct } from "../kit/keys";
import { codeOf, rollbackBlocked } from "./rollback";
import { mergeBlocked } from "./rows";
import { environmentOff, offReason } from "./sources";
import { inFlight, isMoving, productionOf } from "./state";

export interface Offer {
  action: Action;
  /** Why it cannot be asked for now. */
  blocked: string | null;
}

/** Every hold of it that can be approved. */
export const holdsOf = (pipeline: Pipeline): Job[] =>
  pipeline.jobs.filter((job) => job.status === "on_hold" && job.approval_id !== null);

export function mergeOffer(service: ServiceView, pr: PullRequestView): Offer {
  return {
    action: { action: "merge", service: service.name, number: pr.number, method: null },
    blocked: mergeBlocked(pr, service),
  };
}

export function rollbackOffer(service: ServiceView, env: Environment): Offer {
  return {
    action: { action: "roll_back", service: service.name, environment: env.name, to: null, reason: null },
    blocked: rollbackBlocked(service, env),
  };
}

/** To this very release. What only the plan can know, it says. */
export function rollbackToOffer(service: ServiceView, env: Environment, release: Release): Offer {
  return {
    action: { action: "roll_back", service: service.name, environment: env.name, to: release.version, reason: null },
    blocked:
      environmentOff(service, env.name) ??
      (release.id === env.current?.id
        ? "It is live now"
        : (markedWhy(release) ??
          notLive[release.status] ??
          (release.eligible_for_rollback ? null : "The platform does not go back to it"))),
  };
}
const markedWhy = ({ marked_bad: bad }: Release) =>
  bad === null ? null : `It is marked bad by ${bad.by}: ${bad.reason}`;
const notLive: Partial<Record<Release["status"], string>> = {
  pending: "It is being released",
  failed: "It never went live",
  expired: "It never went live",
  unknown: "Whether it went live is not known",
};

/** Its code once more, with the config of now; its release command runs again. */
export function releaseAgainOffer(service: ServiceView, env: Environment, release: Release): Offer {
  const { version } = release;
  return {
    action: { action: "release", service: service.name, environment: env.name, code: { of: "version", version } },
    blocked:
      environmentOff(service, env.name) ??
      (release.id === env.current?.id
        ? "It is live now"
        : release.status === "pending"
          ? "It is being released"
          : env.current !== null && codeOf(release) === codeOf(env.current)
            ? "Its code is live already"
            : null),
  };
}

/** The environment that its code is promoted to; null where its platform has no such way. */
export function promotesTo(service: ServiceView, env: Environment): Environment | null {
  if (env.production || !env.pipeline) return null;
  return service.environments.find((one) => one.production && one.pipeline === env.pipeline) ?? null;
}

/** Of two releases that are live: the promotion of the head to the base. Null where there is no such way. */
export function promoteOffer(service: ServiceView, { base, head, relation }: Comparison): Offer | null {
  const from = service.environments.find((one) => one.name === head.environment);
  const to = from === undefined ? null : promotesTo(service, from);
  if (to === null || to.name !== base.environment || !base.live || !head.live) return null;
  const nothing =
    relation === "same" ? "It is the same code" : relation === "behind" ? "There is nothing to bring" : null;
  return {
    action: { action: "promote", service: service.name, from: head.environment, to: to.name },
    blocked: environmentOff(service, to.name) ?? nothing,
  };
}

export function rerunOffer(service: ServiceView, pipeline: Pipeline): Offer {
  const failed = pipeline.jobs.some((job) => job.status === "failed") || pipeline.status === "failed";
  return {
    action: { action: "rerun", service: service.name, pipeline: pipeline.id },
    blocked: offReason(service, "ci") ?? (failed ? null : "Nothing has failed"),
  };
}

export function cancelOffer(service: ServiceView, pipeline: Pipeline): Offer {
  return {
    action: { action: "cancel", service: service.name, pipeline: pipeline.id },
    blocked: offReason(service, "ci") ?? (isMoving(pipeline) ? null : "It does not run any more"),
  };
}

/** `hold` names the one that is meant, where there are several. */
export function approveOffer(service: ServiceView, pipeline: Pipeline, hold?: string): Offer {
  const holds = holdsOf(pipeline);
  const job = holds.length > 1 ? (hold ?? null) : null;
  return {
    action: { action: "approve", service: service.name, pipeline: pipeline.id, job },
    blocked: offReason(service, "ci") ?? (holds.length === 0 ? "Nothing waits for approval" : null),
  };
}

export function revertOffer(service: ServiceView, number: number): Offer {
  return { action: { action: "revert", service: service.name, number }, blocked: offReason(service, "code") };
}

/** What the release whose code an environment runs brought, the newest on the branch first. */
export function broughtBy(service: ServiceView, env: Environment | null): number[] {
  const code = env?.current?.code_version ?? env?.current?.version ?? null;
  const origin = env?.releases.find((one) => one.version === code) ?? env?.current;
  return newestFirst(service, origin?.pull_requests ?? env?.current?.pull_requests ?? []);
}

/** Each once, as they came to the branch. */
export function newestFirst(service: ServiceView, numbers: number[]): number[] {
  const place = (number: number) => {
    const at = service.main.findIndex((one) => one.pull_request === number);
    return at < 0 ? Number.MAX_SAFE_INTEGER : at;
  };
  return distinct(numbers).sort((a, b) => place(a) - place(b));
}

const none = (why: string) => ({ action: null, blocked: why });
export type RowOffer = Offer | ReturnType<typeof none>;

/** What a letter asks for on the row of a service: only where it is clear which object is meant. */
export const rowOffers: Record<"h" | "r" | "m" | "f" | "x" | "v", (service: ServiceView) => RowOffer> = {
  h: (service) => {
    const waiting = inFlight(service).filter((one) => holdsOf(one).length > 0);
    const [first, second] = waiting;
    if (first === undefined) return none("Nothing waits for approval");
    if (second !== undefined || holdsOf(first).length > 1) return none("Several wait for approval: open the service");
    return approveOffer(service, first);
  },
  r: (service) => {
    const env = productionOf(service);
    return env?.current ? rollbackOffer(service, env) : none("There is no production release to roll back");
  },
  m: (service) => {
    const named = service.overview.waiting[0]?.subject.pull_request ?? null;
    const ready = service.pull_requests.filter((one) => one.readiness === "ready" && one.queue === null);
    const meant = ready.find((one) => one.number === named) ?? (ready.length === 1 ? ready[0] : undefined);
    if (meant) return mergeOffer(service, meant);
    return none(ready.length === 0 ? "No PR can merge now" : `${ready.length} PRs can merge: open the service`);
  },
  f: (service) => {
    const named = service.overview.waiting.find((one) => one.alert === "pipeline_failed")?.subject.pipeline;
    const pipeline = service.pipelines.find((one) => one.id === named) ?? inFlight(service)[0] ?? service.pipelines[0];
    return pipeline ? rerunOffer(service, pipeline) : none("There is no pipeline to rerun");
  },
  x: (service) => {
    const [first, second] = inFlight(service);
    if (first === undefined) return none("Nothing is in flight");
    return second === undefined ? cancelOffer(service, first) : none("Several are in flight: open the service");
  },
  v: (service) => {
    const env = productionOf(service);
    const [first, second] = broughtBy(service, env);
    if (first === undefined) return none("Which PRs are live is not known");
    if (second !== undefined) return none("The live release brought several PRs: open the service to choose");
    return revertOffer(service, first);
  },
};
