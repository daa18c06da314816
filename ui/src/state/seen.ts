// Whether the window is seen. What is computed to be looked at waits until it is.

/** A window that has the focus is seen, whatever is said of it. */
export const seen = (): boolean =>
  typeof document === "undefined" || document.visibilityState === "visible" || document.hasFocus();

/** Calls it whenever the window may have come into sight. */
export function onSeen(act: () => void) {
  // Outside of a browser nobody sees it come.
  if (typeof document === "undefined" || typeof document.addEventListener !== "function") return;
  document.addEventListener("visibilitychange", () => seen() && act());
  addEventListener("focus", act);
}
