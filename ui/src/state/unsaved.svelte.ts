import { view } from "./view.svelte";

/** What is written in a form is not lost: what would leave it asks first. One form at a time. */
export class Unsaved {
  /** What goes on once the form may be left; null while nobody wants to. */
  leaving: (() => void) | null = $state.raw(null);

  constructor(written: () => boolean) {
    $effect(() => {
      if (!written()) return;
      view.held = (goOn) => (this.leaving = goOn);
      return () => (view.held = null);
    });
  }

  readonly stay = () => {
    this.leaving = null;
  };

  readonly leave = () => {
    const goOn = this.leaving;
    this.leaving = null;
    view.held = null;
    goOn?.();
  };
}
