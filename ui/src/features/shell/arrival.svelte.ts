import { tick } from "svelte";
import { say } from "../../kit/announce.svelte";

/** Whether nothing is being used: the focus is on the page itself, or on its heading, where a new page puts it. */
export const isIdle = (target: EventTarget | null): boolean =>
  target === document.body || (target instanceof HTMLElement && target.tagName === "H1");

/** Another page puts the focus on its heading and is said; what lies over the page keeps the focus. */
export function useArrival(place: () => string) {
  let last: string | null = null;
  $effect(() => {
    const now = place();
    const arrived = last !== null && last !== now;
    last = now;
    if (arrived) void arrive(now);
  });
}

/** The page is drawn, and a dialog that was closing has given the focus back. */
export async function drawn() {
  await tick();
  await new Promise((next) => requestAnimationFrame(next));
  await new Promise((next) => requestAnimationFrame(next));
}

async function arrive(place: string) {
  await drawn();
  say(place);
  if (document.querySelector("dialog:modal") === null)
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
}
