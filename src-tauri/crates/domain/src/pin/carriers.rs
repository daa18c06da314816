//! What is on its way to an environment, and what of it would bring a bad change back.

use super::carried::carried;
use super::model::{Carrier, CarrierKind, OnItsWay, PinnedChange};
use super::shipping::{Shipping, shipping};
use crate::action::Action;
use crate::commit::Commit;
use crate::environment::Environment;
use crate::history::{Contained, History, as_if_merged, revert_title};
use crate::humanize::short;
use crate::lineage::{code, same_code};
use crate::pipeline::{Pipeline, Workflow};
use crate::pull_request::{CauseKind, PullRequest};
use crate::release::Release;
use crate::snapshot::ServiceState;
use crate::source::Source;
use crate::status::{PipelineStatus, ReleaseStatus};
use crate::time::Time;

/// One thing on its way, before it is known what it carries.
struct Moving {
    carrier: Carrier,
    /// The code that would be live; None where that is not known.
    code: Option<String>,
}

/// The commits that the waiting pull requests would put on top of the branch.
pub(super) fn would_be_merged(service: &ServiceState) -> Vec<Commit> {
    let tip = service.main.first().map_or("", |commit| commit.sha.as_str());
    waiting(service).map(|pr| as_if_merged(pr.number, &pr.head_sha, &pr.title, tip)).collect()
}

/// Pull requests that the host merges by itself.
fn waiting(service: &ServiceState) -> impl Iterator<Item = &PullRequest> {
    let into_it = |pr: &&PullRequest| pr.base_branch == service.branch && (pr.queue.is_some() || pr.auto_merge.is_some());
    service.pull_requests.iter().filter(into_it)
}

pub(super) fn on_its_way(
    service: &ServiceState,
    environment: &Environment,
    bad: &[PinnedChange],
    history: &History<'_>,
    now: Time,
) -> OnItsWay {
    let live = environment.current.as_ref().and_then(|release| commit_of(environment, release));
    let runs = |code: &Option<String>| {
        live.as_deref().zip(code.as_deref()).is_some_and(|(live, code)| history.contains(live, code) == Contained::Yes)
    };
    let mut checked = 0;
    let mut carriers = Vec::new();
    for moving in looked_at(service, environment, now) {
        // Code that runs already is on no way, whatever became of the pipeline that brought it, unless it is bad: a
        // pipeline of it releases it again after a rollback.
        let is_over = moving.carrier.kind == CarrierKind::Pipeline && runs(&moving.code);
        // Nobody has read it, and it put the live code there, or it is not known which commits are bad: older ones would
        // all be told.
        let is_told = bad.iter().any(|one| !one.commits.is_empty());
        if is_over && moving.carrier.progress.is_none() && (moving.code == live || !is_told) {
            continue;
        }
        let carrier = carrying(moving, bad, history);
        checked += u64::from(carrier.is_some() || !is_over);
        carriers.extend(carrier);
    }
    carriers.sort_by_key(|c| (c.waits_for.is_some(), c.ships_in_seconds.is_none(), c.ships_in_seconds, place(c.kind)));
    OnItsWay { bad: bad.iter().map(|one| one.change.clone()).collect(), carriers, checked, unread: unread(service, environment) }
}

/// Sources whose last read failed, or that were never read: that nothing of them is shown shows nothing.
fn unread(service: &ServiceState, environment: &Environment) -> Vec<String> {
    let ci = service.config.ci.as_ref().map(|_| (Source::Ci, "pipelines".to_owned()));
    let releases = (Source::Environment(environment.name.clone()), format!("releases of {}", environment.name));
    let wanted = [Some((Source::Code, format!("{} and its PRs", service.branch))), ci, Some(releases)];
    let is_read = |source: &Source| service.source(source).is_some_and(|known| known.error.is_none() && known.observed_at.is_some());
    wanted.into_iter().flatten().filter(|(source, _)| !is_read(source)).map(|(_, words)| words).collect()
}

/// Of those whose time is not known, how near each kind is to being live.
fn place(kind: CarrierKind) -> u8 {
    match kind {
        CarrierKind::Release => 0,
        CarrierKind::Build => 1,
        CarrierKind::Pipeline => 2,
        CarrierKind::MergeQueue => 3,
        CarrierKind::AutoMerge => 4,
        CarrierKind::Promotion => 5,
    }
}

fn carrying(moving: Moving, bad: &[PinnedChange], history: &History<'_>) -> Option<Carrier> {
    let found = carried(bad, moving.code.as_deref(), history);
    let is_any = found.is_any();
    let (known, likely_reverted) = (found.known, found.likely_reverted);
    let carrier = Carrier { carries: found.names, known, likely_reverted, ..moving.carrier };
    // By what a host writes over a revert it is the way out: what it is on must not be stopped without being looked at.
    let titled = |title: &String| bad.iter().any(|one| *title == revert_title(&one.change.title));
    let is_revert = carrier.number.is_some() && (likely_reverted || carrier.title.as_ref().is_some_and(titled));
    let carrier = if is_revert && carrier.stop.is_some() {
        Carrier { stop: None, stop_blocked: Some("It looks like the revert: open it before you stop it".to_owned()), ..carrier }
    } else {
        carrier
    };
    is_any.then_some(carrier)
}

fn looked_at(service: &ServiceState, environment: &Environment, now: Time) -> Vec<Moving> {
    let names: Vec<&str> = service.environments.iter().map(|e| e.name.as_str()).collect();
    let of_branch = |pipeline: &&Pipeline| pipeline.branch.as_ref().is_none_or(|branch| *branch == service.branch);
    let pipelines: Vec<(&Pipeline, Shipping)> = service
        .pipelines
        .iter()
        .filter(of_branch)
        .map(|pipeline| (pipeline, shipping(pipeline, &environment.name, &names)))
        .filter(|(_, ships)| *ships != Shipping::No)
        .collect();
    let builds_it = |commit: &Option<String>| commit.is_some() && pipelines.iter().any(|(pipeline, _)| pipeline.commit == *commit);
    let mut found: Vec<Moving> = pipelines.iter().flat_map(|(pipeline, ships)| of_pipeline(service, pipeline, ships)).collect();
    // A build that goes live by itself does not wait for the pipeline of its commit.
    found.extend(of_build(environment).filter(|build| build.carrier.waits_for.is_none() || !builds_it(&build.code)));
    found.extend(environment.releases.iter().filter(|r| r.status == ReleaseStatus::Pending).map(|r| of_release(environment, r, now)));
    found.extend(waiting(service).map(|pr| of_pull_request(service, pr)));
    found.extend(promotions(service, environment));
    found
}

fn carrier(kind: CarrierKind, id: String, label: String) -> Carrier {
    Carrier {
        kind,
        id,
        label,
        title: None,
        number: None,
        carries: Vec::new(),
        known: true,
        likely_reverted: false,
        progress: None,
        ships_in_seconds: None,
        waits_for: None,
        stop: None,
        stop_blocked: None,
    }
}

/// One thing for each workflow that moves: a cancel stops one, and no CI tells which of them releases.
fn of_pipeline(service: &ServiceState, pipeline: &Pipeline, ships: &Shipping) -> Vec<Moving> {
    let waits_for = match ships {
        Shipping::No | Shipping::ByItself => None,
        Shipping::Waits(approvals) => Some(approvals.clone()),
    };
    let label = format!("Pipeline #{}", pipeline.number);
    let carrier = Carrier {
        title: pipeline.title.clone(),
        number: pipeline.pull_request,
        progress: (pipeline.status != PipelineStatus::Unknown).then_some(pipeline.progress),
        ships_in_seconds: pipeline.eta_seconds.filter(|_| waits_for.is_none()),
        ..carrier(CarrierKind::Pipeline, pipeline.id.clone(), label.clone())
    };
    let of = |carrier: Carrier| Moving { carrier, code: pipeline.commit.clone() };
    if let Some(approvals) = waits_for {
        let shut = format!("Nothing is to be sent: it waits for {approvals} and is shut until somebody approves it");
        return vec![of(Carrier { waits_for: Some(approvals), stop_blocked: Some(shut), ..carrier })];
    }
    let cancel = |id: &str| Some(Action::cancel(service.name.clone(), id.to_owned()));
    let newest = pipeline.newest_workflows();
    let moving: Vec<&&Workflow> = newest.iter().filter(|workflow| workflow.status.is_moving()).collect();
    match moving[..] {
        [one] => vec![of(Carrier { stop: cancel(&one.id), ..carrier })],
        // The plan reads it again, and asks which one where it must.
        [] if pipeline.workflows.is_none() || pipeline.status == PipelineStatus::Unknown => {
            vec![of(Carrier { stop: cancel(&pipeline.id), ..carrier })]
        }
        [] => vec![of(Carrier { stop_blocked: Some("No workflow of it runs".to_owned()), ..carrier })],
        [..] => {
            let each = moving.iter().map(|workflow| {
                of(Carrier { label: format!("{label}, workflow {}", workflow.name), stop: cancel(&workflow.id), ..carrier.clone() })
            });
            each.collect()
        }
    }
}

fn of_build(environment: &Environment) -> impl Iterator<Item = Moving> {
    let build = environment.build.iter().filter(|build| match build.status {
        ReleaseStatus::Pending | ReleaseStatus::Unknown => true,
        ReleaseStatus::Succeeded => build.released != Some(true),
        ReleaseStatus::Failed | ReleaseStatus::Expired => false,
    });
    build.map(|build| {
        let app = environment.build_app.as_ref().unwrap_or(&environment.app);
        let code = build.commit.as_deref().map_or_else(String::new, |sha| format!(" of {}", short(sha)));
        let is_built = build.status == ReleaseStatus::Succeeded;
        let is_of_another = environment.build_app.as_ref().is_some_and(|own| *own != environment.app);
        let waits = is_built || is_of_another;
        let blocked = if waits { "It goes live only when it is released" } else { "A build that runs cannot be stopped from here" };
        let carrier = Carrier {
            progress: is_built.then_some(1.0),
            waits_for: waits.then(|| "its release".to_owned()),
            stop_blocked: Some(blocked.to_owned()),
            ..carrier(CarrierKind::Build, build.id.clone(), format!("The build{code} on {app}"))
        };
        Moving { carrier, code: build.commit.clone() }
    })
}

fn of_release(environment: &Environment, release: &Release, now: Time) -> Moving {
    let usual = environment.usual_release_seconds;
    let passed = release.released_at.map(|since| now.since(since).max(0.0));
    let left = usual.zip(passed).map(|(usual, passed)| (usual - passed).max(0.0).round() as u64);
    let carrier = Carrier {
        title: Some(release.description.clone()).filter(|text| !text.is_empty()),
        progress: usual.zip(passed).filter(|(usual, _)| *usual > 0.0).map(|(usual, passed)| (passed / usual).min(1.0)),
        ships_in_seconds: left,
        stop_blocked: Some("A release that is under way cannot be stopped".to_owned()),
        ..carrier(CarrierKind::Release, release.id.clone(), format!("Release v{}", release.version))
    };
    Moving { carrier, code: commit_of(environment, release) }
}

/// Its own commit, else that of a release which runs the same code.
fn commit_of(environment: &Environment, release: &Release) -> Option<String> {
    let releases = &environment.releases;
    let same = || code(releases, release).and_then(|_| releases.iter().find(|r| r.commit.is_some() && same_code(releases, r, release)));
    release.commit.clone().or_else(|| same()?.commit.clone())
}

fn of_pull_request(service: &ServiceState, pr: &PullRequest) -> Moving {
    let tip_is_known = !service.main.is_empty();
    let after_merge = service.usual.pipeline.map(|usual| usual.seconds.round() as u64);
    let base = |kind, label: String| Carrier {
        title: Some(pr.title.clone()),
        number: Some(pr.number),
        waits_for: person(pr),
        ..carrier(kind, format!("#{}", pr.number), label)
    };
    let carrier = match &pr.queue {
        Some(entry) => Carrier {
            ships_in_seconds: entry.estimated_seconds.zip(after_merge).map(|(merge, pipeline)| merge + pipeline),
            stop: Some(Action::dequeue(service.name.clone(), pr.number)),
            ..base(CarrierKind::MergeQueue, format!("#{} in the merge queue", pr.number))
        },
        None => Carrier {
            stop: Some(Action::disable_auto_merge(service.name.clone(), pr.number)),
            ..base(CarrierKind::AutoMerge, format!("Auto-merge of #{}", pr.number))
        },
    };
    Moving { carrier, code: tip_is_known.then(|| pr.head_sha.clone()) }
}

/// What a person must do before it is merged; None: it is merged by itself.
fn person(pr: &PullRequest) -> Option<String> {
    let needs = |kind: CauseKind| {
        matches!(
            kind,
            CauseKind::Draft
                | CauseKind::Conflicts
                | CauseKind::ChangesRequested
                | CauseKind::ReviewRequired
                | CauseKind::CodeOwnerReview
                | CauseKind::Conversations
                | CauseKind::CheckActionRequired
                | CauseKind::Signatures
        )
    };
    pr.causes.iter().find(|cause| needs(cause.kind)).map(|cause| cause.text.clone())
}

/// Environments of the same pipeline of the platform from which code may be promoted.
fn promotions<'a>(service: &'a ServiceState, environment: &'a Environment) -> impl Iterator<Item = Moving> + 'a {
    let coupled = move |other: &&Environment| {
        other.name != environment.name && !other.production && other.pipeline.is_some() && other.pipeline == environment.pipeline
    };
    service.environments.iter().filter(coupled).filter(|_| environment.production).filter_map(|other| {
        let live = other.current.as_ref()?;
        let carrier = Carrier {
            progress: Some(1.0),
            waits_for: Some("its promotion".to_owned()),
            stop_blocked: Some("It goes live only when somebody promotes it".to_owned()),
            ..carrier(CarrierKind::Promotion, other.name.clone(), format!("v{} on {}", live.version, other.name))
        };
        Some(Moving { carrier, code: live.commit.clone() })
    })
}
