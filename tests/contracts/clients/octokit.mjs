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
  }),
);
