// Makes the next state of the one that is held, by what Rust says differs. What does not differ stays the same object.
import type { InboxItem, ListChange, ObjectChange, ServiceChange, ServiceView, WorldChange } from "../ipc/types";

type Fields = Record<string, unknown>;

/** The change is of another state than the one that is held. */
export class Unfit extends Error {}

/** Null where the change is of other services than those that are held. */
export function nextServices(
  held: ServiceView[],
  { services, order }: Pick<WorldChange, "services" | "order">,
): ServiceView[] | null {
  if (services.length === 0 && order === null) return held;
  const known = new Map(held.map((service) => [service.name, service]));
  try {
    for (const change of services) {
      const next = nextService(known, change);
      known.set(next.name, next);
    }
  } catch (thrown) {
    if (thrown instanceof Unfit) return null;
    throw thrown;
  }
  const next = (order ?? held.map((service) => service.name)).map((name) => known.get(name));
  return next.every((service) => service !== undefined) ? next : null;
}

function nextService(known: Map<string, ServiceView>, change: ServiceChange): ServiceView {
  if (change.change === "added") return change.service;
  const held = known.get(change.name);
  if (held === undefined) throw new Unfit(`no service ${change.name}`);
  return applied(held, change.parts);
}

/** Null where the change is of another inbox than the one that is held. */
export function nextInbox(held: InboxItem[], change: WorldChange["inbox"]): InboxItem[] | null {
  if (change === null) return held;
  const known = new Map([...held, ...change.items].map((item) => [item.id, item]));
  const next = change.order.map((id) => known.get(id));
  return next.every((item) => item !== undefined) ? next : null;
}

export function applied<T extends object>(held: T, change: ObjectChange): T {
  const next: Fields = { ...(held as Fields), ...change.set };
  for (const [name, within] of Object.entries(change.within ?? {})) next[name] = applied(object(next[name]), within);
  for (const [name, list] of Object.entries(change.lists ?? {})) next[name] = listed(next[name], list);
  return next as T;
}

function listed(held: unknown, { by, order, added, changed }: ListChange): Fields[] {
  if (!Array.isArray(held)) throw new Unfit(`no list of ${by}`);
  const known = new Map<unknown, Fields>(held.map((one) => [object(one)[by], object(one)]));
  for (const [id, change] of changed) known.set(id, applied(object(known.get(id)), change));
  const before = [...known.keys()];
  for (const one of added) known.set(object(one)[by], object(one));
  return (order ?? before).map((id) => object(known.get(id)));
}

function object(value: unknown): Fields {
  if (typeof value !== "object" || value === null) throw new Unfit("no object where one was changed");
  return value as Fields;
}
