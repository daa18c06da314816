import { ipc } from "../../ipc";
import type { ServiceView } from "../../ipc/types";
import { say } from "../../kit/announce.svelte";
import { ask } from "../../state/ask";
import type { KeyMap } from "../../state/keys.svelte";
import type { Page } from "../../state/view.svelte";
import { world } from "../../state/world.svelte";
import { broughtBy, revertOffer, rollbackOffer, rowOffers, type RowOffer } from "../../presentation/offers";
import { productionOf } from "../../presentation/state";

/** Of the whole service, where nothing on its page is chosen for the letter. */
const offers: Record<"m" | "r" | "v" | "h" | "f" | "x", (service: ServiceView) => RowOffer> = {
  ...rowOffers,
  r: (service) => {
    const env = productionOf(service) ?? service.environments[0];
    return env?.current ? rollbackOffer(service, env) : { action: null, blocked: "There is no release to roll back" };
  },
  v: (service) => {
    const newest = broughtBy(service, productionOf(service))[0];
    if (newest === undefined) return { action: null, blocked: "Which PR to revert is not known" };
    return revertOffer(service, newest);
  },
};
const elsewhere: Partial<Record<Page, string>> = {
  board: "No service is chosen",
  inbox: "The chosen item has no such way on",
  incidents: "A record changes nothing. Open a service first",
  journal: "The journal changes nothing. Open a service first",
  settings: "Open a service first",
};

/** What the letters of actions do where nothing shown hears them: they ask, or say why they cannot act. */
export function unheard(page: Page, service: ServiceView | null): KeyMap {
  const says = (why: string) => (event: KeyboardEvent) => (event.repeat ? undefined : say(elsewhere[page] ?? why));
  const asks = (letter: keyof typeof offers) => (event: KeyboardEvent) => {
    if (event.repeat) return;
    if (service === null) return says("No service is chosen")(event);
    const { action, blocked } = offers[letter](service);
    if (action === null || blocked !== null) say(blocked ?? "It cannot be asked for");
    else ask(action);
  };
  return {
    m: asks("m"),
    r: asks("r"),
    v: asks("v"),
    h: asks("h"),
    f: asks("f"),
    x: asks("x"),
    u: says("No PR is selected here. The Flow lists them"),
    "Shift+M": says("Open a PR first"),
    c: says("Nothing to compare is chosen here"),
    a: acknowledge,
  };
}

/** At once: it changes nothing with any vendor. */
function acknowledge(event: KeyboardEvent) {
  if (event.repeat) return;
  const notice = world.value?.snapshot.notices[0];
  if (notice === undefined) return say("There is nothing to acknowledge");
  void ipc()
    .acknowledge(notice.id)
    .catch(() => {});
}
