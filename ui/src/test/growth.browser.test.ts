// However much there is, as much is drawn as is in sight; and what did not change is not drawn anew.
import { flushSync, type Component } from "svelte";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { page as browser, type Locator } from "vitest/browser";
import { ipc } from "../ipc";
import { sixty } from "../ipc/fake/board";
import { many } from "../ipc/fake/inbox";
import { history } from "../ipc/fake/journal";
import { NOW, environment, iso, release, rolledBackTo } from "../ipc/fake/parts";
import { pr } from "../ipc/fake/pulls";
import { hurt } from "../ipc/fake/situations";
import { storefront } from "../ipc/fake/storefront";
import { viewOf, type FakeService } from "../ipc/fake/views";
import type { ServiceView } from "../ipc/types";
import { ofRail, rowName } from "../presentation/board";
import { environmentLane } from "../features/timeline/layout";
import Board from "../features/board/Board.svelte";
import Flow from "../features/flow/Flow.svelte";
import Inbox from "../features/inbox/Inbox.svelte";
import Journal from "../features/journal/Journal.svelte";
import Palette from "../features/shell/Palette.svelte";
import Rail from "../features/shell/Rail.svelte";
import Timeline from "../features/timeline/Timeline.svelte";
import { clock } from "../state/clock.svelte";
import { view } from "../state/view.svelte";
import { world } from "../state/world.svelte";
import { clear, render } from "./render";
import { openScene } from "./scene";
import { held } from "./watched.svelte";

// Called by what draws a row or a lane, each time that it is drawn anew.
vi.mock("../presentation/board", { spy: true });
vi.mock("../features/timeline/layout", { spy: true });

// A clock that moves draws every age anew.
beforeAll(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
beforeEach(async () => {
  await browser.viewport(1440, 900);
  await openScene("flow");
  Object.assign(view, { row: null, filter: "", tab: "all", zoom: null });
});
afterEach(() => void vi.restoreAllMocks());

const SIZE = { width: 1400, height: 860 };

/** The world with these services in place of its own. */
function hold(services: ServiceView[]) {
  const value = world.value!;
  world.value = { ...value, snapshot: { ...value.snapshot, services } };
}
/** As it would be told next: one service is another object, the others are the same. */
function tell(name: string, change: (one: ServiceView) => Partial<ServiceView>) {
  hold(world.services.map((one) => (one.name === name ? { ...one, ...change(one) } : one)));
  flushSync();
}
/** Those after the sixtieth are quiet, so that the first rows are the same ones however many follow. */
const manyServices = (count: number): ServiceView[] => {
  const all: FakeService[] = sixty();
  const quiet = all.findLast((one) => one.mark === "healthy")!;
  return Array.from({ length: count }, (_, i) => {
    const one = viewOf(all[i] ?? quiet);
    return { ...one, name: i < all.length ? `svc ${one.name}` : `svc ${one.name} ${Math.floor(i / all.length)}` };
  });
};
const withPulls = (count: number): ServiceView =>
  viewOf(
    storefront({
      open_pull_requests: count,
      pull_requests: Array.from({ length: count }, (_, i) =>
        pr(20_000 - i, `Change ${i}`, (["ready", "checks", "review", "behind"] as const)[i % 4]!),
      ),
    }),
  );
/** So many in one week, however many there are: a crowd, and not only a longer past. */
const withReleases = (count: number): ServiceView => {
  const each = (7 * 86_400_000) / count;
  const releases = Array.from({ length: count }, (_, i) =>
    release(20_000 - i, iso(NOW - i * each - 600_000), {
      current: i === 0,
      ...(i % Math.ceil(count / 10) === 5 ? rolledBackTo(20_000 - i - 2) : { description: "Deploy" }),
    }),
  );
  const shop = viewOf(storefront());
  return {
    ...shop,
    environments: [environment("production", "storefront-production", releases), shop.environments[1]!],
  };
};

/** The elements of what is drawn, once they do not come and go any more. */
async function nodes(stage: Locator): Promise<number> {
  const count = () => stage.element().querySelectorAll("*").length;
  let last = -1;
  await expect
    .poll(
      () => {
        const now = count();
        const still = now === last && now > 40;
        last = now;
        return still;
      },
      { interval: 120, timeout: 10_000 },
    )
    .toBe(true);
  return last;
}

interface Screen {
  /** How many there are, as often as is usual; then ten times as many. */
  usual: number;
  draw: (count: number) => Promise<Locator> | Locator;
}
function draw<P extends object>(component: Component<P>, props: P): Locator {
  const stage = render(component, props, SIZE);
  // As the page's column has it: what is long scrolls in what is left of the height.
  Object.assign((stage.element() as HTMLElement).style, { display: "flex", flexDirection: "column" });
  return stage;
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

/** Calls since the last question, by the service that they were about. */
const drawnAnew = (spy: typeof rowName | typeof ofRail): string[] => {
  const names = vi.mocked(spy).mock.calls.map(([service]) => service.name);
  vi.mocked(spy).mockClear();
  return [...new Set(names)];
};

describe("a change of one service", () => {
  it("draws its row of All services anew, and no other", async () => {
    hold(manyServices(60));
    view.show("board");
    view.filter = "svc";
    const stage = draw(Board, {});
    await nodes(stage);
    const first = document.querySelector<HTMLElement>('[role="row"][data-stop]')!.dataset.stop!.replace("service ", "");
    expect(drawnAnew(rowName).length).toBeGreaterThan(5);
    // What was still measured when the page came to rest is drawn with the first change.
    tell(first, (one) => ({ open_pull_requests: one.open_pull_requests + 1 }));
    await nodes(stage);
    drawnAnew(rowName);
    const time = clock.now;
    tell(first, (one) => ({ open_pull_requests: one.open_pull_requests + 1 }));
    expect(clock.now).toBe(time);
    expect(drawnAnew(rowName)).toEqual([first]);
    // A list that is told again, with nothing in it changed.
    hold([...world.services]);
    flushSync();
    expect(drawnAnew(rowName).filter((name) => name !== first)).toEqual([]);
  });

  it("draws its row of a short board anew, and no other", async () => {
    const all = manyServices(12);
    hold(all);
    view.show("board");
    await nodes(draw(Board, {}));
    drawnAnew(rowName);
    tell(all[8]!.name, (one) => ({ open_pull_requests: one.open_pull_requests + 1 }));
    expect(drawnAnew(rowName)).toEqual([all[8]!.name]);
  });

  it("draws its line of the rail anew, and no other", async () => {
    const all = manyServices(60);
    hold(all);
    await nodes(draw(Rail, {}));
    drawnAnew(ofRail);
    tell(all[8]!.name, (one) => ({ open_pull_requests: one.open_pull_requests + 1 }));
    expect(drawnAnew(ofRail)).toEqual([all[8]!.name]);
  });

  it("draws the timeline of another service not at all", async () => {
    hold([viewOf(hurt()), ...manyServices(60)]);
    view.show("timeline", "storefront");
    const stage = draw(Timeline, { service: view.service! });
    await nodes(stage);
    vi.mocked(environmentLane).mockClear();
    const changes = mutations(stage);
    tell(world.services[5]!.name, (one) => ({ open_pull_requests: one.open_pull_requests + 1 }));
    expect(vi.mocked(environmentLane).mock.calls).toEqual([]);
    expect(changes()).toEqual([]);
  });
});

/** The elements that changed since then. */
function mutations(stage: Locator): () => Element[] {
  const observer = new MutationObserver(() => {});
  observer.observe(stage.element(), { subtree: true, childList: true, characterData: true, attributes: true });
  const element = (node: Node) => (node instanceof Element ? node : node.parentElement!);
  return () => [...new Set(observer.takeRecords().map((record) => element(record.target)))];
}

describe("a change of one pull request", () => {
  it("changes its row, and none of the others", async () => {
    const service = withPulls(1500);
    hold([service, ...world.services.slice(1)]);
    const told = held(service);
    const stage = draw(Flow, {
      get service() {
        return told.value;
      },
    });
    await nodes(stage);
    const changes = mutations(stage);
    told.value = {
      ...service,
      pull_requests: service.pull_requests.map((one, i) => (i === 4 ? { ...one, title: "Another title" } : one)),
    };
    flushSync();
    const rows = new Set(changes().map((one) => one.closest(".row")?.querySelector("[data-pr]")?.textContent ?? ""));
    expect(rows.size).toBe(1);
    expect([...rows][0]).toContain("Another title");
  });
});
