//! The cases: two commands on one target, or one command and another person. A case is determined by the seed and
//! its number.

use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};

use super::action::Action;
use super::fixture::Fixture;
use super::rng::Rng;

/// `p17`: pair number 17; `o5`: case 5 with another person; `s3`: stop number 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CaseId {
    Pair(u64),
    Outsider(u64),
    Stop(u64),
}

#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub first: Action,
    pub second: Action,
    /// The time between the two starts.
    pub gap_ms: u64,
    pub latency_ms: u64,
    /// One data folder, or two as on two machines.
    pub folders: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Outsider {
    pub action: Action,
    pub place: Place,
    pub deed: OtherPersonAction,
    pub latency_ms: u64,
}

/// When the other person acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Intermediary printing the plan and the last read.
    BeforeLastRead,
    /// Intermediary the last read and the write: within one round trip.
    InTheRoundTrip,
    AfterRequest,
}

/// What the other person does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OtherPersonAction {
    /// The same change as the command.
    Same,
    Push,
    Release,
    RollBack,
    SetConfig,
    /// Another release of the app that is promoted from.
    ReleaseSource,
    Cancel,
}

impl Pair {
    pub(super) fn draw(seed: u64, index: u64) -> Self {
        let mut draw = Rng::of_case(seed, 1, index);
        // The actions take turns.
        let first = Action::ALL[(index as usize) % Action::ALL.len()];
        let beside = first.beside();
        let second = if draw.below(5) < 3 { first } else { draw.pick(beside) };
        // One case in three starts both at once, so that both have agreed to the same plan before either sends.
        let gap_ms = if draw.below(3) == 0 { 0 } else { draw.below(5000) };
        Self { first, second, gap_ms, latency_ms: draw.pick(&[100, 300]), folders: 1 + draw.below(2) as usize }
    }
}

impl Outsider {
    pub(super) fn draw(seed: u64, index: u64) -> Self {
        let mut draw = Rng::of_case(seed, 2, index);
        let action = Action::ALL[(index as usize) % Action::ALL.len()];
        let place = draw.pick(&[Place::BeforeLastRead, Place::BeforeLastRead, Place::InTheRoundTrip, Place::AfterRequest]);
        Self { action, place, deed: draw.pick(OtherPersonAction::against(action)), latency_ms: draw.pick(&[100, 300]) }
    }
}

impl OtherPersonAction {
    /// Changes something that the consent to the action depends on.
    pub(super) fn against(action: Action) -> &'static [Self] {
        match action {
            Action::Merge | Action::UpdateBranch | Action::Enqueue | Action::AutoMergeOn => &[Self::Same, Self::Push],
            Action::Dequeue | Action::AutoMergeOff | Action::Revert | Action::Rerun | Action::Cancel => &[Self::Same],
            Action::Approve => &[Self::Same, Self::Cancel],
            Action::RollBack | Action::RollBackTo | Action::ReleaseFromBuild | Action::ReleaseCodeOf | Action::ReleaseSlug => {
                &[Self::Release, Self::RollBack, Self::SetConfig]
            }
            Action::Promote => &[Self::Release, Self::RollBack, Self::SetConfig, Self::ReleaseSource],
        }
    }

    /// The control command for `POST /world`.
    pub(super) fn verbs(self, action: Action, stage: &Fixture) -> Value {
        let target = stage.target();
        let then = |verb: Value| json!([verb, {"advance": 90}]);
        match self {
            Self::Push => json!({"push": target}),
            Self::Cancel => json!({"cancel": target}),
            Self::Release => then(json!({"release": {"app": stage.production}})),
            Self::ReleaseSource => then(json!({"release": {"app": stage.staging}})),
            Self::RollBack => then(json!({"rollback": {"app": stage.production, "to": stage.back}})),
            Self::SetConfig => then(json!({"set_config": {"app": stage.production, "vars": {"CHECKOUT_LIMIT": "12"}}})),
            Self::Same => Self::same(action, target),
        }
    }

    fn same(action: Action, mut target: Value) -> Value {
        match action {
            Action::Enqueue => json!({"enqueue": target}),
            Action::Dequeue => json!({"dequeue": target}),
            Action::AutoMergeOn => json!({"auto_merge": target}),
            Action::AutoMergeOff => {
                target["on"] = json!(false);
                json!({"auto_merge": target})
            }
            Action::UpdateBranch => json!({"update_branch": target}),
            Action::Revert => json!({"revert": target}),
            Action::Rerun => json!({"rerun": target}),
            Action::Cancel => json!({"cancel": target}),
            Action::Approve => json!({"approve": target}),
            Action::Merge
            | Action::RollBack
            | Action::RollBackTo
            | Action::ReleaseFromBuild
            | Action::ReleaseCodeOf
            | Action::ReleaseSlug
            | Action::Promote => json!({"merge": target}),
        }
    }
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, second, gap_ms, latency_ms, folders } = self;
        let folders = if *folders == 1 { "one data folder" } else { "two data folders" };
        write!(f, "{first} | {second}, {gap_ms} ms apart, latency {latency_ms} ms, {folders}")
    }
}

impl fmt::Display for Outsider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match self.place {
            Place::BeforeLastRead => "between plan and last read",
            Place::InTheRoundTrip => "between last read and request",
            Place::AfterRequest => "after the request",
        };
        write!(f, "{} | a person: {:?} {place}, latency {} ms", self.action, self.deed, self.latency_ms)
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pair(index) => write!(f, "p{index}"),
            Self::Outsider(index) => write!(f, "o{index}"),
            Self::Stop(index) => write!(f, "s{index}"),
        }
    }
}

impl FromStr for CaseId {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.get(1..).and_then(|number| number.parse().ok());
        match (text.chars().next(), number) {
            (Some('p'), Some(index)) => Ok(Self::Pair(index)),
            (Some('o'), Some(index)) => Ok(Self::Outsider(index)),
            (Some('s'), Some(index)) => Ok(Self::Stop(index)),
            _ => Err(format!("{text:?} is no case; they are p0, p1, …, o0, o1, … and s0, s1, …")),
        }
    }
}
