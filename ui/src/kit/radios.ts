/** Arrows, Home and End in a group of radios: they move the focus, and choose where one is chosen already. */
export function radioKey(event: KeyboardEvent & { currentTarget: HTMLElement }) {
  // With Shift, Alt or Ctrl they are other keys: those are for the page.
  if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
  const group = event.currentTarget.closest('[role="radiogroup"]');
  const all = [...(group?.querySelectorAll<HTMLElement>('[role="radio"]') ?? [])];
  const here = all.indexOf(event.currentTarget);
  const next = (here + 1) % all.length;
  const last = all.length - 1;
  const before = here > 0 ? here - 1 : last;
  const ways = { ArrowRight: next, ArrowDown: next, ArrowLeft: before, ArrowUp: before, Home: 0, End: last };
  const to = all[ways[event.key as keyof typeof ways] ?? -1];
  if (to === undefined) return;
  event.preventDefault();
  to.focus();
  if (all.some((one) => one.ariaChecked === "true")) to.click();
}
