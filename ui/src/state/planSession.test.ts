import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ExecuteReply, Plan } from "../ipc/types";

const plan = vi.fn<() => Promise<Plan>>();
const execute = vi.fn<() => Promise<ExecuteReply>>();
vi.mock("../ipc", () => ({
  ipc: () => ({ plan, execute, journal: () => Promise.resolve([]) }),
  asIpcError: (e: Error) => ({ code: "internal", message: e.message, retry_after: null }),
}));
vi.stubGlobal("HTMLElement", class {});
vi.stubGlobal("document", { activeElement: null });
vi.stubGlobal("requestAnimationFrame", () => 0);
const page = new EventTarget();
vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));

const { planSession } = await import("./planSession.svelte");

let serial = 0;
function made(more: Partial<Plan> = {}): Plan {
  return {
    id: `plan-${++serial}`,
    action: { action: "merge", service: "s", number: 1, method: null },
    title: "Merge #1",
    target: { key: "k", name: "n" },
    seen: "head",
    steps: [],
    request: { request: "merge", repo: "a/b", number: 1, head_sha: "c", method: "squash" },
    expectation: null,
    verdict: { verdict: "allow" },
    account: null,
    repo: "a/b",
    app: null,
    basis: { head_sha: null, live: null, source: null },
    confirmations: [],
    shipment: { takes_out: [], brings: [], ships_over: [], ships_again: [] },
    consequences: [],
    rollback: null,
    estimate: null,
    instead: null,
    confirm_text: null,
    read_at: "2026-11-23T14:36:00Z",
    ...more,
  };
}
const merge = { action: "merge", service: "s", number: 1, method: null } as const;

describe("the plan step", () => {
  beforeEach(() => {
    plan.mockReset();
    execute.mockReset();
  });

  it("executes a plan once, however often it is confirmed", async () => {
    plan.mockResolvedValue(made());
    execute.mockImplementation(() => new Promise(() => {}));
    await planSession.open(merge);
    void planSession.confirm();
    void planSession.confirm();
    void planSession.confirm();
    expect(execute).toHaveBeenCalledTimes(1);
  });

  it("shows a changed plan and asks again", async () => {
    const fresh = made({ seen: "another head" });
    plan.mockResolvedValue(made());
    execute.mockResolvedValue({ result: "stale", plan: fresh, why: "The branch has moved." });
    await planSession.open(merge);
    await planSession.confirm();
    expect(planSession.plan?.id).toBe(fresh.id);
    expect(planSession.note).toBe("The branch has moved.");
    expect(execute).toHaveBeenCalledTimes(1);
  });

  it("does not confirm a plan that took another's place while something is still pressed", async () => {
    vi.useFakeTimers();
    plan.mockResolvedValue(made());
    execute.mockImplementation(() => Promise.resolve({ result: "stale", plan: made(), why: "The branch has moved." }));
    await planSession.open(merge);
    await planSession.confirm();
    for (let pressed = 0; pressed < 50; pressed++) {
      page.dispatchEvent(new Event("keydown"));
      await planSession.confirm();
      vi.advanceTimersByTime(900);
    }
    expect(planSession.blocked).toBe("The plan is new");
    expect(execute).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(100);
    expect(planSession.blocked).toBeNull();
    await planSession.confirm();
    expect(execute).toHaveBeenCalledTimes(2);
    vi.useRealTimers();
  });

  it("takes the second click of a double click for no consent", async () => {
    plan.mockResolvedValue(made());
    execute.mockImplementation(() => new Promise(() => {}));
    await planSession.open(merge);
    await planSession.confirm({ detail: 2 } as MouseEvent);
    expect(execute).not.toHaveBeenCalled();
    void planSession.confirm({ detail: 1 } as MouseEvent);
    expect(execute).toHaveBeenCalledTimes(1);
  });

  it("confirms nothing that is denied or not typed", async () => {
    plan.mockResolvedValue(made({ verdict: { verdict: "deny", reasons: ["Draft"] } }));
    await planSession.open(merge);
    await planSession.confirm();
    plan.mockResolvedValue(made({ confirm_text: "storefront-production" }));
    await planSession.open(merge);
    planSession.typed = "storefront";
    await planSession.confirm();
    expect(planSession.blocked).toBe("Waiting for the app name");
    expect(execute).not.toHaveBeenCalled();
  });

  it("ignores the answer to a question that was put away", async () => {
    let answer: (p: Plan) => void = () => {};
    plan.mockImplementation(() => new Promise((done) => (answer = done)));
    const asked = planSession.open(merge);
    planSession.close();
    answer(made());
    await asked;
    expect(planSession.plan).toBeNull();
    expect(planSession.action).toBeNull();
  });
});
