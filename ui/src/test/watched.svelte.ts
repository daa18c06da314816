/** Runs it now and whenever what it reads has changed, until what is answered is called. */
export const watched = (run: () => void): (() => void) =>
  $effect.root(() => {
    $effect(run);
  });
