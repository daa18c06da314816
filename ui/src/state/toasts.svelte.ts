import { ipc } from "../ipc";
import type { Entry } from "../ipc/types";
import { world } from "./world.svelte";
import { headline } from "../presentation/actions";
import { isOpen, ofEntry, type Shown } from "../presentation/state";

export interface Toast {
  id: string;
  title: string;
  text: string;
  shown: Shown;
  /** Unknown and failed outcomes stay until they are put away. */
  stays: boolean;
}

/** One toast at a time: the newest outcome. The journal keeps them all. */
class Toasts {
  current: Toast | null = $state.raw(null);
  /** Grows with every settled action, so that the journal reads itself again. */
  settled = $state(0);
  #following = new Map<string, Entry>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  start() {
    world.follow(() => void this.#settle());
  }

  /** An action was sent: says so, and later what became of it. */
  sent(entry: Entry) {
    this.#following.set(entry.id, entry);
    this.#show(entry);
    if (!isOpen(entry)) this.#end(entry);
  }

  say(title: string, text: string, shown: Shown, stays = false) {
    this.#put({ id: title, title, text, shown, stays });
  }

  close() {
    this.current = null;
    clearTimeout(this.#timer);
  }

  hold() {
    clearTimeout(this.#timer);
  }

  release() {
    if (this.current && !this.current.stays) this.#fade();
  }

  async #settle() {
    if (this.#following.size === 0) return;
    const gone: string[] = [];
    for (const [id, before] of this.#following) {
      const now = world.service(before.service)?.actions.find((e) => e.id === id);
      if (now === undefined) gone.push(id);
      else if (now.state !== before.state || now.settled_as !== before.settled_as) this.#moved(now);
    }
    if (gone.length === 0) return;
    // Settled actions leave the service; the journal says how they ended.
    const journal = await ipc()
      .journal()
      .catch(() => []);
    for (const id of gone) {
      const entry = journal.find((e) => e.id === id);
      const before = this.#following.get(id);
      if (entry && (entry.state !== before?.state || entry.settled_as !== before.settled_as)) this.#moved(entry);
    }
  }

  #moved(entry: Entry) {
    this.#following.set(entry.id, entry);
    this.#show(entry);
    if (!isOpen(entry)) this.#end(entry);
  }

  #end(entry: Entry) {
    this.#following.delete(entry.id);
    this.settled += 1;
  }

  #show(entry: Entry) {
    this.#put({
      id: entry.id,
      title: headline(entry),
      text: entry.message || entry.target,
      shown: ofEntry(entry),
      stays: entry.settled_as === null && (entry.state === "failed" || entry.state === "unknown"),
    });
  }

  #put(toast: Toast) {
    clearTimeout(this.#timer);
    this.current = toast;
    if (!toast.stays) this.#fade();
  }

  #fade() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.current = null), 6000);
  }
}

export const toasts = new Toasts();
