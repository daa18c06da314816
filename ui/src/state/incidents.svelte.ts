import { asIpcError, ipc } from "../ipc";
import type { IncidentSummary } from "../ipc/types";
import { newestFirst } from "../presentation/recordOrder";
import { world } from "./world.svelte";

/** The records that are kept, newest first, as they were read last. */
class Incidents {
  /** Null: not read yet. */
  records: IncidentSummary[] | null = $state.raw(null);
  /** Why they could not be read the last time. */
  error: string | null = $state(null);
  #asked = 0;

  /** Those that are open, as the board knows them. */
  readonly open = $derived(
    world.services.flatMap((service) => service.environments.flatMap((env) => env.incident ?? [])),
  );
  /** Changes when a record opens, is acknowledged or closes. */
  readonly told = $derived(this.open.map((one) => `${one.id} ${one.acknowledged?.at ?? ""}`).join());

  async read() {
    const asked = ++this.#asked;
    try {
      const records = newestFirst(await ipc().incidents());
      if (asked !== this.#asked) return;
      this.records = records;
      this.error = null;
    } catch (thrown) {
      if (asked === this.#asked) this.error = asIpcError(thrown).message;
    }
  }

  /** Another world: nothing of the one before is kept. */
  forget() {
    this.#asked += 1;
    this.records = null;
    this.error = null;
  }
}

export const incidents = new Incidents();
