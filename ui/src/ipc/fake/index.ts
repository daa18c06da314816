// An invented Rust for the browser: ?scene=flow|incident|… chooses the world. Development only.
import type { Client } from "../client";
import type { Entry, ErrorCode, InboxItem, IpcError, Plan, ServiceChange, WorldChange } from "../types";
import { comparison } from "./comparison";
import { desktop } from "./desktop";
import { proposal, repositories } from "./discover";
import { many } from "./inbox";
import { acknowledgedHead, headed, incidentCalls } from "./incidentCalls";
import { history } from "./journal";
import { artifacts, failedTests, logSteps, output, plain } from "./logs";
import { notificationCalls } from "./notifications";
import { NOW, account, iso, release, service as newService } from "./parts";
import { planOf } from "./plans";
import { recovery } from "./recovery";
import { scenarios, scene, type Scene } from "./scenes";
import { services } from "./services";
import { mustName, shipmentOf } from "./ships";
import { hurt } from "./situations";
import { viewOf, type FakeService } from "./views";

const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
const answer = <T>(value: T): Promise<T> => Promise.resolve(value);
const done = (): Promise<void> => Promise.resolve();

/** An answer of Rust that is an error. */
class Refused extends Error implements IpcError {
  readonly retry_after = null;
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** The window takes a whole service in place of the one that it has. */
const whole = (service: FakeService): ServiceChange => ({ change: "added", service: viewOf(service) });

/** Of the world that was opened last: one before it tells nothing more. */
let ticking: ReturnType<typeof setInterval> | undefined;

/** Plans are numbered over all worlds: an id is used once. */
let serial = 0;

export function fake(asked: URLSearchParams): Client {
  const name = (asked.get("scene") ?? "flow") as Scene;
  const world = scene(name);
  if (asked.get("theme") === "dark" || asked.get("theme") === "light")
    world.settings.theme = asked.get("theme") as "dark" | "light";
  const started = performance.now();
  const now = () => iso(NOW + performance.now() - started);
  const entries: Entry[] = name === "repeated" ? [...history(), ...history()] : history();
  const plans = new Map<string, Plan>();
  let tell: (change: WorldChange) => void = () => {};
  let staleOnce = asked.has("stale");

  const nothing = (): WorldChange => ({
    rev: 0,
    now: now(),
    observed_at: null,
    services: [],
    order: [],
    accounts: [],
    notices: [],
    inbox: null,
    keychain: world.keychain,
    muted_until: null,
    settings: null,
    notifications: null,
    events: [],
  });
  /** Items of the inbox that the next change brings. */
  const touched: InboxItem[] = [];
  /** Does something with these items, as Rust would: in every window. */
  function onItems(ids: string[], change: (item: InboxItem) => Partial<InboxItem>) {
    for (const id of ids) {
      const item = world.snapshot.inbox.find((one) => one.id === id);
      if (!item) throw new Refused("not_found", `The inbox has no item ${id}.`);
      Object.assign(item, change(item));
      touched.push(item);
    }
    changed([]);
    return done();
  }
  /** An action that came true ends what it is about. */
  function ended(entry: Entry) {
    const asked = JSON.stringify(entry.request);
    const item = world.snapshot.inbox.find((one) => one.done === null && JSON.stringify(one.action) === asked);
    const words = entry.action === "approve" ? "approved" : "started again";
    if (item) void onItems([item.id], () => ({ done: { at: now(), how: "acting", by: "lena", words }, holds: false }));
  }

  function changed(services: FakeService[]) {
    const snapshot = world.snapshot;
    snapshot.rev += 1;
    snapshot.observed_at = now();
    snapshot.services = snapshot.services.map((s) => services.find((n) => n.name === s.name) ?? s);
    tell({
      ...nothing(),
      rev: snapshot.rev,
      observed_at: snapshot.observed_at,
      services: services.map(whole),
      order: snapshot.services.map((s) => s.name),
      accounts: snapshot.accounts,
      notices: snapshot.notices,
      inbox: { order: snapshot.inbox.map((item) => item.id), items: touched.splice(0) },
      muted_until: world.muted_until,
    });
  }
  clearInterval(ticking);
  if (name !== "error" && name !== "loading") ticking = setInterval(() => changed([]), 5000);

  const service = (wanted: string) => world.snapshot.services.find((s) => s.name === wanted)!;

  async function follow(entry: Entry) {
    const set = (state: Entry["state"], message: string, open: boolean) => {
      Object.assign(entry, { state, message });
      const s = service(entry.service);
      const gone = entry.request.action === "merge" && state === "succeeded" ? entry.request.number : null;
      changed([
        { ...s, pull_requests: s.pull_requests.filter((p) => p.number !== gone), actions: open ? [{ ...entry }] : [] },
      ]);
    };
    await wait(600);
    set("sent", entry.message, true);
    await wait(2500);
    if (asked.has("unknown")) set("unknown", "No answer came. Slipway reads until it knows.", true);
    else {
      set("succeeded", `${entry.target}: read back and confirmed.`, false);
      ended(entry);
    }
  }

  return {
    world: () => {
      const { snapshot, ...rest } = structuredClone({ ...world, incidents: undefined });
      return answer({ ...rest, snapshot: { ...snapshot, services: snapshot.services.map((one) => viewOf(one)) } });
    },
    worldSince: () => answer(null),
    pullRequest: (s, number) => {
      const found = service(s).pull_requests.find((one) => one.number === number);
      if (!found) throw new Refused("not_found", `Pull request ${number} is not open any more.`);
      return answer(structuredClone(found));
    },
    onWorld: (apply) => {
      tell = (change) => apply(structuredClone(change));
      return done();
    },
    onGoto: done,
    plan: async (action) => {
      await wait(150);
      const why = mustName(action, service(action.service));
      if (why !== null) throw new Refused("denied", why);
      const plan = {
        ...planOf(action, service(action.service), `plan-${++serial}`),
        shipment: shipmentOf(action, name),
      };
      plans.set(plan.id, plan);
      return structuredClone(plan);
    },
    execute: async ({ plan_id, reason }) => {
      console.info("execute", plan_id);
      await wait(250);
      const plan = plans.get(plan_id)!;
      if (staleOnce) {
        staleOnce = false;
        const fresh = { ...plan, id: `plan-${++serial}` };
        plans.set(fresh.id, fresh);
        return {
          result: "stale",
          plan: fresh,
          why: "v1850 was released at 14:36. The target is the same; read it again.",
        };
      }
      const entry: Entry = {
        account: "github",
        repo: "acme/storefront",
        app: null,
        replaced_by: null,
        overtook: [],
        settled_by: null,
        settled_as: null,
        settled_reason: null,
        pin: null,
        over_pins: [],
        accepted_at: null,
        id: `e-${plan_id}`,
        at: now(),
        action: plan.action.action === "roll_back" ? "rollback" : plan.action.action,
        service: plan.action.service,
        target: plan.target.name,
        seen: plan.seen,
        reason,
        by: "lena",
        state: "sent",
        sent_at: now(),
        finished_at: null,
        message: `${plan.title} was sent.`,
        request: plan.action,
        expectation: plan.expectation ?? { expect: "merged", repo: "acme/storefront", number: 0, head_sha: "" },
      };
      entries.unshift(entry);
      void follow(entry);
      return { result: "started", entry: structuredClone(entry) };
    },
    ...recovery({
      scene: name,
      wait,
      now,
      service,
      services: () => world.snapshot.services,
      changed,
      refuse: (code, message) => new Refused(code, message),
    }),
    journal: () => answer(structuredClone(entries)),
    acknowledge: (notice) => {
      world.snapshot.notices = world.snapshot.notices.filter((one) => one.id !== notice);
      changed([]);
      return done();
    },
    settle: async (id, happened, why) => {
      await wait(300);
      const entry = entries.find((e) => e.id === id)!;
      Object.assign(entry, {
        settled_by: "lena",
        settled_as: happened ? "happened" : "did_not",
        settled_reason: why,
        finished_at: now(),
      });
      return structuredClone(entry);
    },
    dismiss: async (of, id, reason) => {
      await wait(200);
      const s = service(of);
      const found = s.alerts.find((a) => a.id === id)!;
      const said = { alert: id, kind: found.kind, message: found.message, by: "lena", at: now(), reason };
      changed([{ ...s, alerts: s.alerts.filter((a) => a !== found), dismissals: [...s.dismissals, said] }]);
      return said;
    },
    inbox: () => answer(structuredClone(name === "inbox-many" ? many(10_000) : world.snapshot.inbox)),
    readItem: (id) => onItems([id], (item) => ({ read_at: item.read_at ?? now() })),
    finishItems: (ids) =>
      onItems(ids, () => ({ done: { at: now(), how: "person", by: "lena", words: "marked as done" } })),
    reopenItems: (ids) => onItems(ids, () => ({ done: null })),
    remindOfItem: (id, remind_at) => onItems([id], (item) => ({ remind_at, read_at: item.read_at ?? now() })),
    ...incidentCalls({
      records: world.incidents,
      now,
      fails: name === "loading" ? "never" : name === "error" ? "refused" : null,
      refuse: (code, message) => new Refused(code, message),
      told: (record) => changed(headed(world.snapshot.services, record)),
      acknowledged: (id, by) => changed(acknowledgedHead(world.snapshot.services, id, by)),
    }),
    log: () =>
      answer({
        steps: logSteps(),
        over: name !== "pipeline",
        unavailable: name === "error" ? "CircleCI answered 404. The job's result is known: failed." : null,
        note: null,
      }),
    logStep: (_s, _j, step) =>
      answer({
        ...logSteps()[step]!,
        lines: Array.from({ length: 40 }, (_, i) => plain(`line ${i + 1} of a folded step`)),
      }),
    failedTests: () => answer(failedTests()),
    artifacts: () => answer(artifacts()),
    output: (s, e, version) => {
      const found = service(s).environments.find((one) => one.name === e);
      const ended = found?.releases.find((one) => one.version === version)?.status !== "pending";
      return answer({ ...output(), over: version !== null && ended });
    },
    olderReleases: (s, e, from) => {
      const known = service(s).environments.find((one) => one.name === e)!.releases;
      const oldest = known[known.length - 1]!;
      if (name === "error") throw new Refused("unreachable", "Heroku did not answer within 30 s");
      if (oldest.version - from > 300) return answer([]);
      return answer(
        Array.from({ length: Math.min(100, from - 1) }, (_, i) =>
          release(from - 1 - i, iso(Date.parse(oldest.released_at!) - (oldest.version - from + i + 1) * 9 * 3600_000)),
        ),
      );
    },
    compare: async (s, base, head) => {
      await wait(300);
      if (name === "error") throw new Refused("unreachable", "Heroku did not answer within 30 s");
      return comparison(service(s), base, head, name);
    },
    pipeline: (s, id) => answer(structuredClone(service(s).pipelines.find((p) => p.id === id)!)),
    addAccount: (a) => {
      if (a.token === "refused") throw new Refused("sign_in", "The token was refused; nothing was kept.");
      const token = a.borrow ? "borrowed" : a.keychain ? "keychain" : "this_run";
      const added = account(a.provider, { id: `${a.provider}-2`, token, read_only: a.read_only });
      world.snapshot.accounts = [...world.snapshot.accounts, added];
      changed([]);
      return answer({ account: added, not_tested: null });
    },
    borrowable: () =>
      answer(
        name === "access" || name.startsWith("first-")
          ? [
              { provider: "github", cli: "gh", url: null },
              { provider: "heroku", cli: "heroku", url: null },
            ]
          : [],
      ),
    setReadOnly: (id, on) => {
      world.snapshot.accounts = world.snapshot.accounts.map((a) => (a.id === id ? { ...a, read_only: on } : a));
      return done();
    },
    secondFactor: () => wait(300),
    testAccount: async (id) => (
      await wait(400),
      {
        ok: id !== "heroku",
        user: "lena-h",
        message: id === "heroku" ? "Heroku answered 401: the token was refused." : "The token works.",
      }
    ),
    removeAccount: done,
    replaceToken: () => answer(null),
    retryKeychain: async () => (await wait(300), world.keychain),
    repositories: async (_accounts, page) => {
      await wait(300);
      if (name === "error") throw new Refused("unreachable", "GitHub cannot be reached: no connection could be made");
      return repositories(page);
    },
    discover: async (repo) => {
      await wait(700);
      if (repo.includes("handbook"))
        throw new Refused("not_found", "GitHub: Could not resolve to a Repository with the name 'acme/handbook'.");
      return proposal(repo);
    },
    ...services({
      wait,
      changed,
      now,
      services: () => world.snapshot.services,
      set: (list) => (world.snapshot.services = list),
      fails: name === "error",
      refuse: (code, message) => new Refused(code, message),
    }),
    addService: (added) => {
      world.snapshot.services = [...world.snapshot.services, newService(added.name)];
      world.snapshot.rev += 50;
      tell({ ...nothing(), rev: world.snapshot.rev });
      return done();
    },
    sayProduction: async (s, e, production) => {
      await wait(200);
      const state = service(s);
      const config = {
        ...state.config,
        environments: state.config.environments.map((one) => (one.name === e ? { ...one, production } : one)),
      };
      const alerts = state.alerts.filter((a) => a.kind !== "production_not_said" || a.subject.environment !== e);
      changed([
        {
          ...state,
          config,
          alerts,
          environments: state.environments.map((one) => (one.name === e ? { ...one, production } : one)),
        },
      ]);
    },
    openSandbox: (scenario) => {
      Object.assign(world, scene("flow"), { sandbox: { scenario, scenarios, speed: 60 } });
      world.snapshot.rev = 50;
      changed([]);
      tell({ ...nothing(), rev: 99 });
      return done();
    },
    leaveSandbox: done,
    breakProduction: async (of) => {
      await wait(200);
      const s = service(of);
      const broken = hurt();
      if (s.name !== broken.name) throw new Refused("denied", "What is live on production is a revert.");
      changed([broken]);
    },
    setSettings: (settings) => {
      world.settings = settings;
      return done();
    },
    ...notificationCalls(world, asked.get("server") ?? "answers"),
    refresh: () => {
      changed([]);
      return done();
    },
    setShown: done,
    setVisible: done,
    openLink: (url) => {
      console.info("open", url);
      return done();
    },
    ...desktop(name === "first-trouble"),
  };
}
