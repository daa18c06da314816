// What may be asked of a pipeline, and why not: the same on its page and in the Flow.
import type { Action, Job, Pipeline, ServiceView } from "../ipc/types";
import { offReason } from "./sources";
import { isMoving } from "./state";

export interface PipelineActions {
  /** Every hold that can be approved. */
  holds: Job[];
  failed: Job[];
  /** Why nothing can be asked for, whatever its state. */
  off: string | null;
  /** Why not; null where it can be asked for. */
  noRerun: string | null;
  noCancel: string | null;
  noApprove: string | null;
}

export function actionsOf(service: ServiceView, pipeline: Pipeline | null): PipelineActions {
  const off = offReason(service, "ci");
  const jobs = pipeline?.jobs ?? [];
  const holds = jobs.filter((job) => job.status === "on_hold" && job.approval_id !== null);
  const failed = jobs.filter((job) => job.status === "failed");
  return {
    holds,
    failed,
    off,
    noRerun: off ?? (failed.length === 0 ? "Nothing has failed" : null),
    noCancel: off ?? (pipeline === null || !isMoving(pipeline) ? "It does not run any more" : null),
    noApprove: off ?? (holds.length === 0 ? "Nothing waits for approval" : null),
  };
}

/** Of several holds the one that is meant is named. */
export function approvalOf(service: ServiceView, pipeline: Pipeline, hold: Job | undefined): Action {
  const several = actionsOf(service, pipeline).holds.length > 1;
  return {
    action: "approve",
    service: service.name,
    pipeline: pipeline.id,
    job: several ? (hold?.name ?? null) : null,
  };
}
