// Changes of the rules, one after another: each is made on what the one before it has left.
import { asIpcError, ipc } from "../../../ipc";
import type { NotificationKind, Rule } from "../../../ipc/types";
import { world } from "../../../state/world.svelte";

export class RuleChanges {
  /** What was saved last, as a sentence. */
  saved: string | null = $state(null);
  error: string | null = $state(null);
  #last: Promise<unknown> = Promise.resolve();

  /** The rule as it is stored now. Null as the service: for all services. */
  static rule(service: string | null, kind: NotificationKind): Rule | null {
    const settings = world.notifications?.settings;
    return (service === null ? settings?.rules : (settings?.services[service] ?? settings?.rules))?.[kind] ?? null;
  }

  set(service: string | null, kind: NotificationKind, change: Partial<Rule>, said: string): Promise<void> {
    return this.save(said, async () => {
      const rule = RuleChanges.rule(service, kind);
      if (rule) await ipc().setNotificationRule(service, kind, { ...rule, ...change });
    });
  }

  /** Does it after what was asked for before, and shows what is stored then: also after a refusal. */
  save(said: string, act: () => Promise<void>): Promise<void> {
    const next = this.#last.then(async () => {
      this.error = null;
      try {
        await act();
        this.saved = `Saved: ${said}.`;
      } catch (thrown) {
        this.saved = null;
        this.error = asIpcError(thrown).message;
      }
      await world.read();
    });
    this.#last = next;
    return next;
  }
}
