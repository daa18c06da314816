//! The days, as data.

use slipway_domain::alert::AlertKind;
use slipway_domain::pin::CarrierKind;
use slipway_domain::watch::WatchVerdict;

pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// How the repository merges.
    pub(crate) method: &'static str,
    pub(crate) health_url: bool,
    /// How many times faster than a wall clock the vendors' pipelines and releases run.
    pub(crate) speed: f64,
    pub(crate) steps: &'static [(Step, &'static [Check])],
}

/// A name of the row's own for a change.
pub(crate) type Label = &'static str;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// It is merged by somebody, and its pipeline starts.
    Merge(Label),
    /// The same, of a change whose code crashes on production.
    MergeBad(Label),
    /// A pull request that reverts the other is opened and merged by somebody.
    MergeRevert {
        of: Label,
        as_: Label,
    },
    /// Jobs of pipelines that are queued from now on wait.
    Hold,
    /// Everything that is on its way goes live.
    Arrive,
    /// We roll production back, with or without a pin.
    RollBack {
        pin: bool,
    },
    RollBackElsewhere,
    /// Somebody sets a config var of production.
    SetConfig,
    /// A ready pull request goes into the merge queue.
    Enqueue(Label),
    /// So many seconds go by, looked at as ever.
    Live(u32),
    /// So many seconds go by while the computer sleeps.
    Sleep(u32),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Check {
    /// The watch of what is live on production, or was last; None: it goes on.
    Watch(Option<WatchVerdict>),
    /// The pin's bad set, in any order; empty: there is no pin.
    Pinned(&'static [Label]),
    Violated(bool),
    /// What would bring something bad back, each with what it carries.
    Carries(&'static [(CarrierKind, &'static [Label])]),
    /// There is an open record.
    Incident(bool),
    Alert(AlertKind, bool),
    /// The plan to merge a fresh pull request asks a person because of the pin.
    MergeAsks(bool),
}

use Check::{Alert, Carries, Incident, MergeAsks, Pinned, Violated, Watch};
use Step::{Arrive, Enqueue, Hold, Live, Merge, MergeBad, MergeRevert, RollBack, RollBackElsewhere, SetConfig, Sleep};

/// Slow enough for the board to see a pipeline before it is over.
const SPEED: f64 = 6.0;
/// The same for an entry of a merge queue.
const SPEED_OF_QUEUE: f64 = 2.0;
/// Longer than a watch of six minutes. In one of five, what the router says while the old instances still run falls
/// into the last five minutes, in which a good one is quiet.
const WHOLE_WATCH: u32 = 390;

const GOOD: Check = Watch(Some(WatchVerdict::Good));
const BAD: Check = Watch(Some(WatchVerdict::Bad));

pub(crate) fn a_bad_change_and_its_revert() -> Row {
    Row {
        name: "a bad change and its revert",
        method: "squash",
        health_url: true,
        speed: SPEED,
        steps: &[
            (Merge("good"), &[]),
            (Arrive, &[Watch(None), Pinned(&[])]),
            (Live(WHOLE_WATCH), &[GOOD, Incident(false)]),
            (MergeBad("bad"), &[]),
            (Arrive, &[]),
            (Live(60), &[BAD, Alert(AlertKind::WatchBad, true), Incident(true)]),
            (RollBack { pin: true }, &[Pinned(&["bad"]), Violated(false), Carries(&[]), MergeAsks(true)]),
            (Live(WHOLE_WATCH), &[GOOD, Pinned(&["bad"]), Incident(true)]),
            (MergeRevert { of: "bad", as_: "revert" }, &[Carries(&[]), MergeAsks(false)]),
            (Arrive, &[Violated(false)]),
            (Live(WHOLE_WATCH), &[GOOD, Pinned(&[]), Incident(false), Alert(AlertKind::PinViolated, false)]),
        ],
    }
}

pub(crate) fn two_bad_changes_of_which_one_is_reverted() -> Row {
    Row {
        name: "two bad changes, one reverted",
        method: "squash",
        health_url: true,
        speed: SPEED,
        steps: &[
            (Merge("good"), &[]),
            (Arrive, &[]),
            (Live(WHOLE_WATCH), &[GOOD]),
            (Merge("one"), &[]),
            (MergeBad("two"), &[]),
            (Arrive, &[]),
            (Live(60), &[BAD]),
            (RollBack { pin: true }, &[Pinned(&["one", "two"])]),
            (MergeRevert { of: "one", as_: "half" }, &[Carries(&[(CarrierKind::Pipeline, &["two"])])]),
            (Arrive, &[Violated(true), Alert(AlertKind::PinViolated, true), Pinned(&["one", "two"])]),
            (MergeRevert { of: "two", as_: "whole" }, &[]),
            (Arrive, &[Violated(false)]),
            (Live(WHOLE_WATCH), &[GOOD, Pinned(&[])]),
        ],
    }
}

pub(crate) fn the_revert_of_a_revert() -> Row {
    Row {
        name: "revert of a revert",
        method: "squash",
        health_url: true,
        speed: SPEED,
        steps: &[
            (Merge("good"), &[]),
            (Arrive, &[]),
            (Live(WHOLE_WATCH), &[GOOD]),
            (MergeBad("bad"), &[]),
            (Arrive, &[]),
            (Live(60), &[BAD]),
            (RollBack { pin: true }, &[Pinned(&["bad"])]),
            (MergeRevert { of: "bad", as_: "revert" }, &[Carries(&[])]),
            (MergeRevert { of: "revert", as_: "again" }, &[Carries(&[(CarrierKind::Pipeline, &["bad"])])]),
            (Arrive, &[Violated(true), Pinned(&["bad"])]),
        ],
    }
}

pub(crate) fn squashed() -> Row {
    by_method("squashed", "squash")
}

pub(crate) fn with_a_merge_commit() -> Row {
    by_method("with a merge commit", "merge")
}

pub(crate) fn rebased() -> Row {
    by_method("rebased", "rebase")
}

fn by_method(name: &'static str, method: &'static str) -> Row {
    Row {
        name,
        method,
        health_url: false,
        speed: SPEED,
        steps: &[
            (Merge("good"), &[]),
            (Arrive, &[]),
            (Live(WHOLE_WATCH), &[GOOD]),
            (MergeBad("bad"), &[]),
            (Arrive, &[]),
            (Live(60), &[BAD]),
            (RollBack { pin: true }, &[Pinned(&["bad"])]),
            (Hold, &[]),
            (Merge("next"), &[Carries(&[(CarrierKind::Pipeline, &["bad"])])]),
            (MergeRevert { of: "bad", as_: "revert" }, &[Carries(&[(CarrierKind::Pipeline, &["bad"])])]),
        ],
    }
}

pub(crate) fn a_rollback_by_somebody_else() -> Row {
    Row {
        name: "a rollback by somebody else",
        method: "squash",
        health_url: true,
        speed: SPEED,
        steps: &[
            (Merge("good"), &[]),
            (Arrive, &[]),
            (Live(WHOLE_WATCH), &[GOOD]),
            (MergeBad("bad"), &[]),
            (Arrive, &[]),
            (Live(60), &[BAD, Incident(true)]),
            (RollBackElsewhere, &[Pinned(&[]), Alert(AlertKind::RolledBack, true), Alert(AlertKind::WatchBad, false)]),
            (Live(WHOLE_WATCH), &[GOOD, Incident(false)]),
        ],
    }
}

pub(crate) fn a_release_over_a_pin() -> Row {
    Row {
        name: "a release over a pin",
        method: "squash",
        health_url: false,
        speed: SPEED,
        steps: &[
            (Merge("good"), &[]),
            (Arrive, &[]),
            (Live(WHOLE_WATCH), &[GOOD]),
            (MergeBad("bad"), &[]),
            (Arrive, &[]),
            (Live(60), &[BAD]),
            (RollBack { pin: true }, &[Pinned(&["bad"])]),
            (Merge("next"), &[Carries(&[(CarrierKind::Pipeline, &["bad"])])]),
            (Arrive, &[Violated(true), Alert(AlertKind::PinViolated, true), Pinned(&["bad"]), Incident(true)]),
        ],
    }
}

pub(crate) fn a_laptop_asleep_through_the_watch() -> Row {
    Row {
        name: "a laptop asleep through the watch",
        method: "squash",
        health_url: true,
        speed: SPEED,
        steps: &[
            (Merge("good"), &[]),
            (Arrive, &[Watch(None)]),
            (Live(30), &[Watch(None)]),
            (Sleep(WHOLE_WATCH), &[]),
            (Live(30), &[Watch(Some(WatchVerdict::Inconclusive)), Alert(AlertKind::WatchBad, false)]),
        ],
    }
}

pub(crate) fn no_health_url() -> Row {
    Row {
        name: "no health URL",
        method: "squash",
        health_url: false,
        speed: SPEED,
        steps: &[(Merge("good"), &[]), (Arrive, &[Watch(None)]), (Live(WHOLE_WATCH), &[GOOD])],
    }
}

pub(crate) fn a_config_only_release_during_a_watch() -> Row {
    Row {
        name: "a config-only release during a watch",
        method: "squash",
        health_url: true,
        speed: SPEED,
        steps: &[
            (Merge("good"), &[]),
            (Arrive, &[Watch(None)]),
            (Live(60), &[Watch(None)]),
            (SetConfig, &[Watch(None)]),
            (Live(WHOLE_WATCH), &[GOOD]),
        ],
    }
}

pub(crate) fn a_merge_queue() -> Row {
    Row {
        name: "a merge queue",
        method: "squash",
        health_url: false,
        speed: SPEED_OF_QUEUE,
        steps: &[
            (Merge("good"), &[]),
            (Arrive, &[]),
            (Live(WHOLE_WATCH), &[GOOD]),
            (MergeBad("bad"), &[]),
            (Arrive, &[]),
            (Live(60), &[BAD]),
            (RollBack { pin: true }, &[Pinned(&["bad"]), Carries(&[])]),
            (Enqueue("next"), &[Carries(&[(CarrierKind::MergeQueue, &["bad"])])]),
        ],
    }
}
