import { asIpcError, ipc } from "../ipc";
import type { ArtifactView, FailedTestView, LogLine, LogPage } from "../ipc/types";
import { heldOf, joined } from "./heldLines";

export type LogRow =
  | {
      kind: "step";
      step: number;
      name: string;
      status: string;
      seconds: number | null;
      output: boolean;
      open: boolean;
      reading: boolean;
    }
  | { kind: "cut"; step: number; bytes: number }
  | { kind: "line"; step: number; number: number; line: LogLine };

/** The log of one job: read while it is shown, every 2 s while it runs. */
export class JobLog {
  page: LogPage | null = $state.raw(null);
  tests: FailedTestView[] = $state.raw([]);
  /** What the job kept; asked once, when it is over. */
  artifacts: ArtifactView[] = $state.raw([]);
  error: string | null = $state(null);
  readAt = $state(0);
  /** Steps a person opened or closed; others open when their lines came at once: failed, running, the last. */
  #folds: Record<number, boolean> = $state({});
  #lines: Record<number, LogLine[]> = $state.raw({});
  #reading: Record<number, boolean> = $state({});
  #service: string;
  #job: number;
  #alive = true;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly rows: LogRow[] = $derived.by(() => {
    const rows: LogRow[] = [];
    let number = 0;
    for (const [i, step] of (this.page?.steps ?? []).entries()) {
      const lines = step.lines ?? this.#lines[i] ?? null;
      const open = this.isOpen(i);
      rows.push({
        kind: "step",
        step: i,
        name: step.name,
        status: step.status,
        seconds: step.seconds,
        output: step.has_output,
        open: open && step.has_output,
        reading: this.#reading[i] ?? false,
      });
      if (open && step.cut > 0) rows.push({ kind: "cut", step: i, bytes: step.cut });
      for (const line of lines ?? []) {
        number += 1;
        if (open) rows.push({ kind: "line", step: i, number, line });
      }
    }
    return rows;
  });

  constructor(service: string, job: number) {
    this.#service = service;
    this.#job = job;
    void this.#poll();
  }

  stop() {
    this.#alive = false;
    clearTimeout(this.#timer);
  }

  isOpen(step: number): boolean {
    const chosen = this.#folds[step];
    if (chosen !== undefined) return chosen;
    const view = this.page?.steps[step];
    return view !== undefined && view.lines !== null;
  }

  async toggle(step: number) {
    const open = !this.isOpen(step);
    this.#folds[step] = open;
    if (open) await this.#need(step);
  }

  async #need(step: number) {
    if (this.page?.steps[step]?.lines !== null || this.#lines[step] || this.#reading[step]) return;
    this.#reading[step] = true;
    try {
      const view = await ipc().logStep(this.#service, this.#job, step);
      this.#lines = { ...this.#lines, [step]: view.lines ?? [] };
    } catch (thrown) {
      this.error = asIpcError(thrown).message;
    } finally {
      this.#reading[step] = false;
    }
  }

  async #poll() {
    try {
      const held = this.page?.steps ?? [];
      const sent = await ipc().log(this.#service, this.#job, held.map(heldOf));
      if (!this.#alive) return;
      const page = { ...sent, steps: sent.steps.map((step, i) => joined(held[i], step)) };
      this.page = page;
      this.error = null;
      this.readAt = performance.now();
      // A failed step is what one came for.
      page.steps.forEach((step, i) => {
        if (step.has_output && step.lines === null && step.status === "failed" && this.#folds[i] === undefined) {
          this.#folds[i] = true;
          void this.#need(i);
        }
      });
      const tests = await ipc()
        .failedTests(this.#service, this.#job)
        .catch(() => this.tests);
      if (this.#alive) this.tests = tests;
      if (page.over) {
        // Not every CI keeps them by job.
        const kept = await ipc()
          .artifacts(this.#service, this.#job)
          .catch(() => []);
        if (this.#alive) this.artifacts = kept;
        return;
      }
    } catch (thrown) {
      if (this.#alive) this.error = asIpcError(thrown).message;
    }
    if (this.#alive) this.#timer = setTimeout(() => void this.#poll(), 2000);
  }
}
