//! How often a source is read. Only what moves is read often, and never faster than the
//! account's budget allows.

use crate::account::Rate;
use crate::environment::Environment;
use crate::pipeline::{Pipeline, Trigger};
use crate::pull_request::{MergeState, Mergeable};
use crate::snapshot::ServiceState;
use crate::source::Source;
use crate::status::{CheckStatus, Health, PipelineStatus, Readiness, ReleaseStatus};
use crate::time::Time;
use crate::watch::Watch;

/// Whether somebody looks at the service.
#[derive(Clone, Copy, Debug)]
pub struct Attention {
    /// The window shows this service.
    pub shown: bool,
    /// The window is closed to the tray, or there is none.
    pub hidden: bool,
}

/// What is left of an account's rate limit, and how many sources are read through it.
#[derive(Clone, Copy, Debug)]
pub struct RateBudget {
    pub rate: Option<Rate>,
    /// Sources read through the account.
    pub sources: usize,
    /// Those of them that are expected to change within seconds.
    pub moving: usize,
    /// Those of them that are a production environment.
    pub production: usize,
}

/// Seconds between two reads of an environment, by what is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EnvironmentIntervals {
    /// What was released, and what seldom changes.
    pub releases: f64,
    /// What runs.
    pub instances: f64,
}

impl EnvironmentIntervals {
    fn both(every: f64) -> Self {
        Self { releases: every, instances: every }
    }
}

/// What earlier reads of a source brought.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadHistory {
    /// Reads in a row that brought nothing new.
    pub calm: u32,
    /// Reads in a row that failed.
    pub failed: u32,
    /// A change probe asks whether the source has changed, and says when it must be read: see [`CHANGE_PROBE`].
    pub watched: bool,
    /// The change probe has found a change.
    pub changed: bool,
}

/// Seconds between two change probes of a code host: a merge by somebody else shows within a minute.
pub const CHANGE_PROBE: f64 = 53.0;
/// The same while a check runs on the service that is shown.
pub const CHANGE_PROBE_SHOWN: f64 = 15.0;
/// A change probe counts checks at least this often: a check that ends shows within two minutes.
pub const CHECKS: f64 = 106.0;
/// A probed source is read in full this often, for what no probe tells (branch rules).
const SWEEP: f64 = 1800.0;
/// And an account makes at most one such full read in this time.
const BETWEEN_SWEEPS: f64 = 200.0;
const MOVING: f64 = 3.0;
const MOVING_HIDDEN: f64 = 5.0;
/// While a pipeline that may release moves: a release that fails is told within 15 s, whether the
/// window is shown or hidden.
const WATCHED: f64 = 10.0;
const SHOWN: f64 = 15.0;
const OPEN: f64 = 45.0;
const HIDDEN: f64 = 90.0;
/// Pushes are told by the code host: only what else starts a pipeline waits for this.
const HIDDEN_CI: f64 = 190.0;
/// The release of the environment is watched, or it is pinned.
const FOLLOWED: f64 = 60.0;
/// A source that fails is read less and less often, but at least this often.
const FAILING: f64 = 120.0;
/// How long a commit may go without a pipeline before it is taken to have none.
const AWAIT_PIPELINE: f64 = 120.0;
/// How long after a pipeline its releases are watched closely.
const WATCH_RELEASE: f64 = 180.0;
/// What runs in production, whoever looks: a crash there hurts.
const PRODUCTION: f64 = 30.0;
/// What was released to a quiet environment that is not shown: pipelines and their ends quicken it.
const RELEASES: f64 = 120.0;
/// The share of a budget that polling may use for what is quiet, and as much for what moves.
const SHARE: f64 = 0.4;
/// Of an account that reads environments, the share for what runs in quiet production, and for the rest of what is
/// quiet. Of 4,500 an hour: 1,494 and 382.
const SHARE_OF_PRODUCTION: f64 = 0.332;
const SHARE_OF_REST: f64 = 0.085;

/// Seconds until each part of an environment is due again, counted from its last read. What may hurt is asked for more
/// often than what cannot: in a quiet service that is not shown, what runs in production comes first.
pub fn environment_intervals(
    service: &ServiceState,
    name: &str,
    attention: Attention,
    budget: RateBudget,
    history: ReadHistory,
    now: Time,
) -> EnvironmentIntervals {
    let source = Source::Environment(name.to_owned());
    let whole = interval(service, &source, attention, budget, history, now);
    if moves(service, &source) {
        return EnvironmentIntervals::both(whole);
    }
    let is_shown = attention.shown && !attention.hidden;
    let environment = service.environment(name);
    let is_production = environment.is_some_and(|environment| environment.production);
    let quiet = if attention.hidden { HIDDEN } else { OPEN };
    let sources = budget.sources.max(1);
    let rest = allowed(budget, SHARE_OF_REST, requests_per_read(service, &source) * sources as f64, now);
    let (releases, instances) = if is_production {
        let releases = allowed(budget, SHARE_OF_REST, sources as f64, now);
        (releases.max(RELEASES), allowed(budget, SHARE_OF_PRODUCTION, budget.production.max(1) as f64, now).max(PRODUCTION))
    } else {
        (rest.max(quiet), rest.max(quiet))
    };
    let is_watched = environment.and_then(|environment| environment.watch.as_ref()).is_some_and(Watch::is_running);
    let followed = FOLLOWED.max(allowed(budget, SHARE, requests_per_read(service, &source) * budget.moving.max(1) as f64, now));
    let at_most = |limit: f64, is_so: bool| if is_so { limit } else { f64::INFINITY };
    let shown = at_most(whole, is_shown);
    let instances = instances.min(shown).min(at_most(followed, is_watched));
    // What runs is of a release that is not known yet.
    let is_behind = environment.is_some_and(runs_what_is_not_known);
    let releases = releases.min(shown).min(at_most(followed, is_followed(service, name))).min(at_most(instances, is_behind));
    let least = backed_off(history);
    EnvironmentIntervals { releases: releases.max(least), instances: instances.max(least) }
}

fn runs_what_is_not_known(environment: &Environment) -> bool {
    let newest = environment.releases.first().map(|release| release.version);
    environment.instances.iter().flatten().any(|instance| instance.release_version > newest)
}

/// A source that fails is left alone for a while.
fn backed_off(history: ReadHistory) -> f64 {
    if history.failed == 0 { 0.0 } else { (MOVING * 2f64.powi(history.failed.min(10) as i32)).min(FAILING) }
}

/// Seconds until `source` is due again, counted from its last read.
pub fn interval(service: &ServiceState, source: &Source, attention: Attention, budget: RateBudget, history: ReadHistory, now: Time) -> f64 {
    let moves = moves(service, source) || history.changed;
    let quiet = match attention {
        Attention { hidden: true, .. } if *source == Source::Ci => HIDDEN_CI,
        Attention { hidden: true, .. } => HIDDEN,
        Attention { shown: true, .. } => SHOWN,
        Attention { shown: false, .. } => OPEN,
    };
    let soon = match source {
        Source::Environment(name) if !settles(service, name) => WATCHED,
        Source::Code | Source::Ci | Source::Environment(_) if attention.hidden => MOVING_HIDDEN,
        Source::Code | Source::Ci | Source::Environment(_) => MOVING,
    };
    let wanted = match (moves, source) {
        (true, Source::Code) if history.changed => 0.0,
        // A full read of a code host is the dearest there is, and what is awaited may take its time.
        (true, Source::Code) => (soon * 1.5f64.powi(history.calm.min(10) as i32)).min(OPEN),
        (true, Source::Ci | Source::Environment(_)) => soon,
        (false, Source::Code) if history.watched => SWEEP.max(BETWEEN_SWEEPS * budget.sources as f64),
        (false, _) => quiet,
    };
    wanted.max(backed_off(history)).max(floor(budget, moves, requests_per_read(service, source), now))
}

/// Its release is watched, or it is pinned: it must be read once a minute, whoever looks.
fn is_followed(service: &ServiceState, name: &str) -> bool {
    let is_watched = |environment: &Environment| environment.watch.as_ref().is_some_and(Watch::is_running);
    service.environment(name).is_some_and(|environment| environment.pin.is_some() || is_watched(environment))
}

/// Seconds until a code host is asked again whether anything has changed in `service`.
pub fn change_probe_interval(service: &ServiceState, attention: Attention, calm: u32) -> f64 {
    let pending = service.pull_requests.iter().any(|pr| pr.checks.pending > 0);
    let close = pending && attention.shown && !attention.hidden;
    if close { (CHANGE_PROBE_SHOWN * 1.2f64.powi(calm.min(20) as i32)).min(CHANGE_PROBE) } else { CHANGE_PROBE }
}

/// Whether `source` is expected to change within seconds.
pub fn moves(service: &ServiceState, source: &Source) -> bool {
    let pipeline_moves = service.pipelines.iter().any(|p| p.status.is_moving());
    let acting = service.actions.iter().any(|e| e.is_open());
    match source {
        Source::Code => acting || service.pull_requests.iter().any(settles_soon),
        Source::Ci => pipeline_moves || acting || awaits_pipeline(service),
        Source::Environment(name) => settles(service, name) || service.pipelines.iter().any(|p| p.status.is_moving() && may_release(p)),
    }
}

/// Whether the environment itself is expected to change within seconds.
fn settles(service: &ServiceState, name: &str) -> bool {
    let releasing = service.environment(name).is_some_and(|e| {
        // Old instances that wait for their end under preboot change nothing for minutes.
        let settling = e.health == Health::Releasing && e.switching_until.is_none();
        let troubled = matches!(e.health, Health::Down | Health::Restarting | Health::Degraded);
        settling || troubled || e.releases.iter().any(|r| r.status == ReleaseStatus::Pending)
    });
    let acting = service.actions.iter().any(|e| e.is_open());
    let near = |p: &Pipeline| p.status.is_moving() && p.progress >= 0.5 && may_release(p);
    releasing || acting || service.pipelines.iter().any(near) || just_ended(service)
}

/// Nothing tells which pipelines release; those that a clock starts, of workflows of their own, do not.
fn may_release(pipeline: &Pipeline) -> bool {
    pipeline.trigger != Some(Trigger::Schedule) || pipeline.runs_push_workflows != Some(false)
}

fn settles_soon(pr: &crate::pull_request::PullRequest) -> bool {
    // Checks take minutes; only the host's own computing of mergeability is a matter of seconds.
    let computing = pr.mergeable == Mergeable::Unknown || pr.merge_state == MergeState::Unknown;
    computing
        || pr.readiness == Readiness::Unknown && pr.checks_complete
        || pr.queue.is_some()
        || (pr.checks.pending > 0 && pr.check_list.iter().any(|c| c.required && c.status == CheckStatus::Pending && pr.checks.pending <= 1))
}

/// What a pipeline released is not seen by reading the pipeline; nor is a crash soon after. One that
/// failed may have failed by its release.
fn just_ended(service: &ServiceState) -> bool {
    let Some(read) = service.source(&Source::Ci).and_then(|s| s.observed_at) else { return false };
    let ended = service.pipelines.iter().filter(|p| may_release(p) && matches!(p.status, PipelineStatus::Passed | PipelineStatus::Failed));
    ended.filter_map(|p| p.stopped_at).any(|at| read.since(at) < WATCH_RELEASE)
}

/// Main moved and its pipeline has not appeared yet.
fn awaits_pipeline(service: &ServiceState) -> bool {
    let Some(head) = service.main.first() else { return false };
    let known = service.pipelines.iter().any(|p| p.commit.as_ref() == Some(&head.sha) && p.is_of_push());
    let newest = service.pipelines.iter().filter_map(|p| p.created_at).max();
    let recently = |at: Time| service.source(&Source::Ci).and_then(|s| s.observed_at).is_some_and(|read| read.since(at) < AWAIT_PIPELINE);
    !known && newest.is_some_and(|at| head.committed_at.is_some_and(|c| c > at && recently(c)))
}

/// Points, where the vendor counts those.
fn requests_per_read(service: &ServiceState, source: &Source) -> f64 {
    match source {
        Source::Code | Source::Ci => 3.0,
        // What should run is asked in every third or fourth read.
        Source::Environment(name) => 2.0 + if service.environment(name).is_some_and(|e| e.formation_read_at.is_some()) { 0.3 } else { 0.0 },
    }
}

/// The shortest interval that the budget allows.
fn floor(budget: RateBudget, moves: bool, requests: f64, now: Time) -> f64 {
    let readers = if moves { budget.moving } else { budget.sources }.max(1) as f64;
    allowed(budget, SHARE, requests * readers, now)
}

/// The shortest interval in which so many requests are at most `share` of the budget.
fn allowed(budget: RateBudget, share: f64, requests: f64, now: Time) -> f64 {
    let Some(rate) = budget.rate else { return 0.0 };
    let Some(reset) = rate.reset_at else {
        // A bucket that fills evenly over an hour.
        let empty = rate.remaining * 10 < rate.limit;
        let a_second = rate.limit as f64 / 3600.0 * share * if empty { 0.5 } else { 1.0 };
        return requests / a_second.max(0.001);
    };
    let left = reset.since(now).clamp(0.0, 3600.0);
    let affordable = rate.remaining as f64 * share / requests;
    if affordable < 1.0 { left.max(MOVING) } else { left / affordable }
}
