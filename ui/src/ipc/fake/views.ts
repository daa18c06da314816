// The invented world as Rust holds it, and what of it the window is sent. Development only.
import type { Incident } from "../types";
import { overviewOf } from "./overview";
import type {
  PullRequest,
  PullRequestView,
  ServiceOverview,
  ServicePages,
  ServiceState,
  ServiceView,
  SnapshotView,
  StagingDifference,
  World,
} from "../types";

export type FakePullRequest = PullRequest & PullRequestView;
export type FakeService = Omit<ServiceState, "pull_requests"> & {
  pull_requests: FakePullRequest[];
  pages: ServicePages;
  /** As the window is sent it only after `viewOf`. */
  overview: ServiceOverview;
  /** Where the commits of main do not tell it, being in one line. */
  differs?: StagingDifference;
};
export type FakeWorld = Omit<World, "snapshot"> & {
  snapshot: Omit<SnapshotView, "services"> & { services: FakeService[] };
  /** Asked for apart. */
  incidents: Incident[];
};

/** `me`: who the account of the code host belongs to. */
export function viewOf(service: FakeService, me: string | null = "lena-h"): ServiceView {
  const overview = overviewOf(service, me);
  return { ...service, pull_requests: service.pull_requests.map(withoutDetails), overview };
}

function withoutDetails({ check_list, reviews, files, ...rest }: FakePullRequest): PullRequestView {
  const approvals = reviews.filter((review) => review.state === "approved").length;
  return { ...rest, approvals, details: JSON.stringify([check_list, reviews, files]) };
}
