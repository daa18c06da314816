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

async function arrive(place: string) {
  await tick();
  // A dialog that is closing gives the focus back first.
  await new Promise((next) => requestAnimationFrame(next));
  await new Promise((next) => requestAnimationFrame(next));
  say(place);
  if (document.querySelector("dialog:modal") === null)
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
}
