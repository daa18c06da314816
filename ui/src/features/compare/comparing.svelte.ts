import { asIpcError, ipc } from "../../ipc";
import type { ComparisonView, IpcError } from "../../ipc/types";
import type { Pair } from "../../presentation/compare";

/** Reads what lies between two releases; an answer that comes after another was asked for is left. */
export class Comparing {
  /** Null while it is being read. */
  read: ComparisonView | null = $state.raw(null);
  error: IpcError | null = $state.raw(null);
  #turn = 0;

  async ask(service: string, { base, head }: Pair) {
    const turn = ++this.#turn;
    this.read = null;
    this.error = null;
    try {
      const read = await ipc().compare(service, base, head);
      if (turn === this.#turn) this.read = read;
    } catch (thrown) {
      if (turn === this.#turn) this.error = asIpcError(thrown);
    }
  }

  drop() {
    this.#turn++;
    this.read = null;
    this.error = null;
  }
}
