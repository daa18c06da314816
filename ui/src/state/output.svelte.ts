import { asIpcError, ipc } from "../ipc";
import type { OutputView } from "../ipc/types";
import { heldOf, joined } from "./heldLines";

const SECOND = 1000;
const MOST = 60 * SECOND;

/** What a build or a release phase prints: read on every second while it runs and is shown. */
export class Output {
  view: OutputView | null = $state.raw(null);
  error: string | null = $state(null);
  #alive = true;
  /** In a row. */
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(service: string, environment: string, version: number | null) {
    void this.#poll(service, environment, version);
  }

  stop() {
    this.#alive = false;
    clearTimeout(this.#timer);
  }

  async #poll(service: string, environment: string, version: number | null) {
    try {
      const sent = await ipc().output(service, environment, version, heldOf(this.view));
      if (!this.#alive) return;
      const view = joined(this.view, sent);
      this.view = view;
      this.error = null;
      this.#failures = 0;
      if (view.over) return;
    } catch (thrown) {
      if (this.#alive) this.error = asIpcError(thrown).message;
      this.#failures += 1;
    }
    // What is gone is not asked for each second.
    const pause = Math.min(MOST, SECOND * 2 ** this.#failures);
    if (this.#alive) this.#timer = setTimeout(() => void this.#poll(service, environment, version), pause);
  }
}
