// What lies between two invented releases. Development only.
import type { ComparedChange, ComparedRelease, ComparisonSide, ComparisonView, ReleaseName } from "../types";
import { before, sha } from "./parts";
import type { FakeService } from "./views";

const nothing: ComparisonSide = { changes: [], cancelling: [], commits: 0, complete: true, people: [] };

function change(
  pull_request: number | null,
  title: string,
  author: string,
  more: Partial<ComparedChange> = {},
): ComparedChange {
  return { pull_request, sha: sha(title.slice(0, 6)), title, author, commits: 1, migrations: [], ...more };
}

function brings(): ComparisonSide {
  const changes = [
    change(1176, "Drop carts.legacy_token", "marek-d", {
      migrations: [{ path: "db/migrate/20261119_remove_carts_legacy_token.rb", effect: "drops" }],
    }),
    change(1181, "Add gift card balance to orders", "ines-b", {
      migrations: [{ path: "db/migrate/20261120_add_gift_card_balance.rb", effect: "adds" }],
    }),
    change(1187, "Refuse expired gift cards", "lena-h"),
    change(1185, "Retry tax lookups twice", "joost-v"),
    change(1183, "Bump rack to 3.1.9", "nadia-k"),
    change(1179, "Show delivery window at payment", "yuki-s"),
    change(1178, "Log the payment id with every refund", "joost-v"),
    change(null, "Regenerate the API client", "build-bot"),
    change(null, "Fix the runbook link", "marek-d"),
  ];
  const pair = {
    change: change(1172, "Cache tax rates", "yuki-s"),
    revert: change(1175, "Revert “Cache tax rates”", "yuki-s"),
  };
  const people = [...new Set(changes.flatMap((one) => one.author ?? []))];
  return { changes, cancelling: [pair], commits: 11, complete: true, people };
}

function named(service: FakeService, name: ReleaseName): ComparedRelease {
  const env = service.environments.find((one) => one.name === name.environment)!;
  const release = env.releases.find((one) => one.version === (name.version ?? env.current?.version)) ?? env.current!;
  const { version, code_version, commit, released_at } = release;
  const live = version === env.current?.version;
  return { environment: env.name, app: env.app, version, code_version, commit, released_at, live };
}

export function comparison(service: FakeService, base: ReleaseName, head: ReleaseName): ComparisonView {
  const [of, to] = [named(service, base), named(service, head)];
  const same = of.version === to.version && of.environment === to.environment;
  return {
    comparison: {
      service: service.name,
      base: of,
      head: to,
      relation: same ? "same" : "ahead",
      brings: same ? nothing : brings(),
      lacks: nothing,
      config: same
        ? []
        : [
            { name: "GIFT_CARD_PROVIDER", base: "not_set", head: "set", changed_at: before(3 * 86400) },
            { name: "LEGACY_CART", base: "set", head: "not_set", changed_at: before(2 * 86400) },
          ],
      config_same: 14,
      gaps: [],
    },
    markdown: [
      `## ${service.name}: v${of.version} to v${to.version}`,
      "### Migrations",
      "- Drop carts.legacy_token #1176, marek-d",
    ].join("\n\n"),
  };
}
