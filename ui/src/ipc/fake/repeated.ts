// Everything twice, as no vendor should answer and some do. Development only.
import type { Environment, Pipeline } from "../types";
import type { FakePullRequest, FakeService } from "./views";

const twice = <T>(all: readonly T[]): T[] => [...all, ...structuredClone(all)];

const pull = (of: FakePullRequest): FakePullRequest => ({
  ...of,
  check_list: twice(of.check_list),
  reviews: twice(of.reviews),
  files: of.files && twice(of.files),
  reasons: twice(of.reasons),
  causes: twice(of.causes),
});

const pipeline = (of: Pipeline): Pipeline => ({
  ...of,
  jobs: twice(of.jobs),
  workflows: of.workflows && twice(of.workflows),
});

const environment = (of: Environment): Environment => ({
  ...of,
  dynos: of.dynos && twice(of.dynos),
  formation: of.formation && twice(of.formation),
  releases: twice(of.releases),
  current: of.current && { ...of.current, pull_requests: twice(of.current.pull_requests ?? []) },
});

export const repeated = (of: FakeService): FakeService => ({
  ...of,
  pull_requests: twice(of.pull_requests.map(pull)),
  pipelines: twice(of.pipelines.map(pipeline)),
  environments: twice(of.environments.map(environment)),
  main: twice(of.main),
  alerts: twice(of.alerts),
  actions: twice(of.actions),
  config: { ...of.config, environments: twice(of.config.environments) },
});
