import { asIpcError, ipc } from "../ipc";
import type { ServiceView } from "../ipc/types";
import { isHurt, productionOf, rollbackOf } from "../presentation/state";
import { toasts } from "./toasts.svelte";

/** Breaking the sandbox's production on purpose. */
class Breaking {
  busy = $state(false);

  /** Why it cannot be done now, as far as the window knows; Rust may still refuse. */
  blocked(service: ServiceView): string | null {
    const production = productionOf(service);
    if (production === null) return "This service has no production";
    if (this.busy) return "Breaking";
    if (production.health === "restarting") return "Production recovers. Wait until it is healthy";
    if (isHurt(production)) return "Production is broken already";
    if (production.current === null) return "Nothing is live on production";
    if (production.health === "releasing") return "A release is under way on production";
    if (rollbackOf(production.current) !== null)
      return "What is live came by a rollback. Merge a change first, for example the revert";
    return null;
  }

  async break(service: ServiceView) {
    if (this.busy) return;
    this.busy = true;
    try {
      await ipc().breakProduction(service.name);
    } catch (thrown) {
      toasts.say("Production was not broken", asIpcError(thrown).message, { mark: "minus", tone: "grey", word: "" });
    } finally {
      this.busy = false;
    }
  }
}

export const breaking = new Breaking();
