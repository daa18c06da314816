import { describe, expect, it } from "vitest";
import type { LogLine } from "../ipc/types";
import { heldOf, joined } from "./heldLines";

const lines = (...texts: string[]): LogLine[] =>
  texts.map((text) => ({ spans: [{ text, color: null, bold: false, dim: false }], failure: false }));

describe("a text that grows", () => {
  it("is held as far as it was sent, and joined with what is sent on", () => {
    const held = joined(null, { lines: lines("one", "tw"), from: 0, cut: 0 });
    expect(heldOf(held)).toEqual({ lines: 2, cut: 0 });
    const next = joined(held, { lines: lines("two", "three"), from: 1, cut: 0 });
    expect(next).toEqual({ lines: lines("one", "two", "three"), from: 0, cut: 0 });
    expect(heldOf(next)).toEqual({ lines: 3, cut: 0 });
  });

  it("is taken whole when its beginning was cut, and left out when it is folded", () => {
    const held = { lines: lines("one", "two"), from: 0, cut: 0 };
    expect(joined(held, { lines: lines("two", "three"), from: 0, cut: 4 }).lines).toEqual(lines("two", "three"));
    expect(joined(held, { lines: null, from: 0, cut: 0 }).lines).toBeNull();
    expect(heldOf(undefined)).toEqual({ lines: 0, cut: 0 });
  });
});
