// An invented Rust for the browser: ?scene=flow|incident|… chooses the world. Development only.
import type { Client } from "../client";
import type { Action, Entry, LogLine, LogSpan, LogStepView, Plan, ServiceState, WorldChange } from "../types";
import { proposal, repositories } from "./discover";
import { NOW, account, before, estimate, iso, release, sha } from "./parts";
import { scenarios, scene, type Scene } from "./scenes";
import { mustName, shipmentOf } from "./ships";

const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

export function fake(): Client {
  const asked = new URLSearchParams(location.search);
  const name = (asked.get("scene") ?? "flow") as Scene;
  const world = scene(name);
  if (asked.get("theme") === "dark" || asked.get("theme") === "light")
    world.settings.theme = asked.get("theme") as "dark" | "light";
  const started = performance.now();
  const now = () => iso(NOW + performance.now() - started);
  const entries: Entry[] = history();
  const plans = new Map<string, Plan>();
  let tell: (change: WorldChange) => void = () => {};
  let staleOnce = asked.has("stale");
  let serial = 0;

  function changed(services: ServiceState[]) {
    const snapshot = world.snapshot;
    snapshot.rev += 1;
    snapshot.observed_at = now();
    snapshot.services = snapshot.services.map((s) => services.find((n) => n.name === s.name) ?? s);
    tell({
      rev: snapshot.rev,
      now: now(),
      observed_at: snapshot.observed_at,
      services,
      order: snapshot.services.map((s) => s.name),
      accounts: snapshot.accounts,
      notices: snapshot.notices,
      keychain: world.keychain,
      muted_until: world.muted_until,
      events: [],
    });
  }
  if (name !== "error" && name !== "loading") setInterval(() => changed([]), 5000);

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
    else set("succeeded", `${entry.target}: read back and confirmed.`, false);
  }

  return {
    world: async () => structuredClone(world),
    onWorld: async (apply) => void (tell = (change) => apply(structuredClone(change))),
    onGoto: async () => {},
    plan: async (action) => {
      await wait(150);
      const why = mustName(action, service(action.service));
      if (why !== null) throw { code: "impossible", message: why, retry_after: null };
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
    journal: async () => structuredClone(entries),
    acknowledge: async (notice) => {
      world.snapshot.notices = world.snapshot.notices.filter((one) => one.id !== notice);
      changed([]);
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
    log: async () => ({
      steps: logSteps(),
      over: name !== "pipeline",
      unavailable: name === "error" ? "CircleCI answered 404. The job's result is known: failed." : null,
      note: null,
    }),
    logStep: async (_s, _j, step) => ({
      ...logSteps()[step]!,
      lines: Array.from({ length: 40 }, (_, i) => plain(`line ${i + 1} of a folded step`)),
    }),
    failedTests: async () => [
      {
        name: "Order emails groups two parcels of one basket into one email",
        file: "spec/system/order_emails_spec.rb:58",
        message: "expected: 1\n     got: 2",
      },
      {
        name: "Basket keeps the delivery estimate after a reload",
        file: "spec/system/basket_spec.rb:112",
        message: 'timed out after 10 s waiting for\ntext "arrives Thursday"',
      },
    ],
    artifacts: async () => [
      {
        path: "coverage/index.html",
        url: "https://output.circle-artifacts.com/output/job/1/artifacts/0/coverage/index.html",
        opens: true,
      },
      {
        path: "screenshots/failures/order_emails_groups_two_parcels.png",
        url: "https://artifacts.acme.example/1.png",
        opens: false,
      },
    ],
    output: async () => ({
      lines: [
        "$ bin/rails db:migrate",
        "== 20261120094512 AddCurrencyToOrderLines: migrating ==",
        "-- add_column(:order_lines, :currency, :string)",
        "   -> 0.0042s",
      ].map((t) => plain(t)),
      cut: 0,
      over: false,
      unavailable: null,
    }),
    olderReleases: async (s, e, from) => {
      const known = service(s).environments.find((one) => one.name === e)!.releases;
      const oldest = known[known.length - 1]!;
      if (oldest.version - from > 300) return [];
      return Array.from({ length: 30 }, (_, i) =>
        release(from - 1 - i, iso(Date.parse(oldest.released_at!) - (oldest.version - from + i + 1) * 9 * 3600_000)),
      );
    },
    pipeline: async (s, id) => structuredClone(service(s).pipelines.find((p) => p.id === id)!),
    addAccount: async (a) => ({
      account: account(a.provider, { id: `${a.provider}-2`, token: a.keychain ? "keychain" : "this_run" }),
      not_tested: null,
    }),
    borrowable: async () =>
      name === "access" || name === "first-run"
        ? [
            { provider: "github", cli: "gh", url: null },
            { provider: "heroku", cli: "heroku", url: null },
          ]
        : [],
    setReadOnly: async (id, on) =>
      void (world.snapshot.accounts = world.snapshot.accounts.map((a) => (a.id === id ? { ...a, read_only: on } : a))),
    secondFactor: async () => void (await wait(300)),
    testAccount: async (id) => (
      await wait(400),
      {
        ok: id !== "heroku",
        user: "lena-h",
        message: id === "heroku" ? "Heroku answered 401: the token was refused." : "The token works.",
      }
    ),
    removeAccount: async () => {},
    replaceToken: async () => null,
    retryKeychain: async () => (await wait(300), world.keychain),
    repositories: async (_accounts, page) => {
      await wait(300);
      if (name === "error")
        throw {
          code: "unreachable",
          message: "GitHub cannot be reached: no connection could be made",
          retry_after: null,
        };
      return repositories(page);
    },
    discover: async (repo) => {
      await wait(700);
      if (repo.includes("handbook"))
        throw {
          code: "not_found",
          message: "GitHub: Could not resolve to a Repository with the name 'acme/handbook'.",
          retry_after: null,
        };
      return proposal(repo);
    },
    addService: async () => {},
    removeService: async () => {},
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
    openSandbox: async (scenario) => {
      Object.assign(world, scene("flow"), { sandbox: { scenario, scenarios, speed: 60 } });
      world.snapshot.rev = 50;
      changed([]);
      tell({
        rev: 99,
        now: now(),
        observed_at: null,
        services: [],
        order: [],
        accounts: [],
        notices: [],
        keychain: world.keychain,
        muted_until: null,
        events: [],
      });
    },
    leaveSandbox: async () => {},
    setSettings: async (settings) => void (world.settings = settings),
    refresh: async () => changed([]),
    setShown: async () => {},
    setVisible: async () => {},
    mute: async () => {},
    openLink: async (url) => void console.info("open", url),
  };
}

function planOf(action: Action, service: ServiceState, id: string): Plan {
  const plan: Plan = {
    id,
    action,
    title: "",
    target: { key: "k", name: service.name },
    seen: "",
    steps: [],
    request: null,
    expectation: null,
    verdict: { verdict: "allow" },
    account: "github",
    repo: service.repo,
    app: null,
    basis: { head_sha: null, live: null, source: null },
    confirmations: [],
    shipment: { takes_out: [], brings: [], ships_over: [], ships_again: [] },
    consequences: [],
    rollback: null,
    estimate: null,
    instead: null,
    confirm_text: null,
    read_at: before(0),
  };
  switch (action.action) {
    case "merge": {
      const pr = service.pull_requests.find((p) => p.number === action.number);
      const method = action.method ?? "squash";
      Object.assign(plan, {
        title: `Merge #${action.number}`,
        target: { key: "m", name: `acme/storefront#${action.number}` },
        seen: `head ${pr?.head_sha.slice(0, 7)}`,
        steps: [`${method} ${pr?.head_sha.slice(0, 7)} into main`],
      });
      plan.request = {
        request: "merge",
        repo: service.repo,
        number: action.number,
        head_sha: pr?.head_sha ?? "",
        method,
      };
      if (pr?.readiness !== "ready") plan.verdict = { verdict: "deny", reasons: pr?.reasons ?? ["It is not open"] };
      break;
    }
    case "enqueue":
    case "dequeue":
    case "enable_auto_merge":
    case "disable_auto_merge":
    case "update_branch": {
      const pr = service.pull_requests.find((p) => p.number === action.number);
      const words = {
        enqueue: "Add to the merge queue",
        dequeue: "Take out of the merge queue",
        enable_auto_merge: "Turn on auto-merge",
        disable_auto_merge: "Turn off auto-merge",
        update_branch: "Update with main",
      }[action.action];
      Object.assign(plan, {
        title: `${words}: #${action.number}`,
        target: { key: "m", name: `acme/storefront#${action.number}` },
        seen: `head ${pr?.head_sha.slice(0, 7)}`,
        steps: [`${words}: ${pr?.head_sha.slice(0, 7)}`],
      });
      plan.request = {
        request: "update_branch",
        repo: service.repo,
        number: action.number,
        node_id: "x",
        head_sha: pr?.head_sha ?? "",
      };
      break;
    }
    case "revert":
      Object.assign(plan, {
        title: `Revert #${action.number}`,
        estimate: estimate(540),
        instead: "Roll back production to v1846: about 40 s",
        steps: [`Open a pull request that reverts #${action.number}`],
      });
      plan.request = {
        request: "revert",
        repo: service.repo,
        number: action.number,
        node_id: "x",
        title: "t",
        body: "b",
      };
      plan.consequences = [
        {
          kind: "fact",
          title: `Takes out only #${action.number}`,
          details: ["3 other pull requests of v1847 stay live"],
        },
        { kind: "fact", title: "Opens an ordinary pull request; you merge it", details: [] },
        {
          kind: "not_undone",
          title: "Production stays as it is until the revert is live",
          details: ["Customers wait for CI; review is not counted"],
        },
      ];
      break;
    case "roll_back": {
      const env = service.environments.find((e) => e.name === action.environment)!;
      const to = action.to ?? env.rollback_target ?? 0;
      Object.assign(plan, {
        title: `Roll back ${action.environment} to v${to}`,
        target: { key: "r", name: env.app },
        seen: `release v${env.current?.version}`,
        estimate: { seconds: 40, low: 31, high: 71, runs: 5 },
        instead: "Revert #482: about 9 min",
        confirm_text: env.production ? env.app : null,
        steps: [`Ask Heroku to release v${to} again on ${env.app}`],
        verdict: { verdict: "confirm", reasons: ["1 migration is crossed and stays in the database"] },
      });
      plan.request = { request: "roll_back", app: env.app, release_id: "r" };
      plan.rollback = {
        environment: action.environment,
        app: env.app,
        from_version: env.current?.version ?? 0,
        from_code_version: env.current?.code_version ?? null,
        from_commit: sha("9f3c1ab"),
        to_version: to,
        to_commit: sha("4be21d7"),
        to_live_since: before(11600),
        pull_requests: [
          [482, "Cache exchange rates for 60 s", "tomasz-w"],
          [483, "Bump puma to 6.6.1", "nadia-k"],
          [480, "Black Friday footer copy", "nadia-k"],
          [478, "Add currency to order lines", "ines-b"],
        ].map(([number, title, author]) => ({ number: Number(number), title: String(title), author: String(author) })),
        returning: [],
        direct_commits: [],
        migrations: [{ path: "db/migrate/20261120094512_add_currency_to_order_lines.rb", pull_request: 478 }],
        config: [
          { name: "FX_CACHE_TTL", effect: "removed", version: 1848 },
          { name: "WEB_CONCURRENCY", effect: "changed", version: 1849 },
        ],
      };
      plan.consequences = [
        {
          kind: "fact",
          title: "4 pull requests by 3 authors leave production",
          details: plan.rollback.pull_requests!.map((p) => `#${p.number} ${p.title}, ${p.author}`),
        },
        {
          kind: "warning",
          title: "1 migration is crossed and stays in the database",
          details: ["db/migrate/20261120094512_add_currency_to_order_lines.rb"],
        },
        { kind: "warning", title: "2 config changes are undone", details: ["FX_CACHE_TTL", "WEB_CONCURRENCY"] },
        {
          kind: "warning",
          title: `The release command of v${to} runs again`,
          details: ["On the database as it is now. Slipway cannot prove that it fits."],
        },
        {
          kind: "not_undone",
          title: "Not undone",
          details: ["Data written since, add-ons, queued jobs. Staging stays on v2313."],
        },
      ];
      break;
    }
    case "promote":
    case "release": {
      const to = action.action === "promote" ? action.to : action.environment;
      const env = service.environments.find((e) => e.name === to)!;
      const what =
        action.action === "promote"
          ? `Promote ${action.from} v${service.environments.find((e) => e.name === action.from)?.current?.version ?? 0} to ${to}`
          : `Release the newest build on ${to}`;
      Object.assign(plan, {
        title: what,
        target: { key: "d", name: env.app },
        seen: "4be21d7",
        steps: [`Release the code on ${env.app}`],
        estimate: estimate(46),
        confirm_text: to === "production" ? env.app : null,
        consequences: [
          {
            kind: "fact",
            title: `2 pull requests reach ${to}`,
            details: ["#482 Cache exchange rates for 60 s, tomasz-w", "#478 Add currency to order lines, ines-b"],
          },
          {
            kind: "warning",
            title: "1 migration comes with it",
            details: ["db/migrate/20261120094512_add_currency_to_order_lines.rb (from #478)"],
          },
          {
            kind: "fact",
            title: `${env.app} keeps its own config`,
            details: ["Only code is released; its release command runs."],
          },
        ],
      });
      plan.request = { request: "release_slug", app: env.app, slug: "s", description: "Deploy 4be21d7" };
      break;
    }
    default: {
      const number = service.pipelines.find((p) => p.id === action.pipeline)?.number;
      const verb = { rerun: "Rerun from failed", cancel: "Cancel", approve: "Approve" }[action.action];
      Object.assign(plan, {
        title: `${verb} #${number}`,
        steps: [`Ask CircleCI to ${verb.toLowerCase()} #${number}`],
        consequences: [{ kind: "fact", title: "Jobs that passed are not run again", details: [] }],
        estimate: estimate(300),
      });
      plan.request = { request: "rerun_from_failed", workflow: "w" };
    }
  }
  return plan;
}

const span = (text: string, color: number | null = null, bold = false, dim = false): LogSpan => ({
  text,
  color,
  bold,
  dim,
});
const plain = (text: string, failure = false): LogLine => ({ spans: [span(text)], failure });

function logSteps(): LogStepView[] {
  const folded = (n: string, seconds: number): LogStepView => ({
    name: n,
    status: "passed",
    seconds,
    lines: null,
    cut: 0,
    has_output: true,
  });
  const lines: LogLine[] = [
    {
      spans: [
        span("$ ", 2),
        span("bin/rspec --profile 5 --order rand:41877", null, true),
        span("  # shard 3 of 6, 412 examples", null, false, true),
      ],
      failure: false,
    },
    { spans: [span("Randomized with seed "), span("41877", 3)], failure: false },
    ...Array.from({ length: 200 }, () => plain(".".repeat(76))),
    { spans: [span("  1) Order emails groups two parcels of one basket into one email", 1)], failure: true },
    { spans: [span("     Failure/Error: expect(deliveries.size).to "), span("eq(1)", 6)], failure: false },
    { spans: [span("       expected: 1", 1)], failure: false },
    { spans: [span("            got: 2", 1)], failure: false },
    { spans: [span("     # ./spec/system/order_emails_spec.rb:58", 6)], failure: false },
    plain(".".repeat(60)),
    { spans: [span("  2) Basket keeps the delivery estimate after a reload", 1)], failure: true },
    {
      spans: [span("     Failure/Error: expect(page).to have_text("), span('"arrives Thursday"', 2), span(")")],
      failure: false,
    },
    {
      spans: [
        span("DEPRECATION: ", 3),
        span("ActiveJob inline adapter is slow, called from "),
        span("mailer_spec.rb:9", 6),
      ],
      failure: false,
    },
    { spans: [span("[348/412] ", 4), span("2 failures, 1 pending")], failure: false },
  ];
  return [
    folded("Spin up environment", 3),
    folded("Restore cache", 6),
    folded("bin/setup", 21),
    { name: "bin/rspec", status: "running", seconds: 376, lines, cut: 0, has_output: true },
  ];
}

function history(): Entry[] {
  const of = (
    id: number,
    state: Entry["state"],
    action: string,
    target: string,
    seconds: number,
    message: string,
    reason: string | null = null,
  ): Entry => ({
    id: `h${id}`,
    at: before(seconds),
    action,
    service: "storefront",
    target,
    seen: "head 9f3c1ab",
    reason,
    by: "lena",
    state,
    sent_at: before(seconds),
    finished_at: before(seconds - 40),
    message,
    account: "github",
    repo: "acme/storefront",
    app: null,
    replaced_by: null,
    overtook: [],
    settled_by: null,
    settled_as: null,
    settled_reason: null,
    accepted_at: null,
    request: { action: "merge", service: "storefront", number: 482, method: "squash" },
    expectation: { expect: "merged", repo: "acme/storefront", number: 482, head_sha: "" },
  });
  return [
    {
      ...of(6, "succeeded", "rollback", "storefront-production", 60, "v1850 is current: v1846 again."),
      account: "heroku-2",
      app: "storefront-production",
      replaced_by: { id: "r9", label: "v1852", ordinal: 1852 },
      overtook: [{ id: "r8", label: "v1849", ordinal: 1849 }],
    },
    {
      ...of(7, "unknown", "merge", "acme/storefront#488", 900, "It could not be read for an hour."),
      settled_by: "lena",
      settled_as: "did_not",
      settled_reason: "Closed by hand on GitHub; the branch was deleted",
    },
    of(8, "not_sent", "promote", "storefront-production", 950, "The journal could not be written: nothing was sent."),
    of(
      1,
      "unknown",
      "rerun",
      "storefront #3123",
      200,
      "It could not be checked: CircleCI did not answer in time. Slipway keeps checking; nothing is sent again. Open the pipeline and see how it stands before you ask again.",
    ),
    of(2, "succeeded", "merge", "acme/storefront#482", 320, "Merged as 9f3c1ab."),
    of(
      3,
      "succeeded",
      "rollback",
      "storefront-staging",
      5460,
      "v2312 is current: v2310 again.",
      "Prices in the wrong currency",
    ),
    of(
      4,
      "failed",
      "merge",
      "acme/storefront#471",
      8000,
      "GitHub answered 405: the branch has conflicts. Nothing was merged.",
    ),
    of(5, "succeeded", "merge", "acme/storefront#476", 90_000, "Merged as 4be21d7."),
  ];
}
