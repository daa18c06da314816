// Stopping what would bring something bad back: one plan for one thing, a set of plans for several.
import { asIpcError, ipc } from "../ipc";
import type { Action, Carrier, Environment, IpcError, PlanSet, ServiceView, SetOutcome } from "../ipc/types";
import { badWords, pipelineNumber, stopWords } from "../presentation/recovery";
import { draftOf, keepDraft } from "./drafts";
import { planSession } from "./planSession.svelte";

/** What a Stop button asks for. */
export interface AskedStop {
  words: string;
  name: string;
  blocked: string | null;
  /** One thing is stopped by its own plan. */
  action: Action | null;
  service: string;
  environment: string;
}

/** What can be stopped of what is on its way; null where there is nothing to stop. */
export function askedStop(service: ServiceView, env: Environment | null, able: readonly Carrier[]): AskedStop | null {
  const carriers = env?.on_its_way?.carriers ?? [];
  const [first] = able;
  if (env === null || carriers.length === 0) return null;
  const place = { service: service.name, environment: env.name };
  const back = badWords(env.on_its_way?.bad ?? []);
  if (first === undefined) {
    const { stop_blocked, label } = carriers[0]!;
    if (stop_blocked === null) return null;
    return { ...place, words: `Stop ${label}…`, name: `Stop ${label}`, blocked: stop_blocked, action: null };
  }
  if (able.length === 1) {
    const words = stopWords(first, pipelineNumber(service, first));
    const name = `${words.slice(0, -1)}, which would bring ${back} back, asks first`;
    return { ...place, words, name, blocked: null, action: first.stop };
  }
  const count = able.length === carriers.length ? `all ${able.length}` : `${able.length} of ${carriers.length}`;
  const words = `Stop ${count}…`;
  return {
    ...place,
    words,
    name: `Stop ${able.length} things that would bring ${back} back, asks first`,
    blocked: null,
    action: null,
  };
}

/** The set of plans that is shown: one consent, each compared, sent and settled alone. */
class Stops {
  /** Null: none is asked for. */
  asked: AskedStop | null = $state.raw(null);
  set: PlanSet | null = $state.raw(null);
  error: IpcError | null = $state.raw(null);
  sending = $state(false);
  outcomes: SetOutcome[] | null = $state.raw(null);
  reason = $state("");
  #opener: HTMLElement | null = null;
  #turn = 0;

  /** Why it cannot be confirmed now; null when it can. */
  readonly blocked = $derived.by(() => {
    if (this.set === null) return this.error ? "There is no plan to confirm" : "Reading the plans";
    if (this.sending) return "Sending";
    return this.set.plans.length === 0 ? "Nothing of it can be stopped" : null;
  });

  ask(stop: AskedStop) {
    if (stop.action !== null) void planSession.open(stop.action);
    else void this.#open(stop);
  }

  async #open(stop: AskedStop) {
    this.#opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    const turn = ++this.#turn;
    this.asked = stop;
    this.set = this.error = this.outcomes = null;
    this.sending = false;
    this.reason = draftOf(this.#draft());
    try {
      const set = await ipc().planStop(stop.service, stop.environment);
      if (turn === this.#turn) this.set = set;
    } catch (thrown) {
      if (turn === this.#turn) this.error = asIpcError(thrown);
    }
  }

  #draft = () => `stop ${this.asked?.service} ${this.asked?.environment}`;

  close() {
    if (this.asked !== null) keepDraft(this.#draft(), this.outcomes === null ? this.reason : "");
    this.#turn++;
    this.asked = null;
    const opener = this.#opener;
    this.#opener = null;
    queueMicrotask(() => requestAnimationFrame(() => opener?.isConnected && opener.focus()));
  }

  /** The second click of a double click was meant for what stood there before the first. */
  async confirm(click?: MouseEvent) {
    const { set } = this;
    if ((click && click.detail > 1) || set === null || this.blocked !== null || this.outcomes !== null) return;
    const turn = this.#turn;
    this.sending = true;
    this.error = null;
    try {
      const outcomes = await ipc().executeSet(set.id, this.reason.trim() === "" ? null : this.reason.trim());
      if (turn === this.#turn) this.outcomes = outcomes;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = asIpcError(thrown);
      // A set is taken once: what is asked for again is planned again.
      this.set = null;
    } finally {
      if (turn === this.#turn) this.sending = false;
    }
  }
}

export const stops = new Stops();
