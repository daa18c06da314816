// The rows of All services: heads of groups, services, and what a long quiet group is folded into.
import type { OverviewGroup, ServiceView } from "../../ipc/types";
import { grouped, type Place } from "../../kit/heldOrder";
import { groupNote, placing } from "../../presentation/board";

export type Row =
  | { row: "head"; group: OverviewGroup | null; count: number; note: string | null }
  | { row: "service"; service: ServiceView; quiet: boolean }
  | { row: "fold"; count: number };

/** A quiet group of more than these is folded. */
const FOLDS_OVER = 20;

export const keyOf = (row: Row): string =>
  row.row === "service" ? `service ${row.service.name}` : row.row === "head" ? `head ${row.group}` : "fold";

/** Of a service that did not change the row is the same as before, and is not drawn anew. */
const made = new WeakMap<ServiceView, Extract<Row, { row: "service" }>>();
function rowOf(service: ServiceView, quiet: boolean): Row {
  const known = made.get(service);
  if (known?.quiet === quiet) return known;
  const row = { row: "service", service, quiet } as const;
  made.set(service, row);
  return row;
}

/** `whole`: nothing is folded. */
export function rowsOf(order: readonly ServiceView[], held: readonly Place<OverviewGroup>[], whole: boolean): Row[] {
  return grouped(order, held, placing).flatMap(({ group, items }): Row[] => {
    const head: Row = { row: "head", group, count: items.length, note: groupNote(group, items) };
    if (group === "quiet" && !whole && items.length > FOLDS_OVER) return [head, { row: "fold", count: items.length }];
    // A row that is held keeps its height, whatever it says by now.
    return [head, ...items.map((service) => rowOf(service, group === "quiet"))];
  });
}
