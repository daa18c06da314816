// The one tooltip of the window: an element beside what it is about, in the dialog that is open, or in the page.
import type { Attachment } from "svelte/attachments";

/** Milliseconds that a pointer rests before it is shown; none shortly after another one was. */
const DELAY = 600;
const SOON = 300;
/** Pixels to what it is about, and to the edge of the window. */
const OFFSET = 6;
const EDGE = 8;

interface Shown {
  anchor: HTMLElement;
  element: HTMLElement;
}
let shown: Shown | null = null;
let waiting: { anchor: HTMLElement; timer: ReturnType<typeof setTimeout> } | null = null;
let hiddenAt = -Infinity;

/** Above what it is about, or below where there is no room; within the window. */
function place({ anchor, element }: Shown) {
  const { left, top, bottom, width } = anchor.getBoundingClientRect();
  const own = element.getBoundingClientRect();
  const middle = left + width / 2 - own.width / 2;
  const above = top - OFFSET - own.height;
  element.style.left = `${Math.max(EDGE, Math.min(innerWidth - own.width - EDGE, middle))}px`;
  element.style.top = `${above >= EDGE ? above : bottom + OFFSET}px`;
}
const replace = () => shown && place(shown);

function show(anchor: HTMLElement, text: string) {
  forget();
  hide();
  const element = document.createElement("div");
  element.className = "tooltip small";
  element.role = "tooltip";
  element.textContent = text;
  // What lies outside of an open dialog is behind it.
  (anchor.closest("dialog") ?? document.body).append(element);
  shown = { anchor, element };
  place(shown);
  addEventListener("scroll", replace, true);
  addEventListener("resize", replace);
}

function hide() {
  if (shown === null) return;
  shown.element.remove();
  shown = null;
  hiddenAt = performance.now();
  removeEventListener("scroll", replace, true);
  removeEventListener("resize", replace);
}

function forget() {
  if (waiting !== null) clearTimeout(waiting.timer);
  waiting = null;
}

function pointed(anchor: HTMLElement, text: () => string | undefined) {
  forget();
  const delay = shown !== null || performance.now() - hiddenAt < SOON ? 0 : DELAY;
  const timer = setTimeout(() => {
    const now = text();
    if (now !== undefined && anchor.isConnected) show(anchor, now);
  }, delay);
  waiting = { anchor, timer };
}

function left(anchor: HTMLElement) {
  if (waiting?.anchor === anchor) forget();
  if (shown?.anchor === anchor) hide();
}

/** What is said of an element while a pointer rests on it, or a key led to it; undefined: nothing. */
export const tooltip =
  (text: () => string | undefined): Attachment<HTMLElement> =>
  (anchor) => {
    const leave = () => left(anchor);
    anchor.addEventListener("pointerenter", (event) => {
      if (event.pointerType !== "touch" && text() !== undefined) pointed(anchor, text);
    });
    anchor.addEventListener("focus", () => {
      const now = text();
      if (now !== undefined && anchor.matches(":focus-visible")) show(anchor, now);
    });
    for (const event of ["pointerleave", "pointerdown", "blur"]) anchor.addEventListener(event, leave);
    $effect(() => {
      const now = text();
      if (shown?.anchor !== anchor) return;
      if (now === undefined) return hide();
      shown.element.textContent = now;
      place(shown);
    });
    return leave;
  };
