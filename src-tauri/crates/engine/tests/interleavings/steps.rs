//! What may happen, in any order.

use proptest::prelude::*;
use serde_json::{Value, json};

/// Which of the two copies.
pub(crate) type Copy = usize;
/// Which of those there are, counted round.
pub(crate) type Pick = u16;

#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A plan is made, shown and confirmed.
    Click {
        copy: Copy,
        what: What,
        how: How,
    },
    /// A plan is made and shown, and waits.
    Show {
        copy: Copy,
        what: What,
    },
    /// A plan that was shown earlier is confirmed.
    ConfirmOld {
        which: Pick,
    },
    /// Both copies show the same, and both are confirmed at once.
    /// Both copies show one state of a target; the second is confirmed when the first was answered.
    SameConsent {
        what: What,
    },
    Race {
        what: What,
    },
    Refresh {
        copy: Copy,
    },
    Outside(Outside),
    Trouble(Trouble),
    Calm,
    Crash {
        copy: Copy,
    },
    /// Longer than reads may be old; then the copies look at what is open.
    TimePasses,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    Merge(Pick),
    EnableAutoMerge(Pick),
    DisableAutoMerge(Pick),
    UpdateBranch(Pick),
    Enqueue(Pick),
    Dequeue(Pick),
    Revert(Pick),
    RollBack {
        production: bool,
    },
    /// What runs on staging goes to production.
    Promote,
    Release {
        production: bool,
        code: Built,
    },
    Rerun,
    Cancel,
    Approve,
}

/// Which built code is released.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Built {
    Newest,
    OfVersion(Pick),
    Slug(Pick),
}

#[derive(Clone, Debug)]
pub(crate) enum How {
    Once,
    /// The same plan twice, at the same time.
    Twice,
    /// Killed when the vendors have received so many more requests; the one that is on its way is
    /// done or not.
    KilledAt {
        requests: u8,
        done: bool,
    },
}

/// What others do.
#[derive(Clone, Debug)]
pub(crate) enum Outside {
    /// The target of a plan that was shown is what changes.
    OfShown(Pick),
    Push(Pick),
    Merge(Pick),
    Release {
        production: bool,
    },
    Configure {
        production: bool,
    },
    RollBack,
    /// The build app builds what is on main now.
    Build,
    Promote,
    /// The platform gives up on the next promotion.
    NoPromotion,
    StartPipeline,
    FailingPipeline,
    CancelPipeline,
    Advance(u16),
}

/// What goes wrong, by the sandbox's rules.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// The next change is done, and its answer lost.
    Done(&'static str),
    /// The next change is not done.
    NotDone(&'static str),
    /// Reads are old: before the last change asked of a vendor, or all as it was.
    Old { lag: bool },
    /// Some reads come spoilt.
    Spoilt { kind: &'static str, seed: u64 },
}

impl Trouble {
    pub(crate) fn rule(&self) -> Value {
        let count = |kind: &str, calls: &str, count: u64| {
            let mut rule = json!({"kind": kind, "calls": calls, "count": count});
            if kind.starts_with("status") {
                rule["code"] = json!(502);
            }
            if kind == "redirect" {
                rule["code"] = json!(307);
            }
            rule
        };
        match self {
            Self::Done(kind) | Self::NotDone(kind) => count(kind, "writes", 1),
            Self::Old { lag: false } => json!({"kind": "stale", "calls": "reads", "seconds": 600}),
            Self::Old { lag: true } => json!({"kind": "lag", "calls": "reads", "seconds": 600}),
            Self::Spoilt { kind, seed } => {
                let mut rule = count(kind, "reads", 3);
                rule["probability"] = json!(0.4);
                rule["seed"] = json!(seed);
                if *kind == "partial" {
                    rule["paths"] = json!(["repository.pullRequest.statusCheckRollup", "repository.pullRequest"]);
                }
                rule
            }
        }
    }

    /// Reads may not show what is true.
    pub(crate) fn blinds(&self) -> bool {
        matches!(self, Self::Old { .. } | Self::Spoilt { .. })
    }
}

impl Arbitrary for Step {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        let copy = 0..2usize;
        prop_oneof![
            6 => (copy.clone(), what(), how()).prop_map(|(copy, what, how)| Self::Click { copy, what, how }),
            3 => (copy.clone(), what()).prop_map(|(copy, what)| Self::Show { copy, what }),
            4 => any::<u16>().prop_map(|which| Self::ConfirmOld { which }),
            2 => what().prop_map(|what| Self::Race { what }),
            2 => what().prop_map(|what| Self::SameConsent { what }),
            1 => copy.clone().prop_map(|copy| Self::Refresh { copy }),
            4 => outside().prop_map(Self::Outside),
            4 => trouble().prop_map(Self::Trouble),
            1 => Just(Self::Calm),
            2 => copy.prop_map(|copy| Self::Crash { copy }),
            1 => Just(Self::TimePasses),
        ]
        .boxed()
    }
}

fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        4 => any::<u16>().prop_map(What::Merge),
        2 => any::<u16>().prop_map(What::Revert),
        2 => any::<u16>().prop_map(What::EnableAutoMerge),
        1 => any::<u16>().prop_map(What::DisableAutoMerge),
        2 => any::<u16>().prop_map(What::UpdateBranch),
        1 => any::<u16>().prop_map(What::Enqueue),
        1 => any::<u16>().prop_map(What::Dequeue),
        3 => any::<bool>().prop_map(|production| What::RollBack { production }),
        3 => Just(What::Promote),
        4 => (any::<bool>(), built()).prop_map(|(production, code)| What::Release { production, code }),
        1 => Just(What::Rerun),
        1 => Just(What::Cancel),
        1 => Just(What::Approve),
    ]
}

fn built() -> impl Strategy<Value = Built> {
    prop_oneof![Just(Built::Newest), any::<u16>().prop_map(Built::OfVersion), any::<u16>().prop_map(Built::Slug)]
}

fn how() -> impl Strategy<Value = How> {
    prop_oneof![
        3 => Just(How::Once),
        1 => Just(How::Twice),
        3 => (0..8u8, any::<bool>()).prop_map(|(requests, done)| How::KilledAt { requests, done }),
    ]
}

fn outside() -> impl Strategy<Value = Outside> {
    prop_oneof![
        4 => any::<u16>().prop_map(Outside::OfShown),
        1 => any::<u16>().prop_map(Outside::Push),
        1 => any::<u16>().prop_map(Outside::Merge),
        1 => any::<bool>().prop_map(|production| Outside::Release { production }),
        1 => any::<bool>().prop_map(|production| Outside::Configure { production }),
        1 => Just(Outside::RollBack),
        1 => Just(Outside::Build),
        1 => Just(Outside::Promote),
        1 => Just(Outside::NoPromotion),
        1 => Just(Outside::StartPipeline),
        1 => Just(Outside::FailingPipeline),
        1 => Just(Outside::CancelPipeline),
        2 => (1..900u16).prop_map(Outside::Advance),
    ]
}

fn trouble() -> impl Strategy<Value = Trouble> {
    let done = prop::sample::select(vec!["status_after", "reset_after", "truncate", "garbage", "html"]);
    let not_done = prop::sample::select(vec!["status", "reset_before", "unauthorized", "rate_limited", "redirect", "exhausted"]);
    let spoilt = prop::sample::select(vec!["status", "truncate", "garbage", "unknown_values", "nulls", "partial", "pagination_loop"]);
    prop_oneof![
        3 => done.prop_map(Trouble::Done),
        2 => not_done.prop_map(Trouble::NotDone),
        2 => any::<bool>().prop_map(|lag| Trouble::Old { lag }),
        2 => (spoilt, any::<u64>()).prop_map(|(kind, seed)| Trouble::Spoilt { kind, seed: seed >> 1 }),
    ]
}
