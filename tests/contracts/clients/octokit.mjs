// GitHub's own client, as published, against the addresses and names that it is given.
// Prints one JSON object: what it read and did.
import { Octokit, RequestError } from "octokit";

const { GITHUB_URL: baseUrl, GITHUB_TOKEN: auth, REPOSITORY, NUMBER } = process.env;
const [owner, repo] = REPOSITORY.split("/");
const pull_number = Number(NUMBER);
const octokit = new Octokit({ auth, baseUrl, log: { debug() {}, info() {}, warn() {}, error: console.error } });

const { data: viewer } = await octokit.rest.users.getAuthenticated();
const { data: repository } = await octokit.rest.repos.get({ owner, repo });
// Two at a time, so that the client follows the links itself.
const pulls = await octokit.paginate(octokit.rest.pulls.list, { owner, repo, state: "open", per_page: 2 });
const { data: pull } = await octokit.rest.pulls.get({ owner, repo, pull_number });
const { data: files } = await octokit.rest.pulls.listFiles({ owner, repo, pull_number });
const { data: reviews } = await octokit.rest.pulls.listReviews({ owner, repo, pull_number });
const { data: checks } = await octokit.rest.checks.listForRef({ owner, repo, ref: pull.head.sha });
const { data: status } = await octokit.rest.repos.getCombinedStatusForRef({ owner, repo, ref: pull.head.sha });
const { data: compared } = await octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead: `main...${pull.head.sha}` });

const graph = await octokit.graphql(
  `query Title($owner: String!, $repo: String!, $number: Int!) {
    repository(owner: $owner, name: $repo) { pullRequest(number: $number) { title headRefOid } }
  }`,
  { owner, repo, number: pull_number },
);

const refusal = await octokit.rest.pulls
  .merge({ owner, repo, pull_number, sha: "0".repeat(40) })
  .then(() => "merged", (error) => (error instanceof RequestError ? error.status : String(error)));
const { data: merged } = await octokit.rest.pulls.merge({ owner, repo, pull_number, sha: pull.head.sha, merge_method: "squash" });
const { status: isMerged } = await octokit.rest.pulls.checkIfMerged({ owner, repo, pull_number });
const { data: diff } = await octokit.rest.pulls.get({ owner, repo, pull_number, mediaType: { format: "diff" } });

const { data: workflows } = await octokit.rest.actions.listRepoWorkflows({ owner, repo });
const release = workflows.workflows.find((one) => one.name === "Build and release");
const { data: runs } = await octokit.rest.actions.listWorkflowRuns({ owner, repo, workflow_id: release.id, status: "success" });
const run_id = runs.workflow_runs[0].id;
const { data: jobs } = await octokit.rest.actions.listJobsForWorkflowRun({ owner, repo, run_id });
await octokit.rest.actions.reRunWorkflow({ owner, repo, run_id });
const { data: again } = await octokit.rest.actions.getWorkflowRun({ owner, repo, run_id });

console.log(
  JSON.stringify({
    viewer: viewer.login,
    repository: repository.full_name,
    pulls: pulls.map((one) => one.number),
    head: pull.head.sha,
    files: files.length,
    reviews: reviews.length,
    checks: checks.total_count,
    status: status.state,
    ahead: compared.ahead_by,
    graph: graph.repository.pullRequest,
    refusal,
    merged,
    isMerged,
    diff: diff.slice(0, 13),
    jobs: jobs.jobs.map((one) => one.name),
    attempt: again.run_attempt,
  }),
);
