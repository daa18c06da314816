import { describe, expect, it } from "vitest";
import type { ObjectChange } from "../ipc/types";
import { inboxItem } from "../ipc/fake/inbox";
import { applied, nextInbox, Unfit } from "./change";
import cases from "./change.cases.json";

describe("what Rust sends of a change", () => {
  for (const { case: name, before, change, after } of cases)
    it(`makes the next state of the last: ${name}`, () => {
      const held = JSON.stringify(before);
      expect(applied<object>(before, change as unknown as ObjectChange)).toEqual(after);
      expect(JSON.stringify(before)).toBe(held);
    });

  it("keeps what does not differ, as the same objects", () => {
    const before = { pull_requests: [{ number: 1 }, { number: 2, title: "b" }], rules: {} };
    const changed: [number, ObjectChange][] = [[2, { set: { title: "c" } }]];
    const after = applied(before, { lists: { pull_requests: { by: "number", order: null, added: [], changed } } });
    expect(after.pull_requests[0]).toBe(before.pull_requests[0]);
    expect(after.rules).toBe(before.rules);
    expect(after.pull_requests[1]).toEqual({ number: 2, title: "c" });
  });

  it("is refused by a state that it is not of", () => {
    const list = (change: object) => ({
      lists: { pull_requests: { by: "number", order: null, added: [], changed: [], ...change } },
    });
    const held = { pull_requests: [{ number: 1 }] };
    expect(() => applied(held, list({ order: [1, 2] }))).toThrow(Unfit);
    expect(() => applied(held, list({ changed: [[2, { set: { title: "x" } }]] }))).toThrow(Unfit);
    expect(() => applied({}, list({}))).toThrow(Unfit);
    expect(() => applied({ rules: null }, { within: { rules: { set: { archived: true } } } })).toThrow(Unfit);
  });
});

describe("what Rust sends of the inbox", () => {
  const item = (id: string, text = "Something is so") => inboxItem(id, "shop", "approval", text, 60);
  const held = [item("a"), item("b")];

  it("is by id: what is not named stays the same object", () => {
    const next = nextInbox(held, { order: ["c", "a"], items: [item("c")] });
    expect(next?.map((one) => one.id)).toEqual(["c", "a"]);
    expect(next?.[1]).toBe(held[0]);
    expect(nextInbox(held, { order: ["a", "b"], items: [item("b", "Another")] })?.[1]?.text).toBe("Another");
    expect(nextInbox(held, null)).toBe(held);
  });

  it("is refused by an inbox that it is not of", () => {
    expect(nextInbox(held, { order: ["a", "x"], items: [] })).toBeNull();
  });
});
