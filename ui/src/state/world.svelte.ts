import { asIpcError, ipc } from "../ipc";
import type { IpcError, ServiceState, Settings, World, WorldChange } from "../ipc/types";
import { knowVendors } from "../presentation/vendors.svelte";
import { clock } from "./clock.svelte";

type Follower = (change: WorldChange | null) => void;

/** What is: the last world Rust told, one revision after another. */
class WorldState {
  /** Null until the first answer. */
  value: World | null = $state.raw(null);
  error: IpcError | null = $state.raw(null);
  readonly services = $derived(this.value?.snapshot.services ?? []);
  readonly accounts = $derived(this.value?.snapshot.accounts ?? []);
  readonly settings = $derived(
    this.value?.settings ?? ({ theme: "system", single_keys: true, notifications: true } satisfies Settings),
  );
  readonly keychain = $derived(this.value?.keychain ?? { state: "unasked" as const });
  readonly sandbox = $derived(this.value?.sandbox ?? null);
  #followers = new Set<Follower>();
  #reading: Promise<void> | null = null;
  #again = false;

  async start() {
    // Listening before reading: nothing falls between the two.
    await ipc().onWorld((change) => this.#change(change));
    await this.read();
  }

  /** Reads the whole. Calls made meanwhile share one more read. */
  read(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return this.#reading;
    }
    this.#reading = this.#read().finally(() => (this.#reading = null));
    return this.#reading;
  }

  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  service(name: string | null): ServiceState | null {
    return this.services.find((s) => s.name === name) ?? null;
  }

  async #read() {
    do {
      this.#again = false;
      try {
        const world = await ipc().world();
        knowVendors(world.vendors);
        this.value = world;
        this.error = null;
        clock.set(world.now);
      } catch (thrown) {
        this.error = asIpcError(thrown);
      }
    } while (this.#again);
    this.#tell(null);
  }

  #change(change: WorldChange) {
    const mine = this.value;
    if (change.rev === mine?.snapshot.rev) return;
    // A gap, or another world: a sandbox was opened or left.
    if (mine === null || change.rev !== mine.snapshot.rev + 1) {
      void this.read();
      return;
    }
    const known = [...mine.snapshot.services, ...change.services];
    const services = change.order.flatMap((name) => known.findLast((service) => service.name === name) ?? []);
    clock.set(change.now);
    this.value = {
      ...mine,
      now: change.now,
      keychain: change.keychain,
      muted_until: change.muted_until,
      snapshot: {
        rev: change.rev,
        observed_at: change.observed_at,
        services,
        accounts: change.accounts,
        notices: change.notices,
      },
    };
    this.#tell(change);
    if (services.length !== change.order.length) void this.read();
  }

  #tell(change: WorldChange | null) {
    for (const follower of this.#followers) follower(change);
  }
}

export const world = new WorldState();
