// The rules of notifications in the invented world. Development only.
import type { Client } from "../client";
import type { NotificationKind, NotificationKindView, Notifications, Rule } from "../types";
import { NOW, iso } from "./parts";
import type { FakeWorld } from "./views";

type Row = [kind: NotificationKind, title: string, hasAuthor: boolean, notify: boolean, mine: boolean];
const rows: Row[] = [
  ["hurt", "Hurt, and recovered", false, true, false],
  ["watch_bad", "Watch was bad", false, true, false],
  ["pin_violated", "Pin violated", false, true, false],
  ["release_failed", "Release failed", true, true, false],
  ["outcome", "Outcome unknown", false, true, false],
  ["approval_waiting", "Waits for approval", true, true, false],
  ["pipeline_failed", "Failed on main", true, true, false],
  ["left_queue", "Left the merge queue", true, true, true],
  ["branch", "No pipeline, branch reset", false, true, false],
  ["degraded", "Staging down, degraded", false, true, false],
  ["maintenance", "Maintenance mode", false, true, false],
  ["sign_in", "Sign in again", false, true, false],
  ["source", "Cannot be read", false, false, false],
  ["pull_request_live", "PR is live", true, false, true],
  ["release_live", "Every release is live", true, false, false],
];

/** Always told. */
const LOCKED: ReadonlySet<NotificationKind> = new Set<NotificationKind>(["hurt", "watch_bad", "pin_violated"]);
const kinds = rows.map(([kind, title, has_author]): NotificationKindView => ({
  kind,
  title,
  has_author,
  locked: LOCKED.has(kind),
}));
const titleOf = (kind: NotificationKind) => kinds.find((one) => one.kind === kind)?.title ?? kind;
const rules = () =>
  Object.fromEntries(
    rows.map(([kind, , , notify, mine]): [NotificationKind, Rule] => [
      kind,
      { notify, sound: LOCKED.has(kind), whose: mine ? "mine" : "all" },
    ]),
  ) as Record<NotificationKind, Rule>;

export const notifications = (): Notifications => ({
  settings: {
    rules: rules(),
    services: { storefront: rules() },
    quiet_hours: { on: true, from: "19:00", to: "08:00", weekends: true },
  },
  kinds,
  me: ["dora-k"],
  mine_unknown: null,
  trouble: null,
});

const SERVERS = {
  answers: {
    server: {
      answers: true,
      sounds: true,
      message: "gnome-shell 47.2 shows notifications here. It can play sounds.",
      advice: null,
    },
    test: {
      accepted: true,
      message: "gnome-shell 47.2 took it without a sound, as the rule says.",
      advice: "If you see nothing, look for Do Not Disturb in the desktop's settings.",
    },
  },
  nobody: {
    server: {
      answers: false,
      sounds: null,
      message: "No notification server answers on this desktop, so nothing can be shown.",
      advice: "Turn on the desktop's notifications, or start a notification server such as dunst or mako.",
    },
    test: {
      accepted: false,
      message: "No notification server answers on this desktop, so nothing can be shown.",
      advice: "Turn on the desktop's notifications, or start a notification server such as dunst or mako.",
    },
  },
};

type Calls = Pick<
  Client,
  "setNotificationRule" | "setOwnRules" | "setQuietHours" | "notificationServer" | "testNotification" | "mute"
>;

export function notificationCalls(world: FakeWorld, server: string): Calls {
  const settings = world.notifications.settings;
  const said = server === "nobody" ? SERVERS.nobody : SERVERS.answers;
  return {
    setNotificationRule: (service, kind, rule) => {
      const refused = LOCKED.has(kind) && (!rule.notify || rule.whose !== "all");
      // As Rust refuses it, for whoever asks past the window.
      if (refused) return Promise.reject(new Error(`“${titleOf(kind)}” is always told, for all services.`));
      if (service === null) settings.rules[kind] = rule;
      else settings.services[service] = { ...(settings.services[service] ?? settings.rules), [kind]: rule };
      return Promise.resolve();
    },
    setOwnRules: (service, own) => {
      if (own) settings.services[service] ??= structuredClone(settings.rules);
      else delete settings.services[service];
      return Promise.resolve();
    },
    setQuietHours: (hours) => {
      settings.quiet_hours = hours;
      return Promise.resolve();
    },
    notificationServer: () => Promise.resolve(said.server),
    testNotification: () => Promise.resolve(said.test),
    mute: (minutes) => {
      world.muted_until = minutes > 0 ? iso(NOW + minutes * 60_000) : null;
      return Promise.resolve();
    },
  };
}
