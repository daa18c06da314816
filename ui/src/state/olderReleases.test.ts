import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Release } from "../ipc/types";
import { before, environment, release, service } from "../ipc/fake/parts";
import { viewOf } from "../ipc/fake/views";

const olderReleases = vi.fn<(service: string, environment: string, before: number) => Promise<Release[]>>();
vi.mock("../ipc", () => ({
  ipc: () => ({ olderReleases }),
  asIpcError: (thrown: Error) => ({ code: "internal", message: thrown.message, retry_after: null }),
}));
const { OlderReleases } = await import("./olderReleases.svelte");

/** From this version down to that one. */
const from = (newest: number, oldest: number) =>
  Array.from({ length: newest - oldest + 1 }, (_, i) =>
    release(newest - i, before(i * 60), { current: i === 0 && newest > 115 }),
  );
const shop = (releases: Release[], complete = false) =>
  viewOf(
    service("shop", { environments: [environment("production", "app", releases, { releases_complete: complete })] }),
  );
const versions = (all: Release[]) => all.map((one) => one.version);

describe("older releases", () => {
  beforeEach(() => olderReleases.mockReset());

  it("are read page by page below what is known, until there are none", async () => {
    const older = new OlderReleases("shop");
    const known = from(120, 111);
    olderReleases.mockResolvedValueOnce(from(110, 101)).mockResolvedValueOnce([]);
    expect(await older.load(shop(known), "production")).toBe(10);
    expect(olderReleases).toHaveBeenLastCalledWith("shop", "production", 111);
    expect(versions(older.releases("production", known))).toEqual(versions(from(120, 101)));
    expect(older.isComplete(shop(known), "production")).toBe(false);
    expect(await older.load(shop(known), "production")).toBe(0);
    expect(olderReleases).toHaveBeenLastCalledWith("shop", "production", 101);
    expect(older.isComplete(shop(known), "production")).toBe(true);
    expect(await older.load(shop(known), "production")).toBe(0);
    expect(olderReleases).toHaveBeenCalledTimes(2);
  });

  it("stay where reading more of them fails, and are read again when asked for", async () => {
    const older = new OlderReleases("shop");
    const known = from(120, 111);
    olderReleases.mockResolvedValueOnce(from(110, 101)).mockRejectedValueOnce(new Error("no answer"));
    await older.load(shop(known), "production");
    expect(await older.load(shop(known), "production")).toBe(0);
    expect([older.errorOf("production"), older.errorOf("staging")]).toEqual(["no answer", null]);
    expect(older.releases("production", known)).toHaveLength(20);
    expect(older.isLoading("production")).toBe(false);
    olderReleases.mockResolvedValueOnce(from(100, 91));
    expect(await older.load(shop(known), "production")).toBe(10);
    expect(older.errorOf("production")).toBeNull();
    expect(older.releases("production", known)).toHaveLength(30);
  });

  it("have no hole when new ones come and the world forgets its oldest", async () => {
    const older = new OlderReleases("shop");
    olderReleases.mockResolvedValueOnce(from(110, 101));
    await older.load(shop(from(120, 111)), "production");
    const later = from(125, 116);
    const all = older.releases("production", later);
    expect(versions(all)).toEqual(versions(from(125, 101)));
    // What was live then is not live now.
    expect(all.filter((one) => one.mark === "live").map((one) => one.version)).toEqual([125]);
    // Were there a hole, what lies below it is read again.
    expect(versions(older.releases("production", from(200, 191)))).toEqual(versions(from(200, 191)));
  });

  it("are asked for once at a time", async () => {
    const older = new OlderReleases("shop");
    let answer: (all: Release[]) => void = () => {};
    olderReleases.mockReturnValueOnce(new Promise((done) => (answer = done)));
    const first = older.load(shop(from(120, 111)), "production");
    expect(await older.load(shop(from(120, 111)), "production")).toBe(0);
    expect(older.isLoading("production")).toBe(true);
    answer(from(110, 101));
    expect(await first).toBe(10);
    expect(olderReleases).toHaveBeenCalledTimes(1);
  });

  it("reach a time, and end at a failure", async () => {
    const older = new OlderReleases("shop");
    olderReleases.mockResolvedValueOnce(from(110, 101)).mockRejectedValueOnce(new Error("no answer"));
    await older.reach(shop(from(120, 111)), 0);
    expect(olderReleases).toHaveBeenCalledTimes(2);
    expect(older.error).toBe("no answer");
  });
});
