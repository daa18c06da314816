/** What is typed for a part of the window whose code is still on its way: a fast hand loses nothing. */
export class TypedAhead {
  #text = "";
  #enter = false;

  /** True where the key is kept. */
  key(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.altKey || event.metaKey || this.#enter) return false;
    if (event.key === "Enter") this.#enter = true;
    else if (event.key === "Backspace") this.#text = this.#text.slice(0, -1);
    else if (event.key.length === 1) this.#text += event.key;
    else return false;
    return true;
  }

  /** Once. */
  take(): { text: string; enter: boolean } {
    const typed = { text: this.#text, enter: this.#enter };
    [this.#text, this.#enter] = ["", false];
    return typed;
  }
}
