// The scenes of the invented world. Development only.
import type { FakeService, FakeWorld } from "./views";
import { accountsInNeed, withoutRights } from "./access";
import { NOW, account, before, iso, service } from "./parts";
import { promoted } from "./comparison";
import { sixty, twelve } from "./board";
import { wide } from "./boardWide";
import { accountsWithEveryError, everyState } from "./everyState";
import { items, many, services as inboxServices } from "./inbox";
import { crashed, earlier, long as longRecords, open as openRecord } from "./incidents";
import { headed } from "./incidentCalls";
import { hurtNoWay, hurtRevertOnly, pinned, pinnedClear, pinnedViolated, watchedBad } from "./pinned";
import { repeated } from "./repeated";
import { notifications } from "./notifications";
import { releasesLong, releasesNone, releasesOfAllKinds, releasesWatched } from "./releases";
import { regions, rolledBack } from "./ships";
import { busy, failing, hurt, long } from "./situations";
import { others, pipelines, storefront } from "./storefront";
import { vendors } from "./vendors";
import { degraded, held, offline as nothingAnswers, restarting, words as everyWord } from "./notGreen";

export const SCENES = [
  "flow",
  "incident",
  "pipeline",
  "busy",
  "empty",
  "first-run",
  "first-account",
  "first-service",
  "first-trouble",
  "damaged",
  "error",
  "long",
  "loading",
  "access",
  "keychain",
  "ships",
  "regions",
  "rolled-back",
  "words",
  "degraded",
  "restarting",
  "held",
  "offline",
  "inbox",
  "inbox-many",
  "repeated",
  "every-state",
  "board",
  "board-60",
  "board-wide",
  "releases",
  "releases-watched",
  "releases-none",
  "releases-long",
  "hurt-revert",
  "hurt-no-way",
  "hurt-two",
  "watch-bad",
  "pinned",
  "pinned-clear",
  "pinned-violated",
  "compare",
  "compare-same",
  "compare-cut",
  "compare-unknown",
  "compare-differ",
  "incidents",
  "incidents-one",
  "incidents-open",
  "incidents-long",
] as const;
export type Scene = (typeof SCENES)[number];

export function scene(name: Scene): FakeWorld {
  const accounts = [account("github"), account("circleci"), account("heroku")];
  const world: FakeWorld = {
    snapshot: {
      rev: 1,
      observed_at: before(3),
      services: [storefront(), ...others()],
      accounts,
      notices: [],
      inbox: [],
    },
    now: iso(NOW),
    sandbox: null,
    settings: { theme: "system", density: "comfortable", single_keys: true },
    notifications: notifications(),
    keychain: { state: "works" },
    muted_until: null,
    vendors,
    incidents: [],
  };
  const only = (first: FakeService) => (world.snapshot.services = [first, ...others()]);
  const offline = {
    kind: "unreachable" as const,
    message: "Heroku did not answer within 30 s",
    since: before(840),
    retry_at: before(-30),
    url: null,
  };
  switch (name) {
    case "flow":
      break;
    case "incident":
      only(hurt());
      world.sandbox = { scenario: "incident", scenarios, speed: 60 };
      break;
    case "ships":
      only(hurt());
      world.snapshot.accounts.push(
        account("heroku", { id: "heroku-2", user: "deploy@acme.example" }),
        account("github", { id: "github-2" }),
      );
      break;
    case "regions":
      only(regions(hurt()));
      break;
    case "rolled-back":
      only(rolledBack(hurt()));
      break;
    case "pipeline":
      only(failing());
      break;
    case "words":
      only(everyWord(storefront()));
      break;
    case "degraded":
      only(degraded(storefront()));
      break;
    case "restarting":
      only(restarting(hurt()));
      break;
    case "held":
      only(held(storefront()));
      break;
    case "offline": {
      only(nothingAnswers(storefront()));
      const error = {
        kind: "unreachable" as const,
        message: "no connection could be made",
        since: before(840),
        retry_at: before(-30),
        url: null,
      };
      world.snapshot.accounts = world.snapshot.accounts.map((one) => ({ ...one, ok: false, error }));
      world.snapshot.observed_at = before(840);
      break;
    }
    case "busy":
      world.snapshot.services = busy();
      break;
    case "empty":
      only(
        storefront({
          pull_requests: [],
          pipelines: pipelines().slice(3),
          mark: "healthy",
          sentence: {
            mark: "healthy",
            text: "Production is healthy. Nothing in flight.",
            detail: ["v1846 live for 3 h 12 min"],
            word: "",
          },
        }),
      );
      break;
    case "damaged":
      world.snapshot.notices = [
        {
          id: "n",
          since: before(900),
          message:
            "The journal was damaged and set aside; 14 of its entries could be kept. " +
            "Actions that were under way may be missing from it: " +
            "check PRs and releases before you repeat one.",
        },
      ];
      break;
    case "first-run":
      world.snapshot = { rev: 1, observed_at: null, services: [], accounts: [], notices: [], inbox: [] };
      break;
    case "inbox":
      world.snapshot.services = [hurt(), ...inboxServices()];
      world.snapshot.inbox = items();
      break;
    case "inbox-many":
      world.snapshot.inbox = many(200);
      break;
    case "first-account":
      world.snapshot = { rev: 1, observed_at: null, services: [], accounts: [], notices: [], inbox: [] };
      world.snapshot.accounts = [account("github", { token: "borrowed", read_only: true })];
      break;
    case "first-service":
      world.snapshot.services = [];
      break;
    case "first-trouble":
      world.snapshot.services = [];
      world.snapshot.accounts = [
        account("github", { ok: null, user: "a-user-whose-name-goes-on-and-on-until-nobody-reads-it-any-more" }),
        account("heroku", { ok: false, error: offline }),
      ];
      world.keychain = { state: "unavailable", message: "The keychain is locked. Unlock it and try again." };
      break;
    case "repeated": {
      only(repeated(hurt()));
      world.snapshot.services.push(...world.snapshot.services);
      world.snapshot.accounts.push(...accounts);
      break;
    }
    case "every-state":
      only(everyState(storefront()));
      world.snapshot.accounts = accountsWithEveryError();
      break;
    case "board":
      world.snapshot.services = twelve();
      break;
    case "board-60":
      world.snapshot.services = sixty();
      break;
    case "board-wide":
      world.snapshot.services = wide();
      break;
    case "hurt-revert":
      only(hurtRevertOnly());
      break;
    case "hurt-no-way":
      only(hurtNoWay());
      break;
    case "hurt-two":
      world.snapshot.services = [hurt(), { ...hurt(), name: "checkout-api" }, ...others().slice(1)];
      break;
    case "watch-bad":
      only(watchedBad());
      break;
    case "pinned":
      only(pinned());
      break;
    case "pinned-clear":
      only(pinnedClear());
      break;
    case "pinned-violated":
      only(pinnedViolated());
      break;
    case "releases":
      only(releasesOfAllKinds());
      break;
    case "releases-watched":
      only(releasesWatched());
      break;
    case "releases-none":
      only(releasesNone());
      break;
    case "releases-long":
      only(releasesLong());
      break;
    case "compare":
    case "compare-same":
    case "compare-cut":
    case "compare-unknown":
    case "compare-differ":
      only(promoted());
      break;
    case "incidents":
      world.incidents = [crashed(), ...earlier()];
      break;
    case "incidents-one":
      world.incidents = [{ ...openRecord(), asks_since: before(3600) }];
      only(headed([storefront()], world.incidents[0]!)[0]!);
      break;
    case "incidents-open":
      world.incidents = [openRecord(), crashed(), ...earlier()];
      only(headed([hurt()], openRecord())[0]!);
      break;
    case "incidents-long":
      world.incidents = longRecords();
      break;
    case "long":
      only(long());
      break;
    case "error": {
      const s = storefront({ stale: true });
      s.sources = s.sources.map((one) =>
        one.provider === "heroku" ? { ...one, observed_at: before(840), error: offline } : one,
      );
      only(s);
      world.snapshot.accounts[2] = account("heroku", { ok: false, error: offline });
      break;
    }
    case "access":
      only(withoutRights());
      world.snapshot.accounts = accountsInNeed();
      break;
    case "keychain":
      world.keychain = { state: "unavailable", message: "The keychain is locked. Unlock it and try again." };
      world.snapshot.accounts[2] = account("heroku", {
        ok: false,
        token: "keychain_unavailable",
        user: null,
        rate: null,
      });
      break;
    case "loading": {
      const s = service("storefront", {
        mark: "unknown",
        stale: true,
        sources: [],
        sentence: { mark: "unknown", text: "Nothing was read yet.", detail: [], word: "checking" },
      });
      s.environments = s.environments.map((e) => ({
        ...e,
        health: "unknown",
        dynos: null,
        probe: null,
        current: null,
        releases: [],
      }));
      only(s);
      world.snapshot.observed_at = null;
    }
  }
  return world;
}

export const scenarios = [
  "healthy",
  "failing-tests",
  "release-fails",
  "crash-after-release",
  "incident",
  "busy",
  "quiet",
];
