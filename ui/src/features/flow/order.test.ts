import { describe, expect, it } from "vitest";
import type { PullRequestView, Readiness } from "../../ipc/types";
import { pr } from "../../ipc/fake/pulls";
import * as order from "../../kit/heldOrder";
import { placing, rowsOf, type Row } from "./order";

type Places = order.Place<Readiness>[];
const placesOf = (all: PullRequestView[]) => order.placesOf(all, placing);
const inPlace = (all: PullRequestView[], places: Places) => order.inPlace(all, places, placing);
const movedCount = (all: PullRequestView[], places: Places) => order.movedCount(all, places, placing);

const many = (states: Record<number, Readiness> = {}): PullRequestView[] =>
  Array.from({ length: 20 }, (_, i) =>
    pr(100 - i, `Change ${i}`, states[100 - i] ?? (i < 8 ? "ready" : i < 14 ? "checks" : "draft")),
  );
const text = (rows: Row[]) =>
  rows.map((row) => ("pr" in row ? `${row.pr.number} ${row.pr.readiness}` : `${row.head} ${row.count}`));

describe("the list of pull requests under the pointer", () => {
  it("holds the place of a row and never its facts", () => {
    const before = many();
    const held = placesOf(before);
    // 97 is third under Ready; a check of it fails, and the board sorts it behind.
    const sorted = (all: PullRequestView[]) =>
      [...all].sort((a, b) => Number(a.readiness !== "ready") - Number(b.readiness !== "ready"));
    const now = sorted(many({ 97: "checks" }));
    const rows = rowsOf(inPlace(now, held), held);
    expect(text(rows)[4]).toBe("97 checks");
    expect(rows.findIndex((row) => "pr" in row && row.pr.number === 97)).toBe(
      text(rowsOf(before, held)).indexOf("97 ready"),
    );
    expect(movedCount(now, held)).toBe(1);
  });

  it("has each head once and each row once, whatever changes", () => {
    const held = placesOf(many());
    for (const state of [
      "ready",
      "checks",
      "review",
      "changes",
      "behind",
      "conflicts",
      "blocked",
      "draft",
      "missing",
      "unknown",
    ] as const) {
      const now = many({ 97: state, 92: state, 85: state });
      const rows = rowsOf(inPlace(now, held), held);
      const keys = rows.map((row) => ("pr" in row ? String(row.pr.number) : row.head));
      expect(new Set(keys).size).toBe(keys.length);
      expect(rows.filter((row) => "pr" in row)).toHaveLength(20);
      const counted = rows.reduce((sum, row) => sum + ("pr" in row ? 0 : row.count), 0);
      expect(counted).toBe(20);
    }
  });

  it("drops what was merged and adds what was opened below", () => {
    const held = placesOf(many());
    const now = [pr(120, "New", "ready"), ...many().filter((one) => one.number !== 98)];
    const shown = text(rowsOf(inPlace(now, held), held));
    expect(shown.slice(-2)).toEqual(["Opened meanwhile 1", "120 ready"]);
    expect(shown).not.toContain("98 ready");
  });

  it("is by present facts once nothing is held", () => {
    const now = many({ 97: "checks" });
    expect(text(rowsOf(inPlace(now, []), []))[0]).toBe("Ready 7");
    expect(movedCount(now, [])).toBe(0);
  });
});
