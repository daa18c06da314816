// The invented world as Rust holds it, and what of it the window is sent. Development only.
import type {
  PullRequest,
  PullRequestView,
  ServicePages,
  ServiceState,
  ServiceView,
  SnapshotView,
  World,
} from "../types";

export type FakePullRequest = PullRequest & PullRequestView;
export type FakeService = Omit<ServiceState, "pull_requests"> & {
  pull_requests: FakePullRequest[];
  pages: ServicePages;
};
export type FakeWorld = Omit<World, "snapshot"> & {
  snapshot: Omit<SnapshotView, "services"> & { services: FakeService[] };
};

export function viewOf(service: FakeService): ServiceView {
  return { ...service, pull_requests: service.pull_requests.map(withoutDetails) };
}

function withoutDetails({ check_list, reviews, files, ...rest }: FakePullRequest): PullRequestView {
  const approvals = reviews.filter((review) => review.state === "approved").length;
  return { ...rest, approvals, details: JSON.stringify([check_list, reviews, files]) };
}
