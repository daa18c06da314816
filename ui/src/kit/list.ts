/** What the owner of a long list may ask of it. */
export interface ListHandle {
  /** Scrolls no further than needed to show the row. */
  reveal(index: number): void;
  center(index: number): void;
  toEnd(): void;
  /** The row's element once it is drawn and can take the focus; null where it is not drawn. */
  drawn(index: number): Promise<HTMLElement | null>;
  element(): HTMLElement | undefined;
}
