import type { Component } from "svelte";

type Code<P extends object> = () => Promise<{ default: Component<P> }>;

/** A part of the window whose code is loaded when it is wanted first. */
export class Part<P extends object = Record<string, never>> {
  #component: Component<P> | null = $state.raw(null);
  #fault: Error | null = $state.raw(null);
  #loading: Promise<void> | null = null;
  readonly #code: Code<P>;

  constructor(code: Code<P>) {
    this.#code = code;
  }

  /** Null until it is loaded. Throws where it could not be: the boundary around it says so. */
  get component(): Component<P> | null {
    if (this.#fault !== null) throw this.#fault;
    return this.#component;
  }

  /** Whether there is something to show for it, be it that it could not be loaded. */
  get settled(): boolean {
    return this.#component !== null || this.#fault !== null;
  }

  /** Once; anew where it failed before. Never rejects. */
  load(): Promise<void> {
    if (this.#component !== null) return Promise.resolve();
    this.#fault = null;
    return (this.#loading ??= this.#load());
  }

  async #load() {
    try {
      this.#component = (await this.#code()).default;
    } catch (thrown) {
      // Before it is told: who hears of it may try again at once.
      this.#loading = null;
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      this.#fault = new Error(`Its code could not be loaded: ${why}`);
    }
  }
}
