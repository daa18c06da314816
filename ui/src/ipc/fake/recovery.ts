// What the invented Rust does with pins, marks, forecasts and sets of plans. Development only.
import type { Client } from "../client";
import type { Environment, ErrorCode, PlanSet, SetOutcome, SetOutcomeState } from "../types";
import { planOf } from "./plans";
import { shipmentOf } from "./ships";
import type { FakeService } from "./views";

interface World {
  scene: string;
  wait: (ms: number) => Promise<void>;
  now: () => string;
  service: (name: string) => FakeService;
  services: () => FakeService[];
  changed: (services: FakeService[]) => void;
  refuse: (code: ErrorCode, message: string) => Error;
}

type Calls = Pick<
  Client,
  | "planStop"
  | "executeSet"
  | "markBad"
  | "unmarkBad"
  | "pinEnvironment"
  | "unpinEnvironment"
  | "setPinEnding"
  | "forecastRevert"
>;

export function recovery(world: World): Calls {
  const sets = new Map<string, PlanSet>();
  let serial = 0;
  /** Tells the service again with one environment changed. */
  async function change(of: string, name: string, to: (env: Environment) => Partial<Environment>) {
    await world.wait(150);
    const service = world.service(of);
    const environments = service.environments.map((env) => (env.name === name ? { ...env, ...to(env) } : env));
    world.changed([{ ...service, environments }]);
  }
  const releases = (env: Environment, version: number, marked_bad: Environment["releases"][number]["marked_bad"]) => ({
    releases: env.releases.map((one) => (one.version === version ? { ...one, marked_bad } : one)),
  });
  return {
    planStop: async (of, name) => {
      await world.wait(150);
      const service = world.service(of);
      const carriers = service.environments.find((env) => env.name === name)?.on_its_way?.carriers ?? [];
      const stopped = carriers.filter((one) => one.stop !== null);
      const set: PlanSet = {
        id: `set-${++serial}`,
        service: of,
        environment: name,
        title: `Stop ${stopped.length} of ${carriers.length} things that would bring #482 back`,
        plans: stopped.map((one, i) => ({
          ...planOf(one.stop!, service, `set-${serial}-${i}`),
          shipment: shipmentOf(one.stop!, world.scene),
          title:
            one.kind === "pipeline"
              ? `Cancel ${one.label}`
              : one.kind === "auto_merge"
                ? `Turn off ${one.label}`
                : one.label,
        })),
        left: carriers
          .filter((one) => one.stop === null)
          .map((one) => ({ label: one.label, why: one.stop_blocked ?? "Nothing that can be sent stops it" })),
        read_at: world.now(),
      };
      sets.set(set.id, set);
      return structuredClone(set);
    },
    executeSet: async (id) => {
      await world.wait(400);
      const set = sets.get(id);
      if (!set) throw world.refuse("unknown_plan", "The plans were used already: ask again.");
      sets.delete(id);
      const words: Record<SetOutcomeState, string> = {
        done: "Read back and confirmed.",
        refused: "GitHub answered 403: you may not change this.",
        unknown: "No answer came. Slipway reads until it knows.",
        not_sent: "What was shown has changed: its head moved.",
      };
      const states: SetOutcomeState[] = ["done", "refused", "unknown", "not_sent"];
      return set.plans.map(({ id: plan, title }, i): SetOutcome => {
        const state = states[i % states.length]!;
        return { plan, title, state, message: words[state], entry: null };
      });
    },
    markBad: (of, name, version, reason) =>
      change(of, name, (env) => {
        const found = env.releases.find((one) => one.version === version);
        const release = { id: found?.id ?? "", label: `v${version}`, ordinal: version };
        const place = { service: of, environment: name, app: env.app };
        const code = found?.commit ?? null;
        return releases(env, version, {
          id: `bad-${version}`,
          ...place,
          release,
          code,
          by: "lena-h",
          at: world.now(),
          reason,
        });
      }),
    unmarkBad: (of, name, version) => change(of, name, (env) => releases(env, version, null)),
    pinEnvironment: () => Promise.resolve(),
    unpinEnvironment: (of, name) => change(of, name, () => ({ pin: null, pin_progress: null, on_its_way: null })),
    setPinEnding: (of, name, ends_by_itself) =>
      change(of, name, (env) => ({ pin: env.pin && { ...env.pin, ends_by_itself } })),
    forecastRevert: async (_of, number) => {
      await world.wait(120);
      if (world.scene === "hurt-revert")
        return {
          outcome: { outcome: "conflicts", paths: ["app/models/exchange_rates.rb", "app/models/order.rb"] },
          tip: null,
          files: 9,
          chain: [489, number],
        };
      if (world.scene === "watch-bad")
        return {
          outcome: { outcome: "not_known", why: "it touches 140 files, at most 100 are read" },
          tip: null,
          files: 140,
          chain: [],
        };
      return { outcome: { outcome: "clean" }, tip: "4be21d7", files: 3, chain: [] };
    },
  };
}
