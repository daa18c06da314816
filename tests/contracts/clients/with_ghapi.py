"""ghapi, as published: pull requests, checks, a merge, runs and a rerun."""

import json
import os

from ghapi.all import GhApi

owner, repo = os.environ["REPOSITORY"].split("/")
number = int(os.environ["NUMBER"])
api = GhApi(owner=owner, repo=repo, token=os.environ["GITHUB_TOKEN"], gh_host=os.environ["GITHUB_URL"], sync=True)

pull = api.pulls.get(number)
told = {
    "viewer": api.users.get_authenticated().login,
    "pulls": [one.number for one in api.pulls.list(state="open")],
    "head": pull.head.sha,
    "files": len(api.pulls.list_files(number)),
    "checks": api.checks.list_for_ref(pull.head.sha).total_count,
    "suites": api.checks.list_suites_for_ref(pull.head.sha).total_count,
    "combined": api.repos.get_combined_status_for_ref(pull.head.sha).state,
}
told["merged"] = api.pulls.merge(number, merge_method="squash", sha=pull.head.sha).merged
told["workflows"] = api.actions.list_repo_workflows().total_count
runs = api.actions.list_workflow_runs_for_repo(branch="main", status="success").workflow_runs
run = next(one for one in runs if one.name == "Build and release")
told["jobs"] = [job.name for job in api.actions.list_jobs_for_workflow_run(run.id).jobs]
api.actions.re_run_workflow(run.id)
told["attempt"] = api.actions.get_workflow_run(run.id).run_attempt
print(json.dumps(told))
