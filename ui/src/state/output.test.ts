import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { OutputView } from "../ipc/types";

const asked = vi.fn<() => Promise<OutputView>>();
vi.mock("../ipc", () => ({
  ipc: () => ({ output: asked }),
  asIpcError: (thrown: Error) => ({ code: "internal", message: thrown.message, retry_after: null }),
}));
const { Output } = await import("./output.svelte");

const told = (over: boolean): OutputView => ({ lines: [], from: 0, cut: 0, over, unavailable: null });

describe("what a release command prints", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    asked.mockReset();
  });
  afterEach(() => vi.useRealTimers());

  it("is read on each second while it runs, and no more once it is over", async () => {
    asked.mockResolvedValueOnce(told(false)).mockResolvedValueOnce(told(false)).mockResolvedValueOnce(told(true));
    const output = new Output("shop", "production", 9);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toHaveBeenCalledTimes(3);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(asked).toHaveBeenCalledTimes(3);
    expect(output.view?.over).toBe(true);
  });

  it("is asked for less and less often where that fails, and each second again once it answers", async () => {
    asked.mockImplementation(() => Promise.reject(new Error("gone")));
    const output = new Output("shop", "production", 9);
    await vi.advanceTimersByTimeAsync(0);
    expect(output.error).toBe("gone");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked.mock.calls.length).toBeLessThan(8);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(asked.mock.calls.length).toBeLessThan(70);
    asked.mockImplementation(() => Promise.resolve(told(false)));
    await vi.advanceTimersByTimeAsync(60_000);
    const before = asked.mock.calls.length;
    expect(output.error).toBeNull();
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked.mock.calls.length - before).toBeGreaterThanOrEqual(4);
    output.stop();
    const stopped = asked.mock.calls.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked.mock.calls.length).toBe(stopped);
  });
});
