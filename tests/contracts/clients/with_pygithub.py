"""PyGithub, as published: pull requests, checks, a merge, runs and a rerun. Prints what it read and did."""

import json
import os

from github import Auth, Github

github = Github(auth=Auth.Token(os.environ["GITHUB_TOKEN"]), base_url=os.environ["GITHUB_URL"], retry=None)
repository = github.get_repo(os.environ["REPOSITORY"])
pulls = list(repository.get_pulls(state="open", sort="created", direction="asc"))
pull = repository.get_pull(int(os.environ["NUMBER"]))
head = repository.get_commit(pull.head.sha)
suites = list(head.get_check_suites())
told = {
    "viewer": github.get_user().login,
    "pulls": [[one.number, one.created_at.isoformat()] for one in pulls],
    "mergeable": pull.mergeable,
    "files": len(list(pull.get_files())),
    "commits": len(list(pull.get_commits())),
    "reviews": [[review.user.login, review.state] for review in pull.get_reviews()],
    "comments": len(list(pull.get_issue_comments())) + len(list(pull.get_review_comments())),
    "checks": [[run.name, run.conclusion] for run in head.get_check_runs()],
    "suites": [suite.conclusion for suite in suites],
    "in_suites": sum(suite.latest_check_runs_count for suite in suites),
    "statuses": [[status.context, status.state, status.creator.login] for status in head.get_statuses()],
    "combined": head.get_combined_status().state,
    "protected": repository.get_branch("main").protected,
    "ahead": repository.compare("main", pull.head.sha).ahead_by,
}
pull.create_review(event="APPROVE", body="Read.")
told["reviewed"] = [[review.user.login, review.state] for review in pull.get_reviews()][-1]
merged = pull.merge(merge_method="squash", sha=pull.head.sha)
told["merged"] = [merged.merged, pull.is_merged()]
repository.get_git_ref(f"heads/{pull.head.ref}").delete()

workflows = list(repository.get_workflows())
told["workflows"] = [workflow.name for workflow in workflows]
release = repository.get_workflow("release.yml")
told["its_runs"] = release.get_runs().totalCount
runs = repository.get_workflow_runs(branch="main", status="success")
run = next(one for one in runs if one.name == "Build and release")
told["jobs"] = [[job.name, job.conclusion] for job in run.jobs()]
told["artifacts"] = run.get_artifacts().totalCount
told["rerun"] = run.rerun()
told["attempt"] = repository.get_workflow_run(run.id).run_attempt
print(json.dumps(told))
