// The sentences over the tabs of Settings: each is about its own tab.
import type { Notifications, Settings } from "../ipc/types";
import type { MarkName, Tone } from "../kit/shapes";
import { clock } from "./time";

interface Head {
  title: string;
  mark: { mark: MarkName; tone: Tone } | null;
}

/** `9 of 13 kinds of news notify you.` with what keeps them quiet. */
export function alertsHead(told: Notifications | null, muted: number | null, now: number): Head {
  if (told === null) return { title: "Alerts", mark: null };
  const rules = Object.values(told.settings.rules);
  const on = rules.filter((rule) => rule.notify).length;
  const hours = told.settings.quiet_hours;
  const kept =
    muted !== null
      ? `Muted until ${clock(muted, now)}.`
      : hours.on
        ? `Quiet hours are from ${hours.from} to ${hours.to}.`
        : null;
  const kinds =
    on === rules.length ? "Every kind of news notifies you." : `${on} of ${rules.length} kinds of news notify you.`;
  const title = told.trouble ?? [kinds, kept].filter((part) => part !== null).join(" ");
  return { title, mark: told.trouble === null ? null : { mark: "triangle", tone: "warn" } };
}

const THEMES: Record<Settings["theme"], string> = {
  system: "as the system is",
  light: "light",
  dark: "dark",
};

/** `The window is dark, with compact rows. Single-letter keys are on.` */
export function generalHead(settings: Settings): Head {
  const look = `The window is ${THEMES[settings.theme]}, with ${settings.density} rows.`;
  return { title: `${look} Single-letter keys are ${settings.single_keys ? "on" : "off"}.`, mark: null };
}
