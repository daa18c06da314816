/** Runs it now and whenever what it reads has changed, until what is answered is called. */
export const watched = (run: () => void): (() => void) =>
  $effect.root(() => {
    $effect(run);
  });

/** A value that a component is given, and that may become another. */
export function held<T>(first: T): { value: T } {
  let value = $state.raw(first);
  return {
    get value() {
      return value;
    },
    set value(next) {
      value = next;
    },
  };
}
