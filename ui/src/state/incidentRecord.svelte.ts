import { asIpcError, ipc } from "../ipc";
import type { IncidentEntry, IncidentView } from "../ipc/types";
import { incidents } from "./incidents.svelte";

/** One record that is shown, its log once that is asked for, and what is changed in it. */
export class IncidentRecord {
  read: IncidentView | null = $state.raw(null);
  /** Why it could not be read. */
  error: string | null = $state(null);
  log: IncidentEntry[] | null = $state.raw(null);
  logError: string | null = $state(null);
  /** Why the last change was not made. */
  trouble: string | null = $state(null);
  #id: string | null = null;
  #asked = 0;

  /** The same again: what is shown stays until the answer. */
  async ask(id: string | null) {
    const asked = ++this.#asked;
    if (id !== this.#id) {
      this.#id = id;
      this.read = this.log = null;
      this.error = this.logError = this.trouble = null;
    }
    if (id === null) return;
    try {
      const read = await ipc().incident(id);
      if (asked !== this.#asked) return;
      const grown = this.log !== null && this.read?.log_count !== read.log_count;
      this.read = read;
      this.error = null;
      if (grown) await this.askLog();
    } catch (thrown) {
      if (asked === this.#asked) this.error = asIpcError(thrown).message;
    }
  }

  async askLog() {
    const id = this.#id;
    if (id === null) return;
    try {
      const log = await ipc().incidentLog(id);
      if (id !== this.#id) return;
      this.log = log;
      this.logError = null;
    } catch (thrown) {
      if (id === this.#id) this.logError = asIpcError(thrown).message;
    }
  }

  /** True once it is made; the record and the list are read again then. */
  async change(act: (id: string) => Promise<void>): Promise<boolean> {
    const id = this.#id;
    if (id === null) return false;
    try {
      await act(id);
      if (id === this.#id) this.trouble = null;
    } catch (thrown) {
      if (id === this.#id) this.trouble = asIpcError(thrown).message;
      return false;
    }
    await Promise.all([id === this.#id ? this.ask(id) : null, incidents.read()]);
    return true;
  }
}
