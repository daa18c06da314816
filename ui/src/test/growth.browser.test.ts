// However much there is, as much is drawn as is in sight.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { page as browser, type Locator } from "vitest/browser";
import { ipc } from "../ipc";
import { many } from "../ipc/fake/inbox";
import { crashed, log as logOf, summaryOf } from "../ipc/fake/incidents";
import { history } from "../ipc/fake/journal";
import { NOW, iso } from "../ipc/fake/parts";
import Board from "../features/board/Board.svelte";
import Flow from "../features/flow/Flow.svelte";
import Inbox from "../features/inbox/Inbox.svelte";
import Incidents from "../features/incidents/Incidents.svelte";
import Journal from "../features/journal/Journal.svelte";
import Palette from "../features/shell/Palette.svelte";
import Timeline from "../features/timeline/Timeline.svelte";
import { view } from "../state/view.svelte";
import { world } from "../state/world.svelte";
import { draw, hold, manyServices, nodes, withPulls, withReleases } from "./crowds";
import { clear } from "./render";
import { openScene } from "./scene";

beforeEach(async () => {
  await browser.viewport(1440, 900);
  await openScene("flow");
  Object.assign(view, { row: null, filter: "", tab: "all", zoom: null });
  // What is counted is what a screen was given, not what the invented platform would add to it.
  vi.spyOn(ipc(), "olderReleases").mockResolvedValue([]);
});
afterEach(() => void vi.restoreAllMocks());

interface Screen {
  /** How many there are, as often as is usual; then ten times as many. */
  usual: number;
  draw: (count: number) => Promise<Locator> | Locator;
}
const screens: Record<string, Screen> = {
  "All services, of 60": {
    usual: 60,
    draw: (count) => {
      hold(manyServices(count));
      view.show("board");
      // What is found is never folded.
      view.filter = "svc";
      return draw(Board, {});
    },
  },
  "the Flow, of 1,500 pull requests": {
    usual: 150,
    draw: (count) => {
      const service = withPulls(count);
      hold([service, ...world.services.slice(1)]);
      return draw(Flow, { service });
    },
  },
  "the Flow, of 10,000 releases": {
    usual: 1000,
    draw: (count) => draw(Flow, { service: withReleases(count) }),
  },
  "a week of the timeline, of 10,000 releases": {
    usual: 1000,
    draw: (count) => {
      view.zoom = "week";
      return draw(Timeline, { service: withReleases(count) });
    },
  },
  "a month of the timeline, of 10,000 releases": {
    usual: 1000,
    draw: (count) => {
      view.zoom = "month";
      return draw(Timeline, { service: withReleases(count) });
    },
  },
  "the palette, of 1,500 pull requests and 10,000 releases": {
    usual: 150,
    draw: async (count) => {
      const service = { ...withReleases(Math.round(count * 6.7)), pull_requests: withPulls(count).pull_requests };
      hold([service, ...manyServices(60)]);
      view.show("flow", service.name);
      const stage = draw(Palette, { onclose: () => {} });
      await stage.getByRole("combobox").fill("2");
      return stage;
    },
  },
  "the inbox, of 10,000 that are done": {
    usual: 1000,
    draw: async (count) => {
      await openScene("inbox-many");
      vi.spyOn(ipc(), "inbox").mockResolvedValue(many(count));
      const stage = draw(Inbox, { narrow: false });
      await stage.getByRole("radio", { name: /^Done/ }).click();
      await expect.element(stage.getByRole("listbox")).toHaveTextContent(/approved/);
      return stage;
    },
  },
  "the incidents, of 10,000 records": {
    usual: 1000,
    draw: async (count) => {
      await openScene("incidents");
      const first = summaryOf(crashed());
      const records = Array.from({ length: count }, (_, i) => ({
        ...first,
        id: i === 0 ? first.id : `many-${i}`,
        number: 10_000 - i,
        opened_at: iso(NOW - i * 3_600_000),
      }));
      vi.spyOn(ipc(), "incidents").mockResolvedValue(records);
      view.openIncident(null);
      const stage = draw(Incidents, {});
      await expect.element(stage.getByRole("list", { name: /^Timeline/ })).toBeVisible();
      return stage;
    },
  },
  "the log of an incident, of 10,000 entries": {
    usual: 1000,
    draw: async (count) => {
      await openScene("incidents");
      vi.spyOn(ipc(), "incidentLog").mockResolvedValue(logOf(count, NOW - 86_400_000));
      view.openIncident(null);
      const stage = draw(Incidents, {});
      await stage.getByRole("radio", { name: "Log" }).click();
      await expect.element(stage.getByRole("list", { name: `Log, ${count} entries, oldest first` })).toBeVisible();
      return stage;
    },
  },
  "the journal, of 10,000 actions": {
    usual: 1000,
    draw: async (count) => {
      const [first] = history();
      const entries = Array.from({ length: count }, (_, i) => ({
        ...first!,
        id: `many-${i}`,
        at: iso(NOW - i * 60_000),
      }));
      vi.spyOn(ipc(), "journal").mockResolvedValue(entries);
      const stage = draw(Journal, {});
      await expect.element(stage.getByRole("heading", { level: 1 })).toHaveTextContent(String(count));
      return stage;
    },
  },
};

describe("what is drawn", () => {
  it.each(Object.entries(screens))("does not grow: %s", async (_, { usual, draw }) => {
    const few = await nodes(await draw(usual));
    await clear();
    const most = await nodes(await draw(usual * 10));
    expect(few).toBeGreaterThan(60);
    expect(few).toBeLessThan(4000);
    // A count with one more digit, a row that is lower than another.
    expect(most).toBeLessThan(few * 1.1 + 30);
  });
});
