//! Each state's mark, tone and word for people, as in the window. `--json` has the states' own words.

use super::{Line, Tone};
use slipway_domain::environment::Environment;
use slipway_domain::evidence::service_mark::runs_nothing;
use slipway_domain::journal::EntryState;
use slipway_domain::pipeline::Pipeline;
use slipway_domain::release::{Release, ReleaseCause, ReleaseMark};
use slipway_domain::status::{Health, JobStatus, Mark, PipelineStatus, Readiness};
use slipway_domain::watch::is_bad_now;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) mark: &'static str,
    pub(crate) tone: Tone,
    pub(crate) word: &'static str,
}

const fn shown(mark: &'static str, tone: Tone, word: &'static str) -> Shown {
    Shown { mark, tone, word }
}

impl Shown {
    /// `✓ passed`, with another text for its word.
    pub(crate) fn with(self, text: &str) -> Line {
        Line::of(&format!("{} {text}", self.mark), self.tone)
    }

    pub(crate) fn line(self) -> Line {
        self.with(self.word)
    }
}

/// Not known, whatever it was before.
pub(crate) const UNKNOWN: Shown = shown("?", Tone::Grey, "not known");

pub(crate) fn of_service(mark: Mark) -> Shown {
    match mark {
        Mark::Hurt => shown("✖", Tone::Hurt, "hurt"),
        Mark::Problem => shown("▲", Tone::Warn, "problem"),
        Mark::Waits => shown("‖", Tone::Person, "waits"),
        Mark::Unknown => shown("?", Tone::Grey, "unknown"),
        Mark::InFlight => shown("◐", Tone::Run, "in flight"),
        Mark::Healthy => shown("✓", Tone::Ok, "healthy"),
    }
}

pub(crate) fn of_environment(environment: &Environment) -> Shown {
    let hurt = if environment.production { Tone::Hurt } else { Tone::Warn };
    match environment.health {
        Health::Healthy if is_bad_now(environment) => shown("✖", hurt, "watch bad"),
        Health::Healthy => shown("✓", Tone::Ok, "healthy"),
        Health::Releasing => shown("◐", Tone::Run, "releasing"),
        Health::Restarting => shown("◐", hurt, "restarting"),
        Health::Degraded => shown("▲", Tone::Warn, "degraded"),
        Health::Down => shown("✖", hurt, "down"),
        Health::Unknown if runs_nothing(environment) => shown("–", Tone::Grey, "no web process"),
        Health::Unknown => shown("?", Tone::Grey, "unknown"),
    }
}

pub(crate) fn of_release(release: &Release) -> Shown {
    match release.mark {
        ReleaseMark::Releasing => shown("◐", Tone::Run, "releasing"),
        ReleaseMark::Live => shown("●", Tone::Ok, "live"),
        ReleaseMark::Crashing => shown("✖", Tone::Hurt, "crashing"),
        ReleaseMark::Restarting => shown("◐", Tone::Warn, "restarting"),
        ReleaseMark::Degraded => shown("▲", Tone::Warn, "degraded"),
        ReleaseMark::LiveUnknown => shown("?", Tone::Grey, "live, unknown"),
        ReleaseMark::Failed => shown("✗", Tone::Warn, "failed"),
        ReleaseMark::Expired => shown("⊘", Tone::Grey, "expired"),
        ReleaseMark::RolledBackFrom => shown("⊘", Tone::Grey, "rolled back from"),
        ReleaseMark::Past => shown("✓", Tone::Grey, "released"),
        ReleaseMark::Unknown => UNKNOWN,
    }
}

/// What a release did: `deploy`, `rollback to v1846`, `config DELIVERY_SLOTS`.
pub(crate) fn cause_words(release: &Release) -> String {
    match release.cause() {
        ReleaseCause::Deploy => "deploy".to_owned(),
        ReleaseCause::Rollback { to } => format!("rollback to v{to}"),
        ReleaseCause::Config { names } => format!("config {}", names.join(", ")).trim_end().to_owned(),
        ReleaseCause::AddOn { name } => format!("add-on {name}"),
        ReleaseCause::Promotion { from } => format!("promotion from {from}"),
        ReleaseCause::Other => release.description.clone(),
    }
}

pub(crate) fn of_pipeline(pipeline: &Pipeline) -> Shown {
    match pipeline.status {
        PipelineStatus::Queued => shown("○", Tone::Grey, "queued"),
        PipelineStatus::Running => shown("◐", Tone::Run, "running"),
        PipelineStatus::Failing => shown("✗", Tone::Warn, "failing"),
        PipelineStatus::OnHold => shown("‖", Tone::Person, "waits for approval"),
        PipelineStatus::Passed => shown("✓", Tone::Ok, "passed"),
        PipelineStatus::Failed => shown("✗", Tone::Warn, "failed"),
        PipelineStatus::Canceled => shown("⊘", Tone::Grey, "cancelled"),
        PipelineStatus::Unknown => shown("?", Tone::Grey, "unknown"),
    }
}

pub(crate) fn of_job(status: JobStatus) -> Shown {
    match status {
        JobStatus::Queued => shown("○", Tone::Grey, "queued"),
        JobStatus::Running => shown("◐", Tone::Run, "running"),
        JobStatus::Passed => shown("✓", Tone::Ok, "passed"),
        JobStatus::Failed => shown("✗", Tone::Warn, "failed"),
        JobStatus::OnHold => shown("‖", Tone::Person, "waits for approval"),
        JobStatus::Canceled => shown("⊘", Tone::Grey, "cancelled"),
        JobStatus::Skipped => shown("»", Tone::Grey, "skipped"),
        JobStatus::Unknown => UNKNOWN,
    }
}

pub(crate) fn of_readiness(readiness: Readiness) -> Shown {
    match readiness {
        Readiness::Ready => shown("✓", Tone::Ok, "ready"),
        Readiness::Checks => shown("◐", Tone::Run, "checks"),
        Readiness::Review => shown("‖", Tone::Person, "review"),
        Readiness::Changes => shown("▲", Tone::Warn, "changes"),
        Readiness::Behind => shown("▲", Tone::Warn, "behind"),
        Readiness::Conflicts => shown("✗", Tone::Warn, "conflicts"),
        Readiness::Blocked => shown("⊘", Tone::Warn, "blocked"),
        Readiness::Draft => shown("–", Tone::Grey, "draft"),
        Readiness::Missing => shown("–", Tone::Grey, "missing"),
        Readiness::Unknown => shown("?", Tone::Grey, "unknown"),
    }
}

pub(crate) fn of_entry(state: EntryState) -> Shown {
    match state {
        EntryState::Planned => shown("○", Tone::Grey, "planned, not sent"),
        EntryState::Sent => shown("◐", Tone::Run, "sent, checking"),
        EntryState::Succeeded => shown("✓", Tone::Ok, "succeeded"),
        EntryState::Failed => shown("✗", Tone::Warn, "failed"),
        EntryState::Unknown => shown("?", Tone::Grey, "outcome unknown"),
        EntryState::NotSent => shown("○", Tone::Grey, "not sent"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Two states that look alike would be told apart by their colour alone.
    #[test]
    fn every_state_has_a_mark_of_one_column_and_a_word_of_its_own() {
        fn check<T: Copy>(all: &[T], of: fn(T) -> Shown) {
            let words: HashSet<&str> = all.iter().map(|state| of(*state).word).collect();
            assert_eq!(words.len(), all.len(), "{words:?}");
            assert!(all.iter().all(|state| Line::plain(of(*state).mark).width() == 1));
        }
        check(Mark::ALL, of_service);
        check(JobStatus::ALL, of_job);
        check(Readiness::ALL, of_readiness);
    }
}
