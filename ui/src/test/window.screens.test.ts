import { describe, expect, it } from "vitest";
import { SCENES } from "../ipc/fake/scenes";
import { look, violations, type Screen } from "./look";
import { windows } from "./windows";

const opened = windows();
const { samePageOf, settled } = opened;

const screens: Record<string, Screen> = {
  board: { scene: "board", service: null, keys: ["g", "a"], shows: /storefront production is hurt/ },
  "board, long names": { scene: "board-wide", service: null, keys: ["g", "a"], shows: /customer-notification/ },
  "board, sixty": { scene: "board-60", service: null, keys: ["g", "a", "/", "w", "o", "r", "k"], shows: /60 services/ },
  flow: { scene: "flow", shows: /Production is healthy/ },
  incident: { scene: "incident", shows: /Production is hurt/ },
  pipelines: { scene: "pipeline", keys: ["p"], shows: /Will not release/ },
  timeline: { scene: "flow", keys: ["t"], shows: /Five hours/ },
  journal: { scene: "flow", keys: ["g", "j"], shows: /8 actions/ },
  accounts: { scene: "access", keys: ["g", "s"], shows: /needs? attention/ },
  services: { scene: "regions", keys: ["g", "s"], press: "Services", shows: "Add service…" },
  "service settings": {
    scene: "flow",
    keys: ["g", "s"],
    press: ["Services", "Edit storefront"],
    shows: "storefront: all 8 checks pass.",
  },
  "add a service": { scene: "flow", keys: ["g", "s"], press: ["Services", "Add service…"], shows: "Add a service" },
  alerts: { scene: "flow", keys: ["g", "s"], press: "Alerts", shows: "Notify me about all services" },
  general: { scene: "flow", keys: ["g", "s"], press: "General", shows: "Theme" },
  inbox: { scene: "inbox", keys: ["g", "i"], shows: "11 things need you. 2 are news." },
  "inbox, done": { scene: "inbox-many", keys: ["g", "i"], role: "radio", press: /^Done/, shows: /approved/ },
  "inbox, a case": {
    scene: "inbox",
    keys: ["g", "i"],
    role: "option",
    press: /email-worker/,
    shows: "Approve #212",
  },
  "first run": { scene: "first-run", service: null, shows: /Follow every change/ },
  palette: { scene: "flow", keys: ["Control+k"], shows: /Find a PR, release or command/ },
  "rollback plan": { scene: "ships", keys: ["r"], shows: /Read again when you confirm|Not undone/ },
  "pull request": { scene: "words", keys: ["j", "Enter"], shows: /When it merges/ },
  keys: { scene: "flow", keys: ["?"], shows: "All keys" },
};

look(screens, opened);

describe("every scene", () => {
  it.each([...SCENES])("is accessible, and is drawn on every page without a fault: %s", async (scene) => {
    const { page, faults } = await samePageOf(scene);
    await settled(page);
    expect(await violations(page)).toEqual([]);
    for (const keys of [["p"], ["t"], ["g", "i"], ["g", "j"], ["g", "s"], ["g", "f"], ["g", "a"], ["Control+k"]]) {
      for (const key of keys) await page.keyboard.press(key);
      await settled(page);
      expect(await page.getByText("cannot be shown").count()).toBe(0);
    }
    expect(faults).toEqual([]);
  });
});
