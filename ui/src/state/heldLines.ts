// Of a text that grows, what is held and what is sent on.
import type { HeldLines, LogLine } from "../ipc/types";

interface Sent {
  lines: LogLine[] | null;
  from: number;
  cut: number;
}

export const heldOf = (sent: Sent | undefined | null): HeldLines => ({
  lines: sent?.lines?.length ?? 0,
  cut: sent?.cut ?? 0,
});

/** What was sent, with the lines before it that are held. */
export function joined<T extends Sent>(held: Sent | undefined | null, sent: T): T {
  if (sent.lines === null || sent.from === 0) return sent;
  return { ...sent, from: 0, lines: [...(held?.lines ?? []).slice(0, sent.from), ...sent.lines] };
}
