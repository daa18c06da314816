import { asIpcError, ipc } from "../ipc";
import type { InboxItem } from "../ipc/types";
import { world } from "./world.svelte";

/** Milliseconds for which "Take back" is offered after "Done". Rust takes it for a minute. */
const REGRET = 15_000;

/** What needs a person, as Rust tells it, and what is done with it here. */
class Inbox {
  readonly items = $derived(world.value?.snapshot.inbox ?? []);
  readonly open = $derived(this.items.filter((item) => item.done === null));
  readonly needsYou = $derived(this.open.filter((item) => item.concern === "needs_you").length);
  readonly news = $derived(this.open.length - this.needsYou);
  /** Why the last thing that was asked for did not come true. */
  error: string | null = $state(null);
  /** What was marked as done last, while that can be taken back. */
  lately: { ids: string[]; words: string } | null = $state.raw(null);
  #forget: ReturnType<typeof setTimeout> | undefined;

  read(item: InboxItem) {
    if (item.read_at === null) void this.#ask(ipc().readItem(item.id));
  }

  /** True once they are done. */
  async finish(items: readonly InboxItem[]): Promise<boolean> {
    const ids = items.filter((item) => item.done === null).map((item) => item.id);
    if (ids.length === 0 || !(await this.#ask(ipc().finishItems(ids)))) return false;
    this.#offer({ ids, words: ids.length === 1 ? (items[0]?.text ?? "") : `${ids.length} items` });
    return true;
  }

  async takeBack(): Promise<boolean> {
    const lately = this.lately;
    this.#offer(null);
    return lately !== null && this.#ask(ipc().reopenItems(lately.ids));
  }

  remind(item: InboxItem, at: number | null): Promise<boolean> {
    return this.#ask(ipc().remindOfItem(item.id, at === null ? null : new Date(at).toISOString()));
  }

  #offer(lately: Inbox["lately"]) {
    clearTimeout(this.#forget);
    this.lately = lately;
    if (lately !== null) this.#forget = setTimeout(() => (this.lately = null), REGRET);
  }

  async #ask(asked: Promise<void>): Promise<boolean> {
    try {
      await asked;
      this.error = null;
      return true;
    } catch (thrown) {
      this.error = asIpcError(thrown).message;
      return false;
    }
  }
}

export const inbox = new Inbox();
