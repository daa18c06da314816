// What the journal says of an action beside its outcome.
import type { Entry } from "../ipc/types";
import { isOpen } from "./state";

/** Whether a person may say what became of it: Slipway could not read it. */
export const maySettle = (entry: Entry): boolean => entry.state === "unknown" && isOpen(entry);

/** What happened around it, and what a person said; a line each. */
export function extraLines(entry: Entry): string[] {
  const lines: string[] = [];
  if (entry.overtook.length > 0) {
    const names = entry.overtook.map((r) => r.label).join(", ");
    const were = entry.overtook.length === 1 ? "was" : "were";
    lines.push(`${names}, which ${were} not seen when it was confirmed, ${were} undone by it`);
  }
  if (entry.replaced_by) lines.push(`Replaced since by ${entry.replaced_by.label}`);
  if (entry.settled_as !== null) {
    const what = entry.settled_as === "happened" ? "it happened" : "it did not happen";
    lines.push(`${entry.settled_by ?? "Somebody"} said that ${what}: ${entry.settled_reason ?? "no reason was given"}`);
  }
  return lines;
}
