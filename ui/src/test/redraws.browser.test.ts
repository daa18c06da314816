// What did not change is not drawn anew.
import { flushSync } from "svelte";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { page as browser, userEvent, type Locator } from "vitest/browser";
import { hurt } from "../ipc/fake/situations";
import { viewOf } from "../ipc/fake/views";
import { ofRail, rowName } from "../presentation/board";
import { environmentLane } from "../features/timeline/layout";
import Board from "../features/board/Board.svelte";
import Flow from "../features/flow/Flow.svelte";
import Rail from "../features/shell/Rail.svelte";
import Timeline from "../features/timeline/Timeline.svelte";
import { clock } from "../state/clock.svelte";
import { view } from "../state/view.svelte";
import { world } from "../state/world.svelte";
import { draw, hold, manyServices, nodes, tell, withPulls, withReleases } from "./crowds";
import { openScene } from "./scene";
import { held } from "./watched.svelte";

// Called by what draws a row or a lane, each time that it is drawn anew.
vi.mock("../presentation/board", { spy: true });
vi.mock("../features/timeline/layout", { spy: true });

// A clock that moves draws every age anew.
beforeAll(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
beforeEach(async () => {
  await browser.viewport(1440, 900);
  await userEvent.unhover(document.body);
  await openScene("flow");
  Object.assign(view, { row: null, filter: "", tab: "all", zoom: null });
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

describe("the timeline that is moved by a wheel", () => {
  it("is moved as it was drawn, and drawn and listed anew when it rests", async () => {
    const service = withReleases(2000);
    hold([service, ...manyServices(5)]);
    view.show("timeline", service.name);
    view.zoom = "day";
    const stage = draw(Timeline, { service });
    await nodes(stage);
    const plot = stage.element().querySelector('.plot[data-region="timeline"]')!;
    const left = () => stage.element().querySelector(".plot .layer")!.getBoundingClientRect().left;
    const rows = () => stage.getByRole("table").element().getAttribute("aria-rowcount");
    const turn = (by: number) => {
      plot.dispatchEvent(new WheelEvent("wheel", { deltaX: by, bubbles: true, cancelable: true }));
      flushSync();
    };
    turn(-8);
    const [first, listed] = [left(), rows()];
    vi.mocked(environmentLane).mockClear();
    for (let step = 0; step < 10; step++) turn(-8);
    expect(vi.mocked(environmentLane).mock.calls).toEqual([]);
    expect(left() - first).toBeCloseTo(80, 0);
    expect(rows()).toBe(listed);
    await expect.poll(() => vi.mocked(environmentLane).mock.calls.length).toBeGreaterThan(0);
    await expect.poll(rows).not.toBe(listed);
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
