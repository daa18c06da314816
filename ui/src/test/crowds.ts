// Worlds with more in them than is ever seen, and what is drawn of them.
import { flushSync, type Component } from "svelte";
import { expect } from "vitest";
import type { Locator } from "vitest/browser";
import { sixty } from "../ipc/fake/board";
import { NOW, environment, iso, release, rolledBackTo } from "../ipc/fake/parts";
import { pr } from "../ipc/fake/pulls";
import { storefront } from "../ipc/fake/storefront";
import { viewOf, type FakeService } from "../ipc/fake/views";
import type { ServiceView } from "../ipc/types";
import { world } from "../state/world.svelte";
import { render } from "./render";

const SIZE = { width: 1400, height: 860 };

/** The world with these services in place of its own. */
export function hold(services: ServiceView[]) {
  const value = world.value!;
  world.value = { ...value, snapshot: { ...value.snapshot, services } };
}
/** As it would be told next: one service is another object, the others are the same. */
export function tell(name: string, change: (one: ServiceView) => Partial<ServiceView>) {
  hold(world.services.map((one) => (one.name === name ? { ...one, ...change(one) } : one)));
  flushSync();
}
/** Those after the sixtieth are quiet, so that the first rows are the same ones however many follow. */
export const manyServices = (count: number): ServiceView[] => {
  const all: FakeService[] = sixty();
  const quiet = all.findLast((one) => one.mark === "healthy")!;
  return Array.from({ length: count }, (_, i) => {
    const one = viewOf(all[i] ?? quiet);
    return { ...one, name: i < all.length ? `svc ${one.name}` : `svc ${one.name} ${i}` };
  });
};
export const withPulls = (count: number): ServiceView =>
  viewOf(
    storefront({
      open_pull_requests: count,
      pull_requests: Array.from({ length: count }, (_, i) =>
        pr(20_000 - i, `Change ${i}`, (["ready", "checks", "review", "behind"] as const)[i % 4]!),
      ),
    }),
  );
/** So many in one week, however many there are: a crowd, and not only a longer past. */
export const withReleases = (count: number): ServiceView => {
  const each = (7 * 86_400_000) / count;
  const releases = Array.from({ length: count }, (_, i) =>
    release(20_000 - i, iso(NOW - i * each - 600_000), {
      current: i === 0,
      ...(i % Math.ceil(count / 10) === 5 ? rolledBackTo(20_000 - i - 2) : { description: "Deploy" }),
    }),
  );
  const shop = viewOf(storefront());
  return {
    ...shop,
    environments: [environment("production", "storefront-production", releases), shop.environments[1]!],
  };
};

/** The elements of what is drawn, once they do not come and go any more. */
export async function nodes(stage: Locator): Promise<number> {
  const count = () => stage.element().querySelectorAll("*").length;
  let last = -1;
  await expect
    .poll(
      () => {
        const now = count();
        const still = now === last && now > 40;
        last = now;
        return still;
      },
      { interval: 120, timeout: 10_000 },
    )
    .toBe(true);
  return last;
}

export function draw<P extends object>(component: Component<P>, props: P): Locator {
  const stage = render(component, props, SIZE);
  // As the page's column has it: what is long scrolls in what is left of the height.
  Object.assign((stage.element() as HTMLElement).style, { display: "flex", flexDirection: "column" });
  return stage;
}
