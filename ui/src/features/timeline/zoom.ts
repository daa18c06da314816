import type { ServiceView } from "../../ipc/types";
import type { Zoom } from "../../state/view.svelte";
import { productionOf } from "../../presentation/state";
import { at } from "../../presentation/time";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const zooms: ReadonlyArray<{ value: Zoom; text: string; span: number }> = [
  { value: "1h", text: "1 h", span: HOUR },
  { value: "5h", text: "5 h", span: 5 * HOUR },
  { value: "day", text: "Day", span: DAY },
  { value: "week", text: "Week", span: 7 * DAY },
  { value: "month", text: "Month", span: 30 * DAY },
];

export const spanOf = (zoom: Zoom): number => zooms.find((one) => one.value === zoom)!.span;

/** Zooms that show days, with a frame whose detail is drawn below them. */
export const showsDays = (zoom: Zoom): boolean => zoom === "week" || zoom === "month";

/** Since when production is hurt; null where it is not. */
export function hurtSince(service: Pick<ServiceView, "environments">): number | null {
  const since = at(productionOf(service)?.down_since);
  return Number.isNaN(since) ? null : since;
}

/** The one that was chosen; else the closest that shows the whole incident and as much before it; else five hours. */
export function zoomOf(chosen: Zoom | null, service: Pick<ServiceView, "environments">, now: number): Zoom {
  if (chosen !== null) return chosen;
  const since = hurtSince(service);
  if (since === null) return "5h";
  return zooms.find((one) => one.span >= 2 * (now - since))?.value ?? "month";
}
