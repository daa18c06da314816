// What the ways on are planned from while production is hurt: plans are read, nothing is sent.
import { untrack } from "svelte";
import { asIpcError, ipc } from "../ipc";
import type { Action, Environment, Plan, RevertForecast, ServiceView } from "../ipc/types";
import { broughtBy, newestFirst } from "../presentation/offers";
import { withUsualPin } from "../presentation/pins";
import { mustChoose, rollbackBlocked, takenOut } from "../presentation/rollback";
import { isHurtEnvironment, productionOf } from "../presentation/state";
import { clock } from "./clock.svelte";

export type Answer = { plan: Plan } | { error: string } | null;

export const planIn = (answer: Answer): Plan | null => (answer && "plan" in answer ? answer.plan : null);
/** Why the plan refuses; null while it does not, or is not read. */
export const refusalIn = (answer: Answer): string | null => {
  if (answer && "error" in answer) return answer.error;
  const verdict = planIn(answer)?.verdict;
  return verdict?.verdict === "deny" ? (verdict.reasons[0] ?? "Not possible now") : null;
};

export class Recovery {
  readonly #service: () => ServiceView;
  /** Of several that are down, the one that is acted on. */
  wanted: string | null = $state(null);
  /** The pull request that a person picked for the revert. */
  picked: number | null = $state(null);
  /** Where there is no default, the release is named by a person, for this environment. */
  named = $state.raw<{ environment: string; version: number } | null>(null);
  back: Answer = $state.raw(null);
  revert: Answer = $state.raw(null);
  /** `at`: when it was answered. */
  forecast = $state.raw<{ of: number; is: RevertForecast; at: number } | null>(null);

  constructor(service: () => ServiceView) {
    this.#service = service;
    $effect(() => {
      void this.#backKey;
      return untrack(() => this.#read(this.backAction, (answer) => (this.back = answer)));
    });
    $effect(() => {
      void this.#revertKey;
      return untrack(() => this.#read(this.revertAction, (answer) => (this.revert = answer)));
    });
    // What was refused, or could not be planned, may be possible by now: asked with each news, its words kept
    // meanwhile.
    $effect(() => {
      void this.#service();
      return untrack(() => {
        // What is shown by then may be of another environment, release or pull request.
        const [back, revert] = [this.#backKey, this.#revertKey];
        const again = [
          refusalIn(this.back) === null
            ? null
            : this.#read(this.backAction, (answer) => {
                if (back === this.#backKey) this.back = answer ?? this.back;
              }),
          refusalIn(this.revert) === null
            ? null
            : this.#read(this.revertAction, (answer) => {
                if (revert === this.#revertKey) this.revert = answer ?? this.revert;
              }),
        ];
        return () => again.forEach((stop) => stop?.());
      });
    });
    $effect(() => {
      void this.#tip;
      const of = this.number;
      if (of === null) return;
      return untrack(() => this.#forecast(of));
    });
  }

  /** Every production environment that is hurt; one of them is acted on at a time. */
  readonly hurt: Environment[] = $derived.by(() =>
    this.#service().environments.filter((env) => env.production && isHurtEnvironment(env)),
  );
  readonly env: Environment | null = $derived.by(
    () => this.hurt.find((env) => env.name === this.wanted) ?? productionOf(this.#service()),
  );
  /** After a rollback main still has what was taken out: reverting that is what lets the next release pass. */
  readonly taken: number[] = $derived.by(() => (this.env === null ? [] : takenOut(this.env)));
  /** What must not come back, by what Rust knows: also where the release itself does not tell what it brought. */
  readonly #kept: number[] = $derived.by(() =>
    (this.env?.on_its_way?.bad ?? []).flatMap((change) => (change.number === null ? [] : [change.number])),
  );
  /** Merged on main, newest first: the newest is offered, any other may be chosen. */
  readonly candidates: number[] = $derived.by(() =>
    newestFirst(this.#service(), [...this.taken, ...broughtBy(this.#service(), this.env), ...this.#kept]),
  );
  readonly number: number | null = $derived.by(() =>
    this.picked !== null && this.candidates.some((one) => one === this.picked)
      ? this.picked
      : (this.candidates[0] ?? null),
  );
  readonly mustChoose: boolean = $derived.by(() => this.env !== null && mustChoose(this.env));
  readonly target: number | null = $derived.by(() => {
    if (!this.mustChoose) return this.env?.rollback_target ?? null;
    return this.named !== null && this.named.environment === this.env?.name ? this.named.version : null;
  });
  /** Why no rollback can be asked for. */
  readonly blocked: string | null = $derived.by(() =>
    this.env === null ? "There is no environment to roll back" : rollbackBlocked(this.#service(), this.env),
  );
  readonly backAction: Action | null = $derived.by(() => (this.target === null ? null : this.rollback()));
  readonly revertAction: Action | null = $derived.by(() =>
    this.number === null ? null : { action: "revert", service: this.#service().name, number: this.number },
  );

  /** To what is meant; where that must be named, the plan asks for it. */
  rollback(): Action {
    const env = this.env ?? undefined;
    const { name: service } = this.#service();
    const to = this.mustChoose ? this.target : null;
    return withUsualPin({ action: "roll_back", service, environment: env?.name ?? "", to, reason: null }, env);
  }

  // Planned again when what they would do has changed, or what they wait for.
  readonly #under = $derived.by(() =>
    this.#service()
      .actions.map((one) => `${one.id} ${one.state}`)
      .join(),
  );
  readonly #backKey = $derived.by(() => {
    const newest = this.env?.releases[0];
    const release = `${newest?.version} ${newest?.status}`;
    return `${this.#service().name} ${this.env?.name} ${release} ${this.target} ${this.#under}`;
  });
  readonly #revertKey = $derived.by(() => `${this.#service().name} ${this.number} ${this.#under}`);
  readonly #tip = $derived.by(() => this.#service().main[0]?.sha ?? null);

  #read(action: Action | null, put: (answer: Answer) => void): () => void {
    let current = true;
    put(null);
    if (action)
      ipc()
        .plan(action)
        .then(
          (plan) => current && put({ plan }),
          (thrown: unknown) => current && put({ error: asIpcError(thrown).message }),
        );
    return () => (current = false);
  }

  #forecast(of: number): () => void {
    let current = true;
    const put = (is: RevertForecast) => current && (this.forecast = { of, is, at: clock.now });
    if (this.forecast?.of !== of) this.forecast = null;
    ipc()
      .forecastRevert(this.#service().name, of)
      .then(put, (thrown: unknown) =>
        put({
          outcome: { outcome: "not_known", why: asIpcError(thrown).message },
          tip: null,
          files: 0,
          chain: [],
        }),
      );
    return () => (current = false);
  }
}
