"""githubkit, as published, whose models refuse an answer that is not as GitHub describes it."""

import json
import os

from githubkit import GitHub, TokenAuthStrategy

github = GitHub(TokenAuthStrategy(os.environ["GITHUB_TOKEN"]), base_url=os.environ["GITHUB_URL"], auto_retry=False)
owner, repo = os.environ["REPOSITORY"].split("/")
number = int(os.environ["NUMBER"])
rest = github.rest

pulls = rest.pulls.list(owner, repo, state="all", per_page=100).parsed_data
pull = rest.pulls.get(owner, repo, number).parsed_data
checks = rest.checks.list_for_ref(owner, repo, pull.head.sha).parsed_data
suites = rest.checks.list_suites_for_ref(owner, repo, pull.head.sha).parsed_data
suite = rest.checks.get_suite(owner, repo, suites.check_suites[0].id).parsed_data
told = {
    "viewer": rest.users.get_authenticated().parsed_data.login,
    "repository": rest.repos.get(owner, repo).parsed_data.full_name,
    "pulls": len(pulls),
    "mergeable": pull.mergeable,
    "files": len(rest.pulls.list_files(owner, repo, number).parsed_data),
    "reviews": [review.state for review in rest.pulls.list_reviews(owner, repo, number).parsed_data],
    "checks": checks.total_count,
    "check": rest.checks.get(owner, repo, checks.check_runs[0].id).parsed_data.name,
    "annotations": len(rest.checks.list_annotations(owner, repo, checks.check_runs[0].id).parsed_data),
    "suites": [suites.total_count, suite.head_sha == pull.head.sha],
    "statuses": len(rest.repos.list_commit_statuses_for_ref(owner, repo, pull.head.sha).parsed_data),
    "combined": rest.repos.get_combined_status_for_ref(owner, repo, pull.head.sha).parsed_data.state,
    "branch": rest.repos.get_branch(owner, repo, "main").parsed_data.name,
    "graph": github.graphql("{viewer{login}}")["viewer"]["login"],
}
merged = rest.pulls.merge(owner, repo, number, merge_method="squash", sha=pull.head.sha).parsed_data
told["merged"] = merged.merged
workflows = rest.actions.list_repo_workflows(owner, repo).parsed_data.workflows
told["workflows"] = [rest.actions.get_workflow(owner, repo, one.id).parsed_data.path for one in workflows]
runs = rest.actions.list_workflow_runs(owner, repo, "release.yml", status="success").parsed_data
run = rest.actions.get_workflow_run(owner, repo, runs.workflow_runs[0].id).parsed_data
jobs = rest.actions.list_jobs_for_workflow_run(owner, repo, run.id).parsed_data
told["jobs"] = [job.name for job in jobs.jobs]
told["artifacts"] = rest.actions.list_workflow_run_artifacts(owner, repo, run.id).parsed_data.total_count
rest.actions.re_run_job_for_workflow_run(owner, repo, jobs.jobs[0].id)
told["attempt"] = rest.actions.get_workflow_run(owner, repo, run.id).parsed_data.run_attempt
print(json.dumps(told))
