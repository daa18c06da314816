// What lies between two invented releases. Development only.
import type {
  ComparedChange,
  ComparedRelease,
  Comparison,
  ComparisonSide,
  ComparisonView,
  ReleaseName,
} from "../types";
import { before, sha } from "./parts";
import { storefront } from "./storefront";
import type { FakeService } from "./views";

/** A service whose staging is ahead, and which is promoted. */
export function promoted(): FakeService {
  const brings = { pull_requests: [1176, 1181, 1187, 1185, 1183, 1179, 1178], other_commits: 2 };
  const made = storefront({ differs: { difference: "ahead", environment: "staging", brings } });
  return { ...made, environments: made.environments.map((env) => ({ ...env, pipeline: "storefront" })) };
}

const nothing: ComparisonSide = { changes: [], cancelling: [], commits: 0, complete: true, people: [] };

/** Hexadecimal, of a text. */
const seedOf = (text: string) =>
  [...text].reduce((sum, sign) => (Math.imul(sum, 31) + sign.charCodeAt(0)) >>> 0, 7).toString(16);

function change(
  pull_request: number | null,
  title: string,
  author: string,
  more: Partial<ComparedChange> = {},
): ComparedChange {
  return { pull_request, sha: sha(seedOf(title)), title, author, commits: 1, migrations: [], ...more };
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

/** More commits than are read. */
function cut(): ComparisonSide {
  const authors = ["marek-d", "ines-b", "lena-h", "joost-v", "nadia-k", "yuki-s", "release-bot"];
  const changes = Array.from({ length: 1000 }, (_, i) =>
    change(i % 5 === 4 ? null : 4000 - i, `Change ${1000 - i} of a long year`, authors[(i * i) % 7]!, {
      sha: sha(i.toString(16).padStart(4, "0")),
    }),
  );
  changes.sort((a, b) => Number(a.pull_request === null) - Number(b.pull_request === null));
  return { changes, cancelling: [], commits: 1000, complete: false, people: authors };
}

function long(): ComparisonSide {
  const words = "Move every delivery estimate to the new carrier interface without changing a single price ".repeat(3);
  const author = "a-person-whose-name-goes-on-and-on-until-nobody-reads-it";
  const path = `db/migrate/${"20261119_a_folder_with_a_very_long_name/".repeat(4)}remove_carts_legacy_token.rb`;
  const changes = [
    change(123456, words, author, {
      commits: 14,
      migrations: [
        { path, effect: "retypes" },
        { path: path.replace("remove", "rename"), effect: "retypes" },
        { path: path.replace("remove", "alter"), effect: "retypes" },
        { path, effect: "unknown" },
      ],
    }),
    change(null, words, author),
  ];
  return { changes, cancelling: [], commits: 15, complete: true, people: [author] };
}

const lacks = (): ComparisonSide => ({
  changes: [change(1190, "Hotfix: charge a card once", "lena-h"), change(null, "Pin the payment client", "joost-v")],
  cancelling: [],
  commits: 2,
  complete: true,
  people: ["lena-h", "joost-v"],
});

const differing: Comparison["config"] = [
  { name: "GIFT_CARD_PROVIDER", base: "not_set", head: "set", changed_at: before(3 * 86400) },
  { name: "LEGACY_CART", base: "set", head: "not_set", changed_at: before(2 * 3600) },
];

type Between = Pick<Comparison, "relation" | "brings" | "lacks" | "config" | "config_same" | "gaps"> & {
  sentence: (head: string, base: string) => string;
};

/** By the scene; else what staging brings. */
function between(scene: string): Between {
  const usual: Between = {
    relation: "ahead",
    brings: brings(),
    lacks: nothing,
    config: differing,
    config_same: 14,
    gaps: [],
    sentence: (head) => `${head} brings 7 PRs and 2 commits.`,
  };
  switch (scene) {
    case "compare-same":
      return {
        ...usual,
        relation: "same",
        brings: nothing,
        sentence: () => "The same code. 2 config names differ.",
      };
    case "compare-cut":
      return {
        ...usual,
        brings: cut(),
        gaps: ["Only the first 1000 commits were compared"],
        sentence: (head) => `${head} brings more than 1000 commits.`,
      };
    case "compare-unknown":
      return {
        ...usual,
        relation: "unknown",
        brings: nothing,
        config: null,
        config_same: null,
        gaps: [
          "The commit of production v1846 is not known",
          "The names of staging's config could not be read: Heroku answered 403",
        ],
        sentence: (head, base) => `How ${head.toLowerCase()} stands to ${base.toLowerCase()} is not known.`,
      };
    case "compare-differ":
      return {
        ...usual,
        relation: "differ",
        lacks: lacks(),
        sentence: (head) =>
          `Each has what the other lacks: ${head.toLowerCase()} ` +
          "brings 7 PRs and 2 commits, and lacks 1 PR and 1 commit.",
      };
    case "long":
      return { ...usual, brings: long(), sentence: (head) => `${head} brings 1 PR and 1 commit.` };
    default:
      return usual;
  }
}

const backwards = { ahead: "behind", behind: "ahead", same: "same", differ: "differ", unknown: "unknown" } as const;
const presence = { set: "not_set", not_set: "set", unknown: "unknown" } as const;

function turned(made: Between): Between {
  const [brings, lacks] = [made.lacks, made.brings];
  const relation = backwards[made.relation];
  const config = made.config?.map((one) => ({ ...one, base: presence[one.base], head: presence[one.head] })) ?? null;
  const sentence: Between["sentence"] =
    relation === "behind"
      ? (_, base) => `Nothing to bring: ${base.toLowerCase()} is ahead by 7 PRs and 2 commits.`
      : made.sentence;
  return { ...made, brings, lacks, relation, config, sentence };
}

function named(service: FakeService, name: ReleaseName): ComparedRelease {
  const env = service.environments.find((one) => one.name === name.environment)!;
  const release = env.releases.find((one) => one.version === (name.version ?? env.current?.version)) ?? env.current!;
  const { version, code_version, commit, released_at } = release;
  const live = version === env.current?.version;
  return { environment: env.name, app: env.app, version, code_version, commit, released_at, live };
}

const nameOf = (one: ComparedRelease, other: ComparedRelease) =>
  one.environment === other.environment
    ? `v${one.version}`
    : one.environment[0]!.toUpperCase() + one.environment.slice(1) + (one.live ? "" : ` v${one.version}`);

function isLater(one: ComparedRelease, other: ComparedRelease): boolean {
  return one.environment === other.environment ? one.version > other.version : other.environment === "production";
}

const lineOf = (one: ComparedChange) =>
  `- ${one.title} ${one.pull_request === null ? `\`${one.sha.slice(0, 7)}\`` : `#${one.pull_request}`}, ${one.author}`;

export function comparison(service: FakeService, base: ReleaseName, head: ReleaseName, scene: string): ComparisonView {
  const [of, to] = [named(service, base), named(service, head)];
  const one = of.version === to.version && of.environment === to.environment;
  const usual = between(one ? "compare-same" : scene);
  const { sentence, ...made } = isLater(to, of) || one ? usual : turned(usual);
  const same = one ? { config: [], config_same: 16 } : {};
  const name = (release: ComparedRelease) => `${release.environment} v${release.version}`;
  return {
    comparison: { service: service.name, base: of, head: to, ...made, ...same },
    sentence: one ? "This is one and the same release." : sentence(nameOf(to, of), nameOf(of, to)),
    markdown: [
      `## ${service.name}: ${name(of)} to ${name(to)}`,
      ...(made.relation === "same" ? ["The same code."] : []),
      ...(made.brings.changes.length > 0 ? ["\n### Changes\n", ...made.brings.changes.map(lineOf)] : []),
      ...(made.lacks.changes.length > 0 ? ["\n### Not in it\n", ...made.lacks.changes.map(lineOf)] : []),
      ...made.gaps.map((gap) => `\nNot known: ${gap}`),
    ].join("\n"),
  };
}
