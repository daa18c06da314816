//! Step logs: v1.1's steps, and their output on a port of its own that must get no credentials.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{not_found, project, views};
use crate::http::{Call, Reply, Vendor};
use crate::server::Shared;
use crate::world::World;
use crate::world::pipeline::{Job, JobStatus};

const STEPS: [&str; 3] = ["Spin up environment", "Checkout code", "Run"];

pub fn steps(world: &World, service: usize, number: u64, logs_url: &str) -> Reply {
    let Some((workflow, job)) = project::job(world, service, number) else { return not_found("Build not found") };
    let s = &world.services[service];
    let j = &s.workflows[workflow].jobs[job];
    let started = j.started.is_some();
    let shown = if started { STEPS.len() } else { 0 };
    let step = |(n, name): (usize, &&str)| {
        let last = n + 1 == STEPS.len();
        let status = match j.status {
            JobStatus::Running if last => "running",
            JobStatus::Failed if last => "failed",
            JobStatus::Canceled if last => "canceled",
            _ => "success",
        };
        json!({"name": name, "actions": [{
            "step": n + 100, "index": 0, "name": name, "status": status, "type": "test", "parallel": true,
            "exit_code": match status { "success" => json!(0), "failed" => json!(1), _ => Value::Null },
            "failed": if status == "failed" { json!(true) } else { Value::Null },
            "has_output": true, "bash_command": last.then(|| format!("bin/ci {}", j.name)), "truncated": false, "background": false,
            "start_time": j.started.map(|at| world.stamp_ms(at)), "end_time": j.stopped.map(|at| world.stamp_ms(at)),
            "output_url": format!("{logs_url}/output/{}/{n}?X-Amz-Expires=300&X-Amz-Signature={}", j.id, &j.id[..8]),
        }]})
    };
    let (status, lifecycle) = words(j.status);
    let steps: Vec<Value> = STEPS.iter().enumerate().take(shown).map(step).collect();
    Reply::json(
        200,
        &json!({
            "build_num": number, "status": status, "lifecycle": lifecycle, "steps": steps, "branch": "main",
            "vcs_revision": s.pipelines[s.workflows[workflow].pipeline].revision,
            "workflows": {"job_name": j.name, "job_id": j.id, "workflow_id": s.workflows[workflow].id, "workflow_name": s.workflows[workflow].name},
            "start_time": j.started.map(|at| world.stamp_ms(at)), "stop_time": j.stopped.map(|at| world.stamp_ms(at)),
        }),
    )
}

/// v1.1's status and lifecycle.
fn words(status: JobStatus) -> (&'static str, &'static str) {
    match status {
        JobStatus::Blocked | JobStatus::OnHold => ("not_running", "not_running"),
        JobStatus::Queued => ("queued", "queued"),
        JobStatus::Running => ("running", "running"),
        JobStatus::Success => ("success", "finished"),
        JobStatus::Failed => ("failed", "finished"),
        JobStatus::Canceled => ("canceled", "finished"),
        JobStatus::NotRun => ("not_run", "not_run"),
    }
}

/// v1.1's recent builds, by build number, the newest first: a rerun's jobs come before all others.
pub fn builds(world: &World, call: &Call, service: usize, branch: Option<&str>) -> Reply {
    let s = &world.services[service];
    let limit: usize = call.param("limit").and_then(|n| n.parse().ok()).unwrap_or(30).min(100);
    let offset: usize = call.param("offset").and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut jobs: BTreeMap<u64, (usize, usize)> = BTreeMap::new();
    for (w, workflow) in s.workflows.iter().enumerate().filter(|(_, w)| branch.is_none_or(|b| s.pipelines[w.pipeline].branch == b)) {
        for (j, job) in workflow.jobs.iter().enumerate().filter(|(_, j)| j.queued.is_some()) {
            // A job that a rerun kept belongs to the workflow that ran it.
            jobs.entry(job.number.unwrap_or(0)).or_insert((w, j));
        }
    }
    let view = |(number, (w, j)): (&u64, &(usize, usize))| {
        let (workflow, job) = (&s.workflows[*w], &s.workflows[*w].jobs[*j]);
        let (status, lifecycle) = words(job.status);
        let pipeline = &s.pipelines[workflow.pipeline];
        let outcome = (lifecycle == "finished").then_some(status);
        json!({
            "build_num": number, "status": status, "lifecycle": lifecycle, "outcome": outcome, "branch": pipeline.branch,
            "vcs_revision": pipeline.revision, "vcs_type": views::provider(&s.slug).to_lowercase(), "username": s.repo.owner, "reponame": s.repo.name,
            "subject": s.repo.commit(&pipeline.revision).map(|c| c.headline()), "why": "github", "build_url": format!("https://circleci.com/{}/{number}", s.slug),
            "queued_at": job.queued.map(|at| world.stamp_ms(at)), "start_time": job.started.map(|at| world.stamp_ms(at)),
            "stop_time": job.stopped.map(|at| world.stamp_ms(at)),
            "build_time_millis": job.started.zip(job.stopped).map(|(from, to)| to - from),
            "workflows": {"job_name": job.name, "job_id": job.id, "workflow_id": workflow.id, "workflow_name": workflow.name, "workspace_id": workflow.id,
                "upstream_job_ids": job.needs.iter().map(|n| &workflow.jobs[*n].id).collect::<Vec<_>>()},
        })
    };
    Reply::json(200, &jobs.iter().rev().skip(offset).take(limit).map(view).collect())
}

pub fn answer(shared: &Shared, world: &mut World, call: &Call) -> Reply {
    let credentials = ["authorization", "circle-token", "cookie"].into_iter().find(|h| call.headers.contains_key(*h));
    if let Some(header) = credentials {
        let mut request_log = shared.request_log.lock().expect("the request log's lock is never poisoned");
        request_log.violation(Vendor::Logs, &format!("{header} was sent to the log store"), call);
        return Reply::text(400, "<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>");
    }
    if let ["actions-results", "run", archive] = call.route()[..] {
        return crate::github::signed_run_log(world, call, archive);
    }
    if let ["actions-results", job] = call.route()[..] {
        return crate::github::signed_log(world, call, job);
    }
    let ["output", id, step] = call.route()[..] else { return Reply::text(404, "<Error><Code>NoSuchKey</Code></Error>") };
    let mut jobs = world.services.iter().flat_map(|s| &s.workflows).flat_map(|w| &w.jobs);
    let Some(job) = jobs.find(|j| *j.id == *id) else { return Reply::text(404, "<Error><Code>NoSuchKey</Code></Error>") };
    if call.param("X-Amz-Signature") != Some(&job.id[..8]) {
        return Reply::text(403, "<Error><Code>SignatureDoesNotMatch</Code></Error>");
    }
    let text = match step {
        "0" => "Build-agent version 1.0.310\r\nCreated container on docker executor\r\nStarting container cimg/ruby:3.4-browsers\r\n"
            .to_owned(),
        "1" => "Cloning into '.'...\r\n\u{1b}[32mHEAD is now at the revision of this pipeline\u{1b}[0m\r\n".to_owned(),
        _ => output(world, job),
    };
    Reply::json(200, &json!([{"type": "out", "time": world.stamp_ms(job.started.unwrap_or(world.now)), "message": text}]))
}

/// As much of the job's output as it has printed by now.
pub fn output(world: &World, job: &Job) -> String {
    let lines = lines(job);
    let done = match (job.started, job.stopped) {
        (Some(_), Some(_)) => lines.len(),
        (Some(at), None) => {
            let whole = world.span(job.seconds.max(30.0)).max(1) as f64;
            ((world.now - at) as f64 / whole * lines.len() as f64) as usize
        }
        _ => 0,
    };
    // The verdict comes last, and only when the job has one.
    let mut text: String = lines.iter().take(done).map(|l| format!("{l}\r\n")).collect();
    match job.status {
        JobStatus::Success => text.push_str("\r\n\u{1b}[1;32m✔ all good\u{1b}[0m\r\n"),
        JobStatus::Failed => text.push_str(&failure(job)),
        _ => {}
    }
    text
}

fn lines(job: &Job) -> Vec<String> {
    let seed: usize = job.id.bytes().map(usize::from).sum();
    let line = |n: usize| match job.name.as_str() {
        "lint" => format!("app/models/order_{n}.rb: \u{1b}[32mno offenses\u{1b}[0m"),
        "typescript" => format!("app/javascript/module_{n}.ts \u{1b}[90m{} ms\u{1b}[0m", 3 + (seed + n * 31) % 40),
        "deploy" => format!(
            "\u{1b}[35mremote:\u{1b}[0m -----> step {n}: {}",
            ["Installing dependencies", "Compiling assets", "Bundling", "Discovering process types"][n % 4]
        ),
        "release" => format!("\u{1b}[36m[release]\u{1b}[0m waiting for staging and production ({n})"),
        _ => format!(
            "  \u{1b}[32m✓\u{1b}[0m spec/{}_{n}_spec.rb \u{1b}[90m({} ms)\u{1b}[0m",
            job.name.replace('-', "_"),
            20 + (seed + n * 97) % 900
        ),
    };
    (1..=if job.name == "release" { 12 } else { 120 }).map(line).collect()
}

fn failure(job: &Job) -> String {
    let red = |t: &str| format!("\u{1b}[31m{t}\u{1b}[0m\r\n");
    match job.name.as_str() {
        "release" => red("Heroku: the release failed. See its release phase's output."),
        "deploy" => red("remote:  !     Push rejected, failed to compile Ruby app."),
        "lint" => red("app/services/basket.rb:14:5: C: Layout/IndentationConsistency: Inconsistent indentation detected."),
        name => format!(
            "\r\nFailures:\r\n\r\n  1) Basket totals keep the discount after the address changes\r\n     {}     {}     # ./spec/{}/basket_spec.rb:87\r\n\r\n{}",
            red("Failure/Error: expect(order.total).to eq Money.new(4_250)"),
            red("expected: 42.50 EUR, got: 45.00 EUR"),
            name.replace('-', "_"),
            red("412 examples, 1 failure"),
        ),
    }
}

pub fn tests(job: &Job) -> Vec<Value> {
    if !job.done() || !(job.name.starts_with("unit") || job.name == "integration") {
        return Vec::new();
    }
    let failed = job.status == JobStatus::Failed;
    let test = |n: usize| {
        let fails = failed && n == 0;
        json!({
            "name": if fails { "Basket totals keep the discount after the address changes".into() } else { format!("example {n}") },
            "classname": format!("spec.{}.basket_spec", job.name.replace('-', "_")), "file": format!("spec/{}/basket_spec.rb", job.name.replace('-', "_")),
            "result": if fails { "failure" } else { "success" }, "run_time": 0.02 * (n + 1) as f64, "source": "rspec",
            "message": if fails { "expected: 42.50 EUR, got: 45.00 EUR" } else { "" },
        })
    };
    (0..20).map(test).collect()
}
