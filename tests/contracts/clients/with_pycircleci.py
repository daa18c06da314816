"""pycircleci, as published: pipelines, workflows, jobs, the steps of a build, a rerun, a cancel."""

import json
import os

from pycircleci.api import Api

api = Api(token=os.environ["CIRCLECI_TOKEN"], url=os.environ["CIRCLECI_URL"] + "/api")
owner, repo = os.environ["REPOSITORY"].split("/")
vcs = {"vcs_type": "github", "username": owner}
slug = f"gh/{owner}/{repo}"

pipelines = api.get_project_pipelines(owner, repo, branch="main", paginate=True, limit=40)
pipeline = api.get_pipeline(pipelines[0]["id"])
workflow = api.get_pipeline_workflow(pipeline["id"])[0]
jobs = api.get_workflow_jobs(workflow["id"])
unit = next(job for job in jobs if job["name"].startswith("unit"))
told = {
    "viewer": api.get_user_info()["login"],
    "project": api.get_project(slug)["slug"],
    "pipelines": len(pipelines),
    "state": pipeline["state"],
    "workflow": api.get_workflow(workflow["id"])["status"],
    "jobs": [[job["name"], job["status"]] for job in jobs],
    "steps": len(api.get_build_info(owner, repo, unit["job_number"], vcs_type="gh")["steps"]),
    "details": api.get_job_details(owner, repo, unit["job_number"], vcs_type="gh")["name"],
}
told["rerun"] = api.rerun_workflow(workflow["id"])
again = api.get_pipeline_workflow(pipeline["id"])
told["workflows"] = len(again)
told["cancel"] = api.cancel_workflow(again[0]["id"])
print(json.dumps(told))
