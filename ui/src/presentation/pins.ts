// Which environments are pinned, what that means for rows and plans, and what a rollback pins. Pure.
import type { Action, Carrier, Environment, PinChoice, ServiceView } from "../ipc/types";
import { environmentNow } from "./sources";
import { isHurtEnvironment, type Shown } from "./state";

export const PINNED: Shown = { mark: "pin", tone: "person", word: "Pinned" };

/** Environments with a pin, production first. */
export function pinnedOf(service: Pick<ServiceView, "environments">): Environment[] {
  return service.environments
    .filter((env) => env.pin !== null)
    .toSorted((a, b) => Number(b.production) - Number(a.production));
}

/** Nothing is more urgent than that it is pinned. */
export const isPinned = (service: Pick<ServiceView, "environments" | "mark">): boolean =>
  (service.mark === "healthy" || service.mark === "in_flight") && pinnedOf(service).length > 0;

export const isViolated = (env: Pick<Environment, "pin_progress">): boolean => env.pin_progress?.violated ?? false;

/** What is live answers and is shown to be bad all the same; one that is well and pinned says that it is pinned. */
export function cardShown(service: ServiceView, env: Environment, now: number): Shown {
  const shown = environmentNow(service, env, now);
  if (shown.tone === "ok" && isHurtEnvironment(env))
    return env.production
      ? { mark: "hurt", tone: "hurt", word: "Watch bad" }
      : { mark: "cross", tone: "warn", word: "Watch bad" };
  if (env.pin === null || shown.tone !== "ok") return shown;
  return isViolated(env) ? { mark: "triangle", tone: "warn", word: "Pin violated" } : PINNED;
}

/** Whether what is on the branch would bring something back: its revert is not there yet. */
function branchCarries(service: ServiceView, env: Environment): boolean {
  const revert = env.pin_progress?.revert ?? null;
  return revert === null || service.pull_requests.some((one) => one.number === revert);
}

/** Numbers of open pull requests whose merge would bring something bad back. */
export function bringingBack(service: ServiceView): Set<number> {
  const found = new Set<number>();
  for (const env of pinnedOf(service)) {
    for (const one of env.on_its_way?.carriers ?? [])
      if (one.number !== null && (one.kind === "auto_merge" || one.kind === "merge_queue")) found.add(one.number);
    if (!branchCarries(service, env)) continue;
    for (const pr of service.pull_requests)
      if (pr.readiness === "ready" && pr.number !== env.pin_progress?.revert) found.add(pr.number);
  }
  return found;
}

/** An approval, or the gate, holds it, and nothing needs to be sent. */
export const isHeld = ({ kind, waits_for, stop }: Carrier): boolean =>
  kind === "pipeline" && waits_for !== null && stop === null;

/** What a rollback pins unless somebody says otherwise: production, until its revert is live. */
export const usualPin = (env: Pick<Environment, "production"> | undefined): PinChoice | null =>
  env?.production ? { bad: null, ends_by_itself: true } : null;

/** The action as it is asked for: a rollback with what is usually pinned. */
export const withUsualPin = (action: Action, env: Environment | undefined): Action => withPin(action, usualPin(env));

export const pinOf = (action: Action): PinChoice | null =>
  action.action === "roll_back" ? (action.pin ?? null) : null;

/** Of a rollback; without a choice nothing is pinned. */
export function withPin(action: Action, pin: PinChoice | null): Action {
  if (action.action !== "roll_back") return action;
  const { action: kind, service, environment, to, reason } = action;
  return { action: kind, service, environment, to, reason, ...(pin === null ? {} : { pin }) };
}
