import { describe, expect, it } from "vitest";
import { SCENES } from "../ipc/fake/scenes";
import { settled, violations } from "./inspections";
import { look, type Screen } from "./look";
import { windows } from "./windows";

const opened = windows();
const { samePageOf } = opened;

const screens: Record<string, Screen> = {
  board: { scene: "board", service: null, shows: /storefront production is hurt/ },
  "board, long names": { scene: "board-wide", service: null, shows: /customer-notification/ },
  "board, sixty": { scene: "board-60", service: null, keys: ["/", "w", "o", "r", "k"], shows: /60 services/ },
  flow: { scene: "flow", shows: /Production is healthy/ },
  incident: { scene: "incident", shows: /Production is hurt/ },
  pipelines: { scene: "pipeline", keys: ["p"], shows: /Will not release/ },
  timeline: { scene: "flow", keys: ["t"], shows: /Five hours/ },
  releases: { scene: "releases", press: "Releases", shows: "redis-analytics" },
  "releases, one of them": { scene: "releases", press: "Releases", then: ["j", "Enter"], shows: "Release command" },
  "releases, watched": {
    scene: "releases-watched",
    press: "Releases",
    then: ["j", "Enter"],
    shows: /17 of 38 samples/,
  },
  "releases, long texts": { scene: "releases-long", press: "Releases", shows: /Earlier|Load earlier/ },
  "releases, none": { scene: "releases-none", press: "Releases", shows: "No release yet" },
  compare: { scene: "compare", keys: ["c"], shows: /7 PRs \+ 2 commits/ },
  "compare, both sides": { scene: "compare-differ", keys: ["c"], shows: "Only on production" },
  "compare, cut": { scene: "compare-cut", keys: ["c"], shows: /Compare is cut here/ },
  "compare, unknown": { scene: "compare-unknown", keys: ["c"], shows: "Not all of it is known" },
  "compare, the same code": { scene: "compare-same", keys: ["c"], shows: "No commit lies between them." },
  "compare, long names": { scene: "long", keys: ["c"], shows: /Slipway cannot tell/ },
  "compare, an error": { scene: "error", keys: ["c"], shows: "The two releases could not be compared" },
  incidents: { scene: "incidents", keys: ["g", "r"], shows: "16 entries, 212 in the log" },
  "incidents, an open one": { scene: "incidents-open", keys: ["g", "r"], shows: /Incident 33 is open|12 incidents/ },
  "incidents, one that asks": { scene: "incidents-one", keys: ["g", "r"], shows: /Is it over|1 incident in/ },
  "incidents, long texts": {
    scene: "incidents-long",
    keys: ["g", "r"],
    role: "option",
    press: /^Incident 1234/,
    shows: "240 entries, 1200 in the log",
  },
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
    for (const keys of [
      ["p"],
      ["t"],
      ["c"],
      ["g", "i"],
      ["g", "r"],
      ["g", "j"],
      ["g", "s"],
      ["g", "f"],
      ["g", "a"],
      ["Control+k"],
    ]) {
      for (const key of keys) await page.keyboard.press(key);
      await settled(page);
      // What a page reads when it is opened is drawn too.
      if (scene !== "loading") await expect.poll(() => page.locator('main [aria-busy="true"]').count()).toBe(0);
      expect(await page.getByText("cannot be shown").count()).toBe(0);
      if (keys[0] !== "t" || (await page.getByRole("button", { name: "Timeline", exact: true }).count()) === 0)
        continue;
      await page.getByRole("button", { name: "Releases", exact: true }).click();
      await settled(page);
      expect(await page.getByText("cannot be shown").count()).toBe(0);
    }
    expect(faults).toEqual([]);
  });
});
