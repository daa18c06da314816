// What the Services tab shows: the list, the form of one service, or that of a new one. Its head tells of it.
import type { MarkName, Tone } from "../../kit/shapes";
import { world } from "../../state/world.svelte";

type Shown = { what: "list" } | { what: "add" } | { what: "edit"; service: string };
interface Head {
  title: string;
  mark: { mark: MarkName; tone: Tone } | null;
  /** `1 change not saved` */
  note: string | null;
}

class ServicesPage {
  shown: Shown = $state.raw({ what: "list" });
  /** Set by the form that is open. */
  form: Head | null = $state.raw(null);
  readonly head = $derived<Head>(this.form ?? { title: listed(world.services.length), mark: null, note: null });

  open(shown: Shown) {
    this.form = null;
    this.shown = shown;
  }
}

const listed = (count: number): string =>
  count === 0 ? "No service yet" : count === 1 ? "1 service" : `${count} services, in this order everywhere`;

export const servicesPage = new ServicesPage();
