// Invented plans. Development only.
import type { Action, Plan } from "../types";
import type { FakeService } from "./views";
import { before, estimate, sha } from "./parts";

/** The plan of an action, as Rust would make it of this service. */
export function planOf(action: Action, service: FakeService, id: string): Plan {
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
          subject: null,
          title: `Takes out only #${action.number}`,
          details: ["3 other PRs of v1847 stay live"],
        },
        { kind: "fact", subject: null, title: "Opens an ordinary PR; you merge it", details: [] },
        {
          kind: "not_undone",
          subject: null,
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
        pin: null,
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
          subject: "takes_out",
          title: "4 PRs by 3 authors leave production",
          details: plan.rollback.pull_requests!.map((p) => `#${p.number} ${p.title}, ${p.author}`),
        },
        {
          kind: "warning",
          subject: "migrations",
          title: "1 migration is crossed and stays in the database",
          details: ["db/migrate/20261120094512_add_currency_to_order_lines.rb"],
        },
        {
          kind: "warning",
          subject: "config",
          title: "2 config changes are undone",
          details: ["FX_CACHE_TTL", "WEB_CONCURRENCY"],
        },
        {
          kind: "warning",
          subject: null,
          title: `The release command of v${to} runs again`,
          details: ["On the database as it is now. Slipway cannot prove that it fits."],
        },
        {
          kind: "not_undone",
          subject: null,
          title: "Not undone",
          details: ["Data written since, add-ons, queued jobs. Staging stays on v2313."],
        },
      ];
      break;
    }
    case "promote":
    case "release": {
      const source =
        action.action === "promote" ? service.environments.find((e) => e.name === action.from)?.current : undefined;
      const to = action.action === "promote" ? action.to : action.environment;
      const env = service.environments.find((e) => e.name === to)!;
      const what =
        action.action === "promote"
          ? `Promote ${action.from} v${source?.version ?? 0} to ${to}`
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
            subject: "brings",
            title: `2 pull requests reach ${to}`,
            details: ["#482 Cache exchange rates for 60 s, tomasz-w", "#478 Add currency to order lines, ines-b"],
          },
          {
            kind: "warning",
            subject: null,
            title: "1 migration comes with it",
            details: ["db/migrate/20261120094512_add_currency_to_order_lines.rb (from #478)"],
          },
          {
            kind: "fact",
            subject: null,
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
        consequences: [{ kind: "fact", subject: null, title: "Jobs that passed are not run again", details: [] }],
        estimate: estimate(300),
      });
      plan.request = { request: "rerun_from_failed", workflow: "w" };
    }
  }
  goesOverPin(plan, service);
  return plan;
}

/** What carries something bad to a pinned environment asks a person why. */
function goesOverPin(plan: Plan, { environments, pull_requests }: FakeService) {
  const { action } = plan;
  const env = environments.find((one) => one.pin !== null);
  const carriers = env?.on_its_way?.carriers ?? [];
  const brings =
    action.action === "approve"
      ? carriers.some((one) => one.id === action.pipeline)
      : action.action === "merge" && pull_requests.some((one) => one.number === env?.pin_progress?.revert);
  if (!env || !brings) return;
  const text = `It would bring #482 back to ${env.name}, which is pinned against it`;
  plan.confirmations = [{ kind: "pin_violated", objects: ["pin-1:#482"], text }];
  if (plan.verdict.verdict !== "deny") plan.verdict = { verdict: "confirm", reasons: [text] };
}
