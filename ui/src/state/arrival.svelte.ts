import { tick } from "svelte";
import { ipc } from "../ipc";
import type { Place } from "../ipc/types";
import { toasts } from "./toasts.svelte";
import { view } from "./view.svelte";
import { world } from "./world.svelte";

/** Frames that the card of an environment is waited for: about ten seconds. */
const CARD_FRAMES = 600;

/** Where the window opens, where links lead it, and where it was last. */
class Arrival {
  /** From then on a page is shown, and what is shown is remembered. */
  #begun = $state(false);
  get begun(): boolean {
    return this.#begun;
  }

  async start() {
    await ipc().onGoto((place) => void this.#take(place));
    try {
      const place = await ipc().startPlace();
      if (place) await this.#take(place);
    } catch {
      // Without it the window opens where it always did.
    } finally {
      this.#begun = true;
    }
  }

  // Of their own, so that the place changes with the page and not with every reading.
  readonly #own = $derived(this.#begun && world.value !== null && world.sandbox === null);
  readonly #service = $derived(view.service?.name ?? null);

  /** The page that is shown, to be opened next time; null while nothing of the user's own is shown. */
  readonly shown: Place | null = $derived.by(() => {
    if (!this.#own) return null;
    if (view.page === "journal" || view.page === "board" || view.page === "inbox") return { place: view.page };
    if (view.page === "incidents")
      return view.incident === null ? { place: "incidents" } : { place: "incident", id: view.incident };
    if (view.page === "settings") return { place: "settings", tab: null };
    // Which releases were compared is not kept.
    const page = view.page === "compare" ? "flow" : view.page;
    return this.#service === null ? null : { place: page, service: this.#service };
  });

  async #take(place: Place) {
    if (place.place === "nowhere") {
      toasts.say("The link was not opened", place.message, { mark: "triangle", tone: "warn", word: "" }, true);
      return;
    }
    // The place was looked up in a state that this window may not have read yet.
    await world.current();
    view.goto(place);
    if (place.place === "environment") void this.#showCard(place.environment);
  }

  async #showCard(environment: string) {
    await tick();
    const find = () => document.querySelector<HTMLElement>(`article[data-environment="${CSS.escape(environment)}"]`);
    let card = find();
    // The code of the page may still be on its way. A person who goes elsewhere meanwhile is not called back.
    for (let frame = 0; card === null && view.page === "flow" && frame < CARD_FRAMES; frame++) {
      await new Promise((next) => requestAnimationFrame(next));
      card = find();
    }
    card?.scrollIntoView({ block: "nearest" });
    card?.focus({ preventScroll: true });
  }
}

export const arrival = new Arrival();
