import { asIpcError, ipc } from "../ipc";
import type { Action, IpcError, Plan } from "../ipc/types";
import { draftOf, keepDraft } from "./drafts";
import { toasts } from "./toasts.svelte";
import { world } from "./world.svelte";
import { withUsualPin } from "../presentation/pins";

/** Nobody reads a plan faster. */
const READING = 1000;
/** What may press the button that confirms. */
const PRESSES = ["keydown", "pointerdown"] as const;

/** A reason that was written stays with what it was written for, whichever release that was. */
const keyOf = (action: Action) =>
  `plan ${action.action} ${action.service} ${"environment" in action ? action.environment : ""}`;

/** The plan step: an action is asked for, its plan is shown, and only then may it be confirmed. */
class PlanSession {
  /** Whether the focus goes back to where the plan was asked for; not where the plan is part of a page. */
  readonly #returns: boolean;
  /** Null: nothing is asked for. */
  action: Action | null = $state.raw(null);
  /** Null while the plan is being read. */
  plan: Plan | null = $state.raw(null);
  error: IpcError | null = $state.raw(null);
  /** Why the plan was shown again. */
  note: string | null = $state(null);
  sending = $state(false);
  /** The same question with something chosen in it: its plan stays in sight until the new one is read. */
  #rereading = $state(false);
  /** Counts plans that were put in front of a person to be read from their beginning. */
  shown = $state(0);
  /** A plan was shown in another's place, and whatever was pressed then may still be pressed. */
  #unread = $state(false);
  #reading: ReturnType<typeof setTimeout> | undefined;
  typed = $state("");
  reason = $state("");
  #opener: HTMLElement | null = null;
  #turn = 0;
  /** One execute per plan id, whatever is pressed how often. */
  #used: string[] = [];

  constructor(returns = true) {
    this.#returns = returns;
  }

  readonly denied = $derived(this.plan?.verdict.verdict === "deny" ? this.plan.verdict.reasons : null);

  /** It would bring something back to an environment that is pinned against it: a person says why. */
  readonly asksWhy = $derived(this.plan?.confirmations.some((one) => one.kind === "pin_violated") ?? false);

  /** Why the plan cannot be confirmed now; null when it can. */
  readonly blocked = $derived.by(() => {
    if (this.plan === null) return this.error ? "There is no plan to confirm" : "Reading the plan";
    if (this.denied) return this.denied[0] ?? "Not possible now";
    if (this.plan.request === null) return "Not possible now";
    if (this.sending) return "Sending";
    if (this.#rereading) return "Reading the plan";
    if (this.#unread) return "The plan is new";
    if (this.asksWhy && this.reason.trim() === "") return "Say why it may go over the pin";
    const wanted = this.plan.confirm_text;
    if (wanted !== null && this.typed.trim() !== wanted) return "Waiting for the app name";
    return null;
  });

  async open(action: Action) {
    this.#opener ??= document.activeElement instanceof HTMLElement ? document.activeElement : null;
    const turn = ++this.#turn;
    const env = world
      .service(action.service)
      ?.environments.find((one) => action.action === "roll_back" && one.name === action.environment);
    action = withUsualPin(action, env);
    this.action = action;
    this.plan = null;
    this.error = null;
    this.note = null;
    this.typed = "";
    this.reason = draftOf(keyOf(action));
    this.sending = false;
    this.shown += 1;
    this.#rest();
    await this.#read(action, turn);
  }

  /** Something chosen in it: planned again under what is filled in already. */
  async amend(action: Action) {
    const turn = ++this.#turn;
    this.action = action;
    this.error = null;
    this.note = null;
    this.sending = false;
    this.#rereading = true;
    await this.#read(action, turn);
    if (turn === this.#turn) this.#rereading = false;
  }

  /** Another method, another target: the same question, planned again. */
  async change(action: Action) {
    const turn = ++this.#turn;
    this.action = action;
    this.plan = null;
    this.error = null;
    this.note = null;
    // What was typed was typed for the plan that stood there.
    this.typed = "";
    this.shown += 1;
    this.#rest();
    await this.#read(action, turn);
  }

  close() {
    if (this.action) keepDraft(keyOf(this.action), this.reason);
    this.#turn++;
    this.action = null;
    this.plan = null;
    this.error = null;
    this.note = null;
    this.sending = false;
    this.#rest();
    const opener = this.#returns ? this.#opener : null;
    this.#opener = null;
    // After the step has left the page, or the focus would fall back to the body.
    queueMicrotask(() => requestAnimationFrame(() => opener?.isConnected && opener.focus()));
  }

  /** The second click of a double click was meant for what stood there before the first. */
  async confirm(click?: MouseEvent) {
    const plan = this.plan;
    if (click && click.detail > 1) return;
    if (plan === null || this.blocked !== null || this.#used.includes(plan.id)) return;
    this.#used.push(plan.id);
    this.sending = true;
    const turn = this.#turn;
    try {
      const reply = await ipc().execute({
        plan_id: plan.id,
        typed: plan.confirm_text === null ? null : this.typed.trim(),
        reason: this.reason.trim() === "" ? null : this.reason.trim(),
      });
      if (reply.result === "started") {
        toasts.sent(reply.entry);
        if (turn === this.#turn) {
          this.reason = "";
          this.close();
        }
      } else if (turn === this.#turn) {
        this.plan = reply.plan;
        this.note = reply.why;
        this.typed = "";
        this.#show();
      }
    } catch (thrown) {
      if (turn === this.#turn) {
        this.error = asIpcError(thrown);
        // A plan is taken once: what is asked for again is planned again.
        this.plan = null;
      }
    } finally {
      if (turn === this.#turn) this.sending = false;
    }
  }

  /** What is held down, or clicked again and again, must not confirm it: that waits for a second of rest. */
  #show() {
    this.shown += 1;
    this.#rest();
    this.#unread = true;
    for (const press of PRESSES) addEventListener(press, this.#again, true);
    this.#again();
  }

  #again = () => {
    clearTimeout(this.#reading);
    this.#reading = setTimeout(() => this.#rest(), READING);
  };

  #rest() {
    this.#unread = false;
    this.#rereading = false;
    clearTimeout(this.#reading);
    for (const press of PRESSES) removeEventListener(press, this.#again, true);
  }

  async #read(action: Action, turn: number) {
    try {
      const plan = await ipc().plan(action);
      if (turn === this.#turn) this.plan = plan;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = asIpcError(thrown);
      this.plan = null;
    }
  }
}

export const planSession = new PlanSession();
/** For a plan that is part of a page: when it is put away, the focus stays where it is. */
export const planOfPage = () => new PlanSession(false);
export type { PlanSession };
