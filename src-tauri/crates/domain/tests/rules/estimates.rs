use crate::sample::{at, job, pipeline};
use slipway_domain::estimate::{Estimate, Usual, apply, from_runs, usual_of};
use slipway_domain::status::{JobStatus, PipelineStatus};

#[test]
fn fewer_than_five_runs_give_no_estimate() {
    assert_eq!(from_runs(&[10.0, 20.0, 30.0, 40.0]), None);
    assert_eq!(from_runs(&[50.0, 10.0, 20.0, 30.0, 40.0]), Some(Estimate { seconds: 30.0, low: 10.0, high: 50.0, runs: 5 }));
    assert_eq!(from_runs(&[f64::NAN, -1.0, 1.0, 1.0, 1.0, 1.0]), None);
}

#[test]
fn time_left_is_the_longest_path() {
    let usual = Usual {
        jobs: [("lint", 60.0), ("integration", 300.0), ("release", 90.0)]
            .into_iter()
            .map(|(name, seconds)| (name.to_owned(), Estimate { seconds, low: seconds, high: seconds, runs: 5 }))
            .collect(),
        ..Usual::default()
    };
    let mut running = pipeline(1, PipelineStatus::Running);
    running.jobs = vec![
        job("lint", JobStatus::Passed, &[]),
        job("integration", JobStatus::Running, &[]),
        job("release", JobStatus::Queued, &["lint", "integration"]),
    ];
    running.jobs[1].started_at = Some(at(0));
    apply(&mut running, &usual, at(100));
    assert_eq!(running.eta_seconds, Some(290));
    assert!((running.progress - 100.0 / 390.0).abs() < 1e-9);
    // Over its usual time: the job counts as about to end.
    apply(&mut running, &usual, at(500));
    assert_eq!(running.eta_seconds, Some(90));
    // A job nothing is known of: no guess.
    running.jobs.push(job("new", JobStatus::Queued, &[]));
    apply(&mut running, &usual, at(100));
    assert_eq!(running.eta_seconds, None);
}

#[test]
fn a_broken_graph_ends() {
    let mut looping = pipeline(1, PipelineStatus::Running);
    looping.jobs = vec![job("a", JobStatus::Queued, &["b"]), job("b", JobStatus::Queued, &["a"])];
    apply(&mut looping, &Usual::default(), at(10));
    assert_eq!(looping.eta_seconds, None);
}

#[test]
fn reruns_do_not_stretch_the_usual_time() {
    let mut runs: Vec<_> = (1..=6).map(|n| pipeline(n, PipelineStatus::Passed)).collect();
    let again = runs[0].workflows.as_ref().unwrap()[0].clone();
    runs[0].workflows.as_mut().unwrap().push(again);
    runs[0].stopped_at = Some(at(90_000));
    assert_eq!(usual_of(runs.iter()).pipeline, Some(Estimate { seconds: 400.0, low: 400.0, high: 400.0, runs: 5 }));
}

/// Each waits for the next in the list: looked through naively, it is as deep as it is long.
#[test]
fn a_chain_of_thousands_does_not_use_up_the_stack() {
    let mut chain = pipeline(1, PipelineStatus::Running);
    let names: Vec<String> = (0..20_000).map(|n| format!("j{n}")).collect();
    chain.jobs = names.windows(2).map(|pair| job(&pair[0], JobStatus::Queued, &[&pair[1]])).collect();
    apply(&mut chain, &Usual::default(), at(10));
    assert_eq!(chain.eta_seconds, None);
}
