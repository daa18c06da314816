/** What the owner of a long list may ask of it. */
export interface ListHandle {
  /** Scrolls no further than needed to show row `index`. */
  reveal(index: number): void;
  center(index: number): void;
  toEnd(): void;
  element(): HTMLElement | undefined;
}
