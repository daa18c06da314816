import { describe, expect, it } from "vitest";
import { service } from "../../ipc/fake/parts";
import { viewOf } from "../../ipc/fake/views";
import type { OverviewGroup, ServiceView } from "../../ipc/types";
import { inPlace, movedCount, placesOf } from "../../kit/heldOrder";
import { byUrgency, placing } from "../../presentation/board";
import { keyOf, rowsOf } from "./rows";

function of(name: string, group: OverviewGroup): ServiceView {
  const view = viewOf(service(name));
  return { ...view, overview: { ...view.overview, group } };
}
const text = (rows: ReturnType<typeof rowsOf>) =>
  rows.map((row) =>
    row.row === "service" ? row.service.name : row.row === "head" ? `${row.group} ${row.count}` : keyOf(row),
  );
const many = (count: number) => Array.from({ length: count }, (_, i) => of(`s${i}`, "quiet"));

describe("the rows of All services", () => {
  it("have a head for each group that has a row", () => {
    expect(text(rowsOf([of("a", "hurt"), of("b", "quiet"), of("c", "quiet")], [], false))).toEqual([
      "hurt 1",
      "a",
      "quiet 2",
      "b",
      "c",
    ]);
  });

  it("fold a quiet group of more than twenty, and no other", () => {
    expect(rowsOf(many(20), [], false)).toHaveLength(21);
    expect(text(rowsOf(many(21), [], false))).toEqual(["quiet 21", "fold"]);
    expect(rowsOf(many(21), [], true)).toHaveLength(22);
    const moving = Array.from({ length: 30 }, (_, i) => of(`m${i}`, "moving"));
    expect(rowsOf(moving, [], false)).toHaveLength(31);
  });

  it("stay in their places, groups and heights while they are held, and tell how many moved", () => {
    const before = [of("a", "moving"), of("b", "quiet"), of("c", "quiet")];
    const held = placesOf(before, placing);
    const now = byUrgency([of("a", "moving"), of("b", "quiet"), of("c", "hurt"), of("d", "hurt")]);
    const order = inPlace(now, held, placing);
    const rows = rowsOf(order, held, false);
    expect(text(rows)).toEqual(["moving 1", "a", "quiet 2", "b", "c", "null 1", "d"]);
    expect(rows.find((row) => row.row === "service" && row.service.name === "c")).toMatchObject({ quiet: true });
    expect(movedCount(now, held, placing)).toBe(2);
    expect(text(rowsOf(now, [], false))).toEqual(["hurt 2", "c", "d", "moving 1", "a", "quiet 1", "b"]);
  });
});
