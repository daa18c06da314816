// The desktop around the window, and the vendors' token pages. Development only.
import type { Client } from "../client";
import type { DesktopSettings, TokenNeedView, TokenWayView } from "../types";

const answer = <T>(value: T): Promise<T> => Promise.resolve(structuredClone(value));
const need = (name: string, purpose: string, to_read: boolean): TokenNeedView => ({ name, purpose, to_read });
const way = (title: string, more: Partial<TokenWayView>): TokenWayView => ({
  title,
  page: null,
  opens: false,
  command: null,
  needs: [],
  note: null,
  ...more,
});

function ways(provider: string, host: string | null): TokenWayView[] {
  if (provider === "github")
    return [
      way("Classic token", {
        page: `https://${host ?? "github.com"}/settings/tokens/new?scopes=repo,workflow&description=Slipway`,
        opens: host === null,
        needs: [
          need("repo", "PRs, checks and history of private repositories; also merging and reverting", true),
          need("workflow", "merging PRs that change files in .github/workflows", false),
        ],
        note: "GitHub has no classic scope that only reads private repositories.",
      }),
      way("Fine-grained token", {
        page: `https://${host ?? "github.com"}/settings/personal-access-tokens/new`,
        opens: host === null,
        needs: [
          need("Contents: read", "main's history and the CI's configuration", true),
          need("Contents: write", "merging", false),
        ],
      }),
    ];
  if (provider === "heroku")
    return [
      way("Authorization with scopes", {
        command: "heroku authorizations:create --description Slipway --scope identity,read-protected,write",
        needs: [
          need("identity", "showing whose token it is", true),
          need("read-protected", "apps, releases, dynos, and the names of config vars that a rollback changes", true),
          need("write", "rolling back and releasing", false),
        ],
        note: "To read only, leave write out. Only the heroku CLI makes authorizations with scopes.",
      }),
    ];
  return [
    way("Personal API token", {
      page: host === null ? "https://app.circleci.com/settings/user/tokens" : null,
      opens: host === null,
      needs: [need("your user's own rights", "pipelines, jobs, logs and tests of the projects that you follow", true)],
      note: "CircleCI's personal tokens have no scopes.",
    }),
  ];
}

type Part = "tokenWays" | "startPlace" | "rememberPlace" | "setGround" | "zoom" | "desktopSettings";

/** `limited`: a desktop that lets a program do little. */
export function desktop(limited: boolean): Pick<Client, Part | "setStartAtLogin" | "setShortcut"> {
  const off = (cannot: string | null) => ({ on: false, cannot, note: null });
  const settings: DesktopSettings = {
    start_at_login: off(limited ? "/home/lena/.config/autostart cannot be written: Read-only file system" : null),
    shortcut: off(
      limited ? "On Wayland the desktop gives keys to programs: add a shortcut in its own settings." : null,
    ),
    shortcut_keys: "Ctrl+Alt+S",
    no_place: limited ? "On Wayland the desktop places windows. Size, page and zoom are remembered." : null,
    zoom: 100,
  };
  return {
    tokenWays: (provider, url) => answer(ways(provider, url === null ? null : (url.split("/")[2] ?? null))),
    startPlace: () => answer(null),
    rememberPlace: () => Promise.resolve(),
    setGround: () => Promise.resolve(),
    zoom: (change) => {
      settings.zoom = change === "reset" ? 100 : settings.zoom + (change === "in" ? 10 : -10);
      return answer(settings.zoom);
    },
    desktopSettings: () => answer(settings),
    setStartAtLogin: (on) => {
      settings.start_at_login.on = on;
      return answer(settings);
    },
    setShortcut: (on) => {
      settings.shortcut.on = on;
      return answer(settings);
    },
  };
}
