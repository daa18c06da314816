//! The named initial states of a world.

mod busy;
mod day;
mod healthy;
mod incident;
mod set_ups;

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::world::commit::Flaw;
use crate::world::{Ci, PlannedFailure, PlannedFailureKind, World, generate, open_kinds};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scenario {
    /// A lively day; production is healthy everywhere.
    #[default]
    Healthy,
    /// The next merged change fails its integration tests; one pull request is refused when it is merged.
    FailingTests,
    /// The next merged change passes CI and fails in production's release phase.
    ReleaseFails,
    /// The next merged change is released, and production's web dynos crash.
    CrashAfterRelease,
    /// A defective change is live on production and crashes; a rollback crosses migrations and config changes.
    Incident,
    /// One service on CircleCI and two on GitHub Actions, one of which has an environment with a reviewer.
    SideBySide,
    /// Twenty services, 300 open pull requests, 10,000 releases in one app.
    Busy,
    /// Repositories set up in every usual way, and some misleading ones, for `service discover`.
    SetUps,
    /// As the other scenarios begin: no failures lately and nothing in progress.
    Quiet,
}

impl Scenario {
    pub const ALL: [Self; 9] = [
        Self::Healthy,
        Self::FailingTests,
        Self::ReleaseFails,
        Self::CrashAfterRelease,
        Self::Incident,
        Self::SideBySide,
        Self::Busy,
        Self::SetUps,
        Self::Quiet,
    ];
    pub const NAMES: [&'static str; 9] =
        ["healthy", "failing-tests", "release-fails", "crash-after-release", "incident", "side-by-side", "busy", "set-ups", "quiet"];

    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    pub fn build(self, speed: f64, seed: u64, history: Option<&Path>) -> std::io::Result<World> {
        let mut world = World::new(speed, seed);
        match (history, self) {
            (Some(path), _) => {
                generate::adopt(&mut world, path)?;
            }
            (None, Self::Healthy) => {}
            (None, _) => {
                generate::invent(&mut world, "storefront", if matches!(self, Self::Busy | Self::SetUps) { 10 } else { 36 });
            }
        }
        match self {
            Self::Busy => busy::fill(&mut world),
            Self::SetUps => set_ups::create(&mut world),
            Self::Healthy => {
                for taken in 0..world.services.len() {
                    open_kinds::open_every_kind(&mut world, taken);
                }
                healthy::create(&mut world);
            }
            _ => {
                let ci = if self == Self::SideBySide { Ci::Actions } else { Ci::Circleci };
                generate::invent_on(&mut world, ci, "checkout-api", 28);
                generate::invent_on(&mut world, ci, "search-indexer", 28);
                if self == Self::Incident {
                    incident::create(&mut world, 0);
                }
                for service in 0..world.services.len() {
                    open_kinds::open_every_kind(&mut world, service);
                }
            }
        }
        let planned_failure = |flaw| PlannedFailure { service: None, what: PlannedFailureKind::Flaw(flaw) };
        match self {
            Self::FailingTests => {
                world.planned_failures.push(planned_failure(Flaw::FailsJob("integration".into())));
                let n = generate::titled(&mut world, 0, 80, "Raise the session limit", 3, false);
                world.make_ready(0, n, -crate::world::history_seed::HOUR);
                world.pull_mut(0, n).refuses_with = Some("Base branch was modified. Review and try the merge again.".into());
            }
            Self::ReleaseFails => world.planned_failures.push(planned_failure(Flaw::FailsRelease)),
            Self::CrashAfterRelease => world.planned_failures.push(planned_failure(Flaw::Crashes)),
            Self::Healthy | Self::Quiet | Self::Incident | Self::SideBySide | Self::Busy | Self::SetUps => {}
        }
        world.open_in_order();
        world.set_past(0);
        Ok(world)
    }
}

impl FromStr for Scenario {
    type Err = String;
    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|s| s.name() == name);
        found.ok_or_else(|| format!("no scenario {name:?}; there are {}", Self::NAMES.join(", ")))
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
