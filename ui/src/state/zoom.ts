import { ipc } from "../ipc";
import type { ZoomChange } from "../ipc/types";

const CHANGES: Record<string, ZoomChange> = { "+": "in", "=": "in", "-": "out", _: "out", "0": "reset" };

/** Ctrl with + − 0, whatever else is open. True when it was one of them. */
export function zoomKey(event: KeyboardEvent): boolean {
  const change = (event.ctrlKey || event.metaKey) && !event.altKey ? CHANGES[event.key] : undefined;
  if (change === undefined) return false;
  event.preventDefault();
  void ipc()
    .zoom(change)
    .catch(() => {});
  return true;
}
