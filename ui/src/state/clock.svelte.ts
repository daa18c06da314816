import { onSeen, seen } from "./seen";

/** Rust's clock, counted on with the monotonic one. The window's own clock is never asked. The only one that ticks. */
class Clock {
  /** Milliseconds since the epoch; moves once a second while the window is seen. */
  now = $state(0);
  #base = 0;
  #at = 0;
  #ticking = false;

  set(now: string) {
    this.#base = Date.parse(now);
    this.#at = performance.now();
    this.now = this.#base;
    if (this.#ticking) return;
    this.#ticking = true;
    setInterval(() => seen() && this.tick(), 1000);
    onSeen(() => this.tick());
  }

  tick() {
    this.now = this.#base + (performance.now() - this.#at);
  }
}

export const clock = new Clock();
