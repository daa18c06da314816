import { asIpcError, ipc } from "../ipc";
import type { IpcError, ServiceView, Settings, World, WorldChange } from "../ipc/types";
import { knowVendors } from "../presentation/vendors.svelte";
import { nextInbox, nextServices } from "./change";
import { clock } from "./clock.svelte";
import { onSeen, seen } from "./seen";

const USUAL: Settings = { theme: "system", density: "comfortable", single_keys: true };

type Follower = (change: WorldChange | null) => void;

/** What is: the state that Rust told, one revision after another. */
class WorldState {
  /** Null until the first answer. */
  value: World | null = $state.raw(null);
  error: IpcError | null = $state.raw(null);
  readonly services = $derived(this.value?.snapshot.services ?? []);
  readonly accounts = $derived(this.value?.snapshot.accounts ?? []);
  readonly settings = $derived(this.value?.settings ?? USUAL);
  readonly notifications = $derived(this.value?.notifications ?? null);
  readonly keychain = $derived(this.value?.keychain ?? { state: "unasked" as const });
  readonly sandbox = $derived(this.value?.sandbox ?? null);
  #followers = new Set<Follower>();
  #reading: Promise<void> | null = null;
  #again = false;
  /** Changes that came while the whole was read: those after it are applied to it. */
  #waiting: WorldChange[] = [];
  /** Changes came while the window was not seen: what differs is read when it is, and nothing is derived before. */
  #missed = false;

  constructor() {
    onSeen(() => this.#see());
  }

  async start() {
    // Listening before reading: nothing falls between the two.
    await ipc().onWorld((change) => this.#take(change));
    await this.read();
  }

  /**
   * Reads what differs, and the whole where nothing is held or another state was told last. Calls made meanwhile share
   * one more read.
   */
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

  service(name: string | null): ServiceView | null {
    return this.services.find((s) => s.name === name) ?? null;
  }

  async #read() {
    do {
      this.#again = false;
      try {
        if (!(await this.#catchUp())) {
          const world = await ipc().world();
          knowVendors(world.vendors);
          this.value = world;
          clock.set(world.now);
        }
        this.error = null;
        this.#again ||= !this.#waiting.splice(0).every((change) => this.#apply(change));
      } catch (thrown) {
        this.error = asIpcError(thrown);
        this.#waiting = [];
        // What was missed is read when the next change comes or the window is seen again.
        this.#missed = true;
      }
    } while (this.#again);
    this.#tell(null);
  }

  /** False where what is held cannot be made the present state by a change. */
  async #catchUp(): Promise<boolean> {
    // A change that leaves while the first question is on its way makes the second one necessary.
    for (let tries = 0; tries < 2; tries++) {
      while (this.#waiting[0] && this.#apply(this.#waiting[0])) this.#waiting.shift();
      if (this.value === null || this.#waiting.length > 0) return false;
      const change = await ipc().worldSince(this.value.snapshot.rev);
      if (change !== null) return this.#apply(change);
    }
    return false;
  }

  #take(change: WorldChange) {
    this.#missed ||= !seen();
    if (this.#missed) this.#see();
    else if (this.#reading) this.#waiting.push(change);
    else if (this.#apply(change)) this.#tell(change);
    else void this.read();
  }

  /** When what came while nobody saw it has been read. */
  async current() {
    if (this.#missed) {
      this.#missed = false;
      await this.read();
    } else await this.#reading;
  }

  #see() {
    if (!this.#missed || !seen()) return;
    this.#missed = false;
    void this.read();
  }

  /** False when it is not the change of the state that is held: one before it was missed, or another world opened. */
  #apply(change: WorldChange): boolean {
    const held = this.value;
    if (held !== null && change.rev <= held.snapshot.rev) return true;
    if (held === null || change.rev !== held.snapshot.rev + 1) return false;
    const services = nextServices(held.snapshot.services, change);
    const inbox = nextInbox(held.snapshot.inbox, change.inbox);
    if (services === null || inbox === null) return false;
    clock.set(change.now);
    this.value = {
      ...held,
      now: change.now,
      keychain: change.keychain,
      muted_until: change.muted_until,
      settings: change.settings ?? held.settings,
      notifications: change.notifications ?? held.notifications,
      snapshot: {
        rev: change.rev,
        observed_at: change.observed_at,
        services,
        accounts: change.accounts ?? held.snapshot.accounts,
        notices: change.notices ?? held.snapshot.notices,
        inbox,
      },
    };
    return true;
  }

  #tell(change: WorldChange | null) {
    for (const follower of this.#followers) follower(change);
  }
}

export const world = new WorldState();
