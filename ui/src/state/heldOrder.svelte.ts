import { inPlace, movedCount, placesOf, type Place, type Placing } from "../kit/heldOrder";

/** The order of a list that a person points at or has the focus in. It is the present one when both have left. */
export class HeldOrder<T, G> {
  #all: () => readonly T[];
  #by: Placing<T, G>;
  #pointed = $state(false);
  #focused = $state(false);
  #places: Place<G>[] = $state.raw([]);
  readonly #inside = $derived(this.#pointed || this.#focused);
  /** Empty while nothing is held. */
  readonly held: readonly Place<G>[] = $derived(this.#inside ? this.#places : []);
  readonly order: T[] = $derived.by(() => inPlace(this.#all(), this.held, this.#by));
  readonly moved: number = $derived.by(() => movedCount(this.#all(), this.held, this.#by));

  constructor(all: () => readonly T[], by: Placing<T, G>) {
    this.#all = all;
    this.#by = by;
  }

  showPresent() {
    this.#places = placesOf(this.#all(), this.#by);
  }

  /** The rows are gone, and with them what pointed at them. */
  release() {
    this.#pointed = this.#focused = false;
  }

  #hold() {
    if (!this.#pointed && !this.#focused) this.showPresent();
  }

  /** For the element around the rows. */
  readonly listeners = {
    onpointerenter: () => {
      this.#hold();
      this.#pointed = true;
    },
    onpointerleave: () => {
      this.#pointed = false;
    },
    onfocusin: () => {
      this.#hold();
      this.#focused = true;
    },
    // A click moves the focus between pressing and releasing: neither that nor the end of one of the two moves rows.
    onfocusout: (event: FocusEvent & { currentTarget: HTMLElement }) => {
      if (event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)) return;
      this.#focused = false;
    },
  };
}
