import { asIpcError, ipc } from "../ipc";
import type { OutputView } from "../ipc/types";
import { heldOf, joined } from "./heldLines";

/** What a build or a release phase prints: read on every second while it runs and is shown. */
export class Output {
  view: OutputView | null = $state.raw(null);
  error: string | null = $state(null);
  #alive = true;
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
      if (view.over) return;
    } catch (thrown) {
      if (this.#alive) this.error = asIpcError(thrown).message;
    }
    if (this.#alive) this.#timer = setTimeout(() => void this.#poll(service, environment, version), 1000);
  }
}
