// A shop with releases of every kind, over days. Development only.
import type { BadRelease, Release, ReleaseWatch, WatchVerdict } from "../types";
import { NOW, commit, configSet, environment, iso, release, rolledBackTo, service, sha } from "./parts";
import { storefront } from "./storefront";
import type { FakeService } from "./views";
import { watch } from "./watches";

const DAY = 86_400_000;
/** So many days ago, at hh:mm. */
const ago = (days: number, clock: string) => {
  const [h = 0, m = 0] = clock.split(":").map(Number);
  const day = new Date(NOW - days * DAY);
  return iso(new Date(day.getFullYear(), day.getMonth(), day.getDate(), h, m).getTime());
};
const OUTPUT = "https://release-output.heroku.com/streams/1";
const by = (user: string) => `${user}@acme.example`;

/** A release whose command took so many seconds. */
function ran(version: number, at: string, seconds: number, more: Partial<Release>): Release {
  return release(version, at, {
    output_url: OUTPUT,
    updated_at: iso(Date.parse(at) + seconds * 1000),
    description: `Deploy ${(more.commit ?? sha("4be21d7")).slice(0, 8)}`,
    ...more,
  });
}

const production = (): Release[] => [
  release(1852, ago(0, "13:58"), {
    current: true,
    code_version: 1851,
    commit: sha("c07d51e"),
    user: by("tomasz-w"),
    ...configSet("WEB_CONCURRENCY"),
  }),
  ran(1851, ago(0, "13:04"), 24, { commit: sha("c07d51e"), user: by("lena-h"), pull_requests: [489, 492, 478] }),
  ran(1850, ago(0, "12:47"), 22, {
    code_version: 1846,
    commit: sha("4be21d7"),
    user: by("lena-h"),
    ...rolledBackTo(1846),
  }),
  release(1849, ago(0, "12:44"), {
    mark: "rolled_back_from",
    code_version: 1847,
    commit: sha("9f3c1ab"),
    user: by("tomasz-w"),
    ...configSet("FX_CACHE_TTL", "FX_PROVIDER_URL"),
  }),
  ran(1847, ago(0, "12:39"), 31, {
    mark: "rolled_back_from",
    commit: sha("9f3c1ab"),
    user: by("tomasz-w"),
    pull_requests: [482, 483, 480, 478],
  }),
  ran(1846, ago(0, "11:24"), 22, { commit: sha("4be21d7"), user: by("ines-b"), pull_requests: [476, 474, 470] }),
  ran(1845, ago(0, "10:41"), 121, {
    status: "failed",
    eligible_for_rollback: false,
    commit: sha("77aa01c"),
    user: by("ines-b"),
    pull_requests: [470],
  }),
  ran(1844, ago(3, "10:52"), 19, { commit: sha("11d0e4f"), user: by("marek-d"), pull_requests: [469] }),
  release(1843, ago(4, "11:31"), {
    commit: null,
    user: null,
    cause: null,
    code_version: null,
    pull_requests: null,
    description: "",
  }),
  release(1842, ago(4, "10:52"), {
    code_version: 1840,
    user: by("nadia-k"),
    description: "Attach REDIS_ANALYTICS",
    cause: { cause: "add_on", name: "redis-analytics" },
    add_on_plans: ["heroku-postgresql:standard-2", "heroku-redis:premium-0", "redis-analytics:mini"],
  }),
  ran(1841, ago(5, "17:10"), 20, {
    user: by("yuki-s"),
    pull_requests: Array.from({ length: 15 }, (_, i) => 466 - i),
  }),
  release(1840, ago(5, "12:20"), {
    user: by("joost-v"),
    cause: { cause: "promotion", from: "storefront-staging" },
    description: "Promote storefront-staging v2290",
    pull_requests: [450],
  }),
  release(1839, ago(5, "09:02"), {
    user: "heroku",
    cause: { cause: "other" },
    description: "Enable Logplex",
    eligible_for_rollback: false,
  }),
  release(1838, ago(400, "09:02"), { user: by("joost-v"), pull_requests: [] }),
];

const titles: [number, string, string][] = [
  [492, "Revert “Cache exchange rates for 60 s”", "lena-h"],
  [469, "Let a customer change the delivery window after payment", "marek-d"],
  [466, "Round parcel weight up", "yuki-s"],
  [450, "Log the payment id with every refund", "joost-v"],
];

export function releasesOfAllKinds(): FakeService {
  const shop = storefront();
  return {
    ...shop,
    main: [...shop.main, ...titles.map(([number, title, who]) => commit(number, title, who, ago(5, "08:00")))],
    environments: [
      environment("production", "storefront-production", production(), { rollback_target: 1851 }),
      shop.environments[1]!,
    ],
  };
}

const verdict = (is: WatchVerdict | null, more: Partial<ReleaseWatch> = {}): ReleaseWatch => ({
  verdict: is,
  reason: null,
  after_trouble: false,
  taken: is === null ? 9 : 37,
  planned: 38,
  ...more,
});
const markOf = (version: number, reason: string): BadRelease => ({
  id: `bad-${version}`,
  service: "storefront",
  environment: "production",
  app: "storefront-production",
  release: { id: `r-${version}`, label: `v${version}`, ordinal: version },
  code: sha("9f3c1ab"),
  by: "lena-h",
  at: ago(0, "12:50"),
  reason,
});
const WATCHED: Record<number, Partial<Release>> = {
  1851: { watch: verdict(null) },
  1850: { watch: verdict("superseded") },
  1847: {
    watch: verdict("bad", { taken: 20, reason: "6 web dynos crashed since live, limit 4 of 8" }),
    marked_bad: markOf(1847, "KeyError FX_CACHE_TTL, 6 of 8 web dynos down"),
  },
  1846: { watch: verdict("good") },
  1844: { watch: verdict("good", { after_trouble: true }) },
  1841: { watch: verdict("inconclusive", { taken: 9, reason: "no evidence either way (9 of 38 samples)" }) },
};

/** The same, of which most were watched, and one is marked bad. */
export function releasesWatched(): FakeService {
  const shop = releasesOfAllKinds();
  const [first, ...rest] = shop.environments;
  const releases = first!.releases.map((one) => ({ ...one, ...WATCHED[one.version] }));
  const running = watch(1851, 290, "c07d51e", {
    evidence: [
      { level: "good", label: "Web dynos", text: "8 of 8 up, none crashed, limit 4 of 8", at: null },
      { level: "warning", label: "Health", text: "1 of 17 failed, 3 in a row is bad", at: ago(0, "14:33") },
      { level: "unknown", label: "Heroku", text: "no word of the platform was read", at: null },
    ],
    signals: [
      { kind: "health_check", text: "health answered 503", at: ago(0, "14:33"), last_at: ago(0, "14:34"), count: 2 },
    ],
  });
  const env = { ...first!, releases, current: releases[0]!, rollback_target: 1846, watch: running };
  return { ...shop, environments: [env, ...rest] };
}

/** A service that was never released, of which all was read. */
export function releasesNone(): FakeService {
  return service("storefront", {
    environments: [
      environment("production", "storefront-production", [], {
        current: null,
        releases_complete: true,
        health: "unknown",
        dynos: [],
        probe: null,
      }),
    ],
  });
}

const LONG =
  "Make the checkout remember every address a customer has ever typed, in any alphabet, across devices and brands";

/** Texts that do not fit, and one release that is still under way. */
export function releasesLong(): FakeService {
  const name = "a-very-long-name-of-a-person-that-nobody-can-read-to-its-end";
  const releases = [
    ran(100_412, ago(0, "14:35"), 30, { status: "pending", user: name, pull_requests: [489] }),
    release(100_411, ago(0, "12:00"), {
      current: true,
      code_version: 100_410,
      user: by(name),
      ...configSet(...Array.from({ length: 30 }, (_, i) => `A_LONG_NAME_OF_A_CONFIG_VAR_${i}`)),
    }),
    ran(100_410, ago(0, "11:00"), 3500, {
      user: by(name),
      pull_requests: Array.from({ length: 40 }, (_, i) => 489 - i),
    }),
    release(100_409, ago(1, "11:00"), { user: name, cause: { cause: "other" }, description: `${LONG}. ${LONG}` }),
    release(100_408, ago(1, "10:00"), { description: "إصلاح حساب الضريبة ‮desrever‬ 123", pull_requests: null }),
  ];
  const shop = storefront({ main: [commit(489, LONG, name, ago(0, "10:00"))], pull_requests: [] });
  return {
    ...shop,
    environments: [environment("production", "storefront-production", releases, { health: "releasing" })],
  };
}
