import { describe, expect, it } from "vitest";
import { scene } from "../ipc/fake/scenes";
import type { Notifications } from "../ipc/types";
import { alertsHead, generalHead } from "./settings";

const NOON = new Date(2026, 10, 23, 12, 0).getTime();
const told = (change: Partial<Notifications["settings"]> = {}, more: Partial<Notifications> = {}): Notifications => {
  const made = scene("flow").notifications;
  return { ...made, ...more, settings: { ...made.settings, ...change } };
};

describe("the sentence over a tab of Settings", () => {
  it("counts the kinds that notify, and says what keeps them quiet", () => {
    const rules = told().settings.rules;
    const on = Object.values(rules).filter((rule) => rule.notify).length;
    const count = `${on} of ${Object.keys(rules).length} kinds of news notify you.`;
    const hours = { ...told().settings.quiet_hours, from: "20:00", to: "08:00" };
    expect(alertsHead(told({ quiet_hours: { ...hours, on: false } }), null, NOON).title).toBe(count);
    expect(alertsHead(told({ quiet_hours: { ...hours, on: true } }), null, NOON).title).toBe(
      `${count} Quiet hours are from 20:00 to 08:00.`,
    );
    expect(alertsHead(told(), NOON + 3_600_000, NOON).title).toBe(`${count} Muted until 13:00.`);
  });

  it("says first what is wrong with the rules", () => {
    const head = alertsHead(told({}, { trouble: "The stored rules could not be read." }), null, NOON);
    expect(head).toEqual({
      title: "The stored rules could not be read.",
      mark: { mark: "triangle", tone: "warn" },
    });
    expect(alertsHead(null, null, NOON).title).toBe("Alerts");
  });

  it("says how the window looks and is used", () => {
    expect(generalHead({ theme: "dark", density: "compact", single_keys: false }).title).toBe(
      "The window is dark, with compact rows. Single-letter keys are off.",
    );
  });
});
