// What ships with an invented plan, and the scenes about it. Development only.
import type { Action, Change, InFlight, RolledBackChange, Service, Shipment } from "../types";
import type { FakeService } from "./views";
import { alert, before, dynos, environment, release, rolledBackTo, today } from "./parts";
import { noOthers } from "./pulls";

const green = { passed: 14, failed: 0, pending: 0, missing: 0, ...noOthers };

function change(number: number, title: string, author: string, more: Partial<Change> = {}): Change {
  const url = `https://github.com/acme/storefront/pull/${number}`;
  return { id: `#${number}`, number, title, author, checks: green, approvals: 1, url, ...more };
}

const leaving = (): Change[] => [
  change(482, "Cache exchange rates for 60 s", "tomasz-w"),
  change(483, "Bump puma to 6.6.1", "nadia-k"),
  change(480, "Black Friday footer copy", "nadia-k"),
  change(478, "Add currency to order lines", "ines-b"),
];
const again = (known = true): RolledBackChange => ({
  ...change(470, "Index coupons by customer", "ines-b"),
  environment: "production",
  release: "v1845",
  pin: null,
  known,
});
const long =
  "Make the checkout remember every address a customer has ever typed, in any alphabet, across devices and " +
  "brands, and show it in the order in which it was last used, unless it was removed";

function flight(more: Partial<InFlight>): InFlight {
  const none = { ships_in_seconds: null, waits_for: null };
  return { kind: "pipeline", id: "p", label: "Pipeline", carries: [], ...none, ...more };
}

/** All four sections, with long texts and with what is not known. */
function everything(): Shipment {
  return {
    takes_out: [
      ...leaving(),
      change(0, "Hot fix of the footer", "joost-v", { id: "77aa01c9ab27de41865b0c2", number: null }),
    ],
    brings: [
      change(476, "Build coupon index concurrently", "ines-b"),
      change(474, long, "a-colleague-with-a-rather-long-login", {
        checks: { passed: 12, failed: 1, pending: 1, missing: 0, ...noOthers },
        approvals: 0,
      }),
      change(471, "Upgrade Rails to 8.1", "marek-d", { checks: null, approvals: null }),
    ],
    ships_over: [
      flight({ id: "p-3129", label: "Pipeline #3129", carries: [489], ships_in_seconds: 370 }),
      flight({ id: "p-3125", label: "Pipeline #3125", carries: [483, 488], waits_for: "the approval approve-release" }),
      flight({ kind: "auto_merge", id: "#488", label: "#488, auto-merge on", carries: [488], waits_for: "its checks" }),
    ],
    ships_again: [again(), again(false)],
  };
}

/** What the plan of an action says of what ships. */
export function shipmentOf(action: Action, scene: string): Shipment {
  const none: Shipment = { takes_out: [], brings: [], ships_over: [], ships_again: [] };
  if (scene === "ships" && (action.action === "roll_back" || action.action === "promote")) return everything();
  if (action.action === "roll_back") return { ...none, takes_out: leaving() };
  if (action.action !== "merge" || scene !== "ships") return none;
  const brings = [change(action.number, "Show delivery estimate in basket", "nadia-k")];
  return { ...none, brings, ships_over: everything().ships_over.slice(0, 1), ships_again: [again()] };
}

/** Two regions of production, both down, which nobody has said to be production. */
export function regions(storefront: FakeService): FakeService {
  const of = (region: string) => {
    const releases = [
      release(1847, today("14:30"), { current: true, pull_requests: [482, 483] }),
      release(1846, today("11:24"), { pull_requests: [476] }),
    ];
    return environment(`production-${region}`, `storefront-${region}`, releases, {
      production: true,
      health: "down",
      down_since: before(318),
      dynos: dynos(2, 6),
      rollback_target: 1846,
    });
  };
  const question = (name: string) => ({
    ...alert("production_not_said", "info", `Is ${name} of storefront production?`, before(60)),
    subject: { pull_request: null, pipeline: null, environment: name, release: null },
  });
  return {
    ...storefront,
    alerts: [...storefront.alerts, question("production-eu"), question("production-us")],
    config: asked(storefront.config),
    environments: [of("eu"), of("us"), storefront.environments[1]!],
    sentence: {
      ...storefront.sentence,
      text: "Production is hurt: storefront production-eu has been crashing since v1847",
    },
  };
}

function asked(config: Service): Service {
  const [first, ...rest] = config.environments;
  const region = (name: string) => ({
    ...first!,
    name: `production-${name}`,
    app: `storefront-${name}`,
    stage: name === "us" ? "production" : null,
  });
  return { ...config, environments: [region("eu"), region("us"), ...rest.slice(-1)] };
}

/** Production was rolled back and is down again: the next release must be named. */
export function rolledBack(storefront: FakeService): FakeService {
  const releases = [
    release(1850, today("14:34"), { current: true, code_version: 1846, ...rolledBackTo(1846) }),
    release(1847, today("14:30"), { pull_requests: [482, 483, 480, 478] }),
    release(1846, today("11:24"), { pull_requests: [476, 474, 470] }),
    release(1844, before(8 * 3600), { pull_requests: [468] }),
    release(1843, before(20 * 3600), { pull_requests: [460] }),
  ];
  const blocked = "production runs v1846 since a rollback 2 min ago; name the release to go further back";
  const production = environment("production", "storefront-production", releases, {
    health: "down",
    down_since: before(60),
    dynos: dynos(2, 6),
    rollback_target: null,
    rollback_blocked: blocked,
  });
  return { ...storefront, environments: [production, storefront.environments[1]!] };
}

/** A plan of a release that must be named is refused, as Rust does. */
export function mustName(action: Action, state: FakeService): string | null {
  if (action.action !== "roll_back" || action.to !== null) return null;
  const env = state.environments.find((e) => e.name === action.environment);
  return env?.rollback_target === null ? env.rollback_blocked : null;
}
