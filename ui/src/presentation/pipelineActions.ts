// What may be asked of a pipeline, and why not: the same on its page and in the Flow.
import type { Action, Job, Pipeline, ServiceView } from "../ipc/types";
import { approveOffer, cancelOffer, holdsOf, rerunOffer } from "./offers";
import { offReason } from "./sources";

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
  const none = "There is no pipeline";
  return {
    holds: pipeline ? holdsOf(pipeline) : [],
    failed: pipeline?.jobs.filter((job) => job.status === "failed") ?? [],
    off,
    noRerun: pipeline ? rerunOffer(service, pipeline).blocked : none,
    noCancel: pipeline ? cancelOffer(service, pipeline).blocked : none,
    noApprove: pipeline ? approveOffer(service, pipeline).blocked : none,
  };
}

/** Of several holds the one that is meant is named. */
export const approvalOf = (service: ServiceView, pipeline: Pipeline, hold: Job | undefined): Action =>
  approveOffer(service, pipeline, hold?.name).action;
