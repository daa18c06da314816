// The window over an invented world of twenty busy services, the first with more releases than are ever seen.
import "../../src/kit/fonts.css";
import "../../src/kit/tokens.css";
import "../../src/kit/base.css";
import { mount } from "svelte";
import App from "../../src/App.svelte";
import { connect, ipc } from "../../src/ipc";
import { NOW, commit, environment, iso, pipeline, release, rolledBackTo } from "../../src/ipc/fake/parts";
import { pr } from "../../src/ipc/fake/pulls";
import { storefront } from "../../src/ipc/fake/storefront";
import { viewOf } from "../../src/ipc/fake/views";
import type { ServiceView } from "../../src/ipc/types";
import { arrival } from "../../src/state/arrival.svelte";
import { world } from "../../src/state/world.svelte";

const SERVICES = 20;
const MONTH = 30 * 86_400_000;

/** Of the first service in one month: together as many rows of the timeline as the busiest sandbox had. */
const CROWD = { releases: 4000, pipelines: 2260, commits: 2260 };
const USUAL = { releases: 120, pipelines: 60, commits: 60 };

function busy(index: number): ServiceView {
  const count = index === 0 ? CROWD : USUAL;
  const name = index === 0 ? "storefront" : `service-${index}`;
  const each = (of: number, i: number) => iso(NOW - i * ((MONTH * 0.9) / of) - 600_000);
  const releases = Array.from({ length: count.releases }, (_, i) =>
    release(20_000 - i, each(count.releases, i), {
      current: i === 0,
      status: i % 23 === 7 ? "failed" : "succeeded",
      ...(i % 13 === 5 ? rolledBackTo(20_000 - i - 2) : { description: "Deploy" }),
    }),
  );
  const pipelines = Array.from({ length: count.pipelines }, (_, i) =>
    pipeline(9000 - i, i % 7 === 3 ? "failed" : "passed", `Change ${i}`, each(count.pipelines, i), 300, []),
  );
  const main = Array.from({ length: count.commits }, (_, i) =>
    commit(9000 - i, `Change ${i} of ${index}`, "lena-h", each(count.commits, i)),
  );
  const pulls = Array.from({ length: 60 }, (_, i) => pr(9500 - i, `Change ${i} of ${index}`, "ready"));
  const shop = storefront({ name, pull_requests: pulls });
  return viewOf({
    ...shop,
    main,
    pipelines: [...shop.pipelines, ...pipelines],
    environments: [environment("production", `${name}-production`, releases), ...shop.environments.slice(1)],
  });
}

async function start() {
  await connect(new URLSearchParams({ scene: "board" }));
  const client = ipc();
  const told = await client.world();
  const services = Array.from({ length: SERVICES }, (_, i) => busy(i));
  const crowded = { ...told, snapshot: { ...told.snapshot, services } };
  // Nothing changes while it is measured.
  Object.assign(client, {
    world: () => Promise.resolve(crowded),
    onWorld: () => Promise.resolve(),
    olderReleases: () => Promise.resolve([]),
  });
  await world.start();
  mount(App, { target: document.getElementById("app")! });
  await arrival.start();
}
void start();
