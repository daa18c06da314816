import { beforeEach, describe, expect, it, vi } from "vitest";
import { connect, ipc } from "../ipc";
import type { ObjectChange, World, WorldChange } from "../ipc/types";
import { world } from "./world.svelte";

let told: World;
let tell: (change: WorldChange) => void;
const reads = vi.fn<() => Promise<World>>();
const since = vi.fn<(rev: number) => Promise<WorldChange | null>>();

const change = (rev: number, more: Partial<WorldChange> = {}): WorldChange => ({
  rev,
  now: told.now,
  observed_at: null,
  services: [],
  order: null,
  accounts: null,
  notices: null,
  inbox: null,
  keychain: told.keychain,
  muted_until: null,
  settings: null,
  notifications: null,
  events: [],
  ...more,
});
const parts = (parts: ObjectChange, name = "storefront") => [{ change: "parts" as const, name, parts }];
const at = (rev: number): World => ({ ...told, snapshot: { ...told.snapshot, rev } });
const rev = () => world.value?.snapshot.rev;

beforeEach(async () => {
  vi.stubGlobal("window", {});
  await connect(new URLSearchParams({ scene: "loading" }));
  const { fake } = await import("../ipc/fake");
  told = await fake(new URLSearchParams({ scene: "flow" })).world();
  vi.spyOn(ipc(), "onWorld").mockImplementation((apply) => ((tell = apply), Promise.resolve()));
  reads.mockReset().mockResolvedValue(at(7));
  vi.spyOn(ipc(), "world").mockImplementation(reads);
  since.mockReset().mockResolvedValue(null);
  vi.spyOn(ipc(), "worldSince").mockImplementation(since);
  world.value = null;
  await world.start();
  expect(reads).toHaveBeenCalledTimes(1);
});

describe("the state that is held", () => {
  it("goes on by the parts that differ, without reading", () => {
    const others = world.services.slice(1);
    tell(change(8, { services: parts({ set: { stale: true } }) }));
    expect(rev()).toBe(8);
    expect(world.service("storefront")?.stale).toBe(true);
    world.services.slice(1).forEach((service, i) => expect(service).toBe(others[i]));
    expect(world.accounts).toBe(told.snapshot.accounts);
    expect(reads).toHaveBeenCalledTimes(1);
  });

  it("is read again when a change was missed, and what comes meanwhile is applied to it", async () => {
    let answer: (world: World) => void = () => {};
    reads.mockReturnValueOnce(new Promise((done) => (answer = done)));
    tell(change(9));
    tell(change(10));
    tell(change(11, { services: parts({ set: { open_pull_requests: 99 } }) }));
    expect(rev()).toBe(7);
    answer(at(10));
    await vi.waitFor(() => expect(rev()).toBe(11));
    expect(world.service("storefront")?.open_pull_requests).toBe(99);
    expect(reads).toHaveBeenCalledTimes(2);
  });

  it("is read again when what came meanwhile does not follow it either", async () => {
    reads.mockImplementationOnce(async () => {
      await Promise.resolve();
      tell(change(15));
      return at(10);
    });
    reads.mockResolvedValueOnce(at(16));
    tell(change(9));
    await vi.waitFor(() => expect(rev()).toBe(16));
    expect(reads).toHaveBeenCalledTimes(3);
  });

  it("is read again when a change is of another state", async () => {
    reads.mockResolvedValueOnce(at(8));
    tell(change(8, { services: parts({ within: { nowhere: { set: { archived: true } } } }) }));
    await vi.waitFor(() => expect(rev()).toBe(8));
    reads.mockResolvedValueOnce(at(9));
    tell(change(9, { order: ["storefront", "one that never came"] }));
    await vi.waitFor(() => expect(rev()).toBe(9));
    reads.mockResolvedValueOnce(at(10));
    tell(change(10, { services: parts({ set: { stale: true } }, "one that never came") }));
    await vi.waitFor(() => expect(rev()).toBe(10));
    expect(reads).toHaveBeenCalledTimes(4);
  });

  it("is brought up to date by what differs, where nothing was missed", async () => {
    const settings = { ...told.settings, single_keys: !told.settings.single_keys };
    since.mockResolvedValueOnce(change(8, { settings, services: parts({ set: { stale: true } }) }));
    await world.read();
    expect(since).toHaveBeenCalledWith(7);
    expect([rev(), world.service("storefront")?.stale]).toEqual([8, true]);
    expect(world.settings).toEqual(settings);
    tell(change(9));
    expect(world.settings).toEqual(settings);
    expect(reads).toHaveBeenCalledTimes(1);
  });

  it("asks again from the change that came meanwhile", async () => {
    since.mockImplementationOnce(async () => {
      await Promise.resolve();
      tell(change(8, { services: parts({ set: { stale: true } }) }));
      return null;
    });
    since.mockResolvedValueOnce(change(9));
    await world.read();
    expect(since.mock.calls.map(([rev]) => rev)).toEqual([7, 8]);
    expect([rev(), world.service("storefront")?.stale]).toEqual([9, true]);
    expect(reads).toHaveBeenCalledTimes(1);
  });

  it("takes no change that it has already", () => {
    tell(change(7, { services: parts({ set: { stale: true } }) }));
    tell(change(6, { services: parts({ set: { stale: true } }) }));
    expect(world.service("storefront")?.stale).toBe(false);
    expect(reads).toHaveBeenCalledTimes(1);
  });

  it("loses a service that was removed and gains one that was added", () => {
    const added = { ...told.snapshot.services[0]!, name: "new" };
    tell(change(8, { services: [{ change: "added", service: added }], order: ["new", "storefront"] }));
    expect(world.services.map((service) => service.name)).toEqual(["new", "storefront"]);
  });

  it("derives nothing while the window is not seen, and is whole when it is", async () => {
    const hidden = { visibilityState: "hidden", hasFocus: () => false };
    vi.stubGlobal("document", hidden);
    const held = world.value;
    for (let next = 8; next < 12; next++) tell(change(next, { services: parts({ set: { stale: true } }) }));
    expect(world.value).toBe(held);
    expect(since).not.toHaveBeenCalled();
    reads.mockResolvedValue(at(12));
    vi.stubGlobal("document", { ...hidden, visibilityState: "visible" });
    tell(change(12));
    await vi.waitFor(() => expect(rev()).toBe(12));
    expect(since).toHaveBeenCalled();
    tell(change(13));
    await vi.waitFor(() => expect(rev()).toBe(13));
    expect(reads).toHaveBeenCalledTimes(2);
    vi.unstubAllGlobals();
  });
});
