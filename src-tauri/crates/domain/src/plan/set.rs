//! Several plans that one consent covers. Each is compared, sent and settled alone: a refusal of one says
//! nothing of the others.

use super::model::Plan;
use super::target::Verdict;
use crate::humanize::count;
use crate::journal::{Entry, EntryState};
use crate::pin::{Carrier, OnItsWay};
use crate::status::vocabulary;
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Plans that are shown together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PlanSet {
    pub id: String,
    pub service: String,
    pub environment: String,
    /// `Stop 2 of 3 things that would bring #482 back`
    pub title: String,
    /// Each sends one request; in the order in which they are sent. Those that are refused are not sent.
    pub plans: Vec<Plan>,
    /// What would ship all the same, with why nothing is sent to stop it.
    pub left: Vec<NotStopped>,
    pub read_at: Time,
}

/// Something on its way for which nothing is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct NotStopped {
    pub label: String,
    pub why: String,
}

vocabulary!(
    /// What became of one plan of a set. Refused: it was sent, and refused or failed.
    SetOutcomeState { Done = "done", Refused = "refused", Unknown = "unknown", NotSent = "not_sent" });

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct SetOutcome {
    /// The id of the plan.
    pub plan: String,
    pub title: String,
    pub state: SetOutcomeState,
    pub message: String,
    /// None where nothing was written to the journal.
    pub entry: Option<Entry>,
}

impl PlanSet {
    /// `planned`: a plan, or why there is none, for each carrier that has an action.
    pub fn of(
        id: String,
        place: (&str, &str),
        on_its_way: &OnItsWay,
        planned: Vec<(&Carrier, Result<Plan, String>)>,
        read_at: Time,
    ) -> Self {
        let mut left: Vec<NotStopped> = on_its_way.carriers.iter().filter(|carrier| carrier.stop.is_none()).map(NotStopped::of).collect();
        let mut plans = Vec::new();
        for (carrier, plan) in planned {
            match plan {
                Ok(plan) => {
                    let own = plan.confirm_text.is_some() || plan.goes_over_a_pin();
                    match plan.verdict() {
                        Verdict::Deny(reasons) => left.push(NotStopped { label: carrier.label.clone(), why: reasons.join("; ") }),
                        // One consent to many does not stand for what is asked of a person alone.
                        Verdict::Allow | Verdict::Confirm(_) if own => {
                            left.push(NotStopped { label: carrier.label.clone(), why: "It asks for a consent of its own".to_owned() });
                        }
                        Verdict::Allow | Verdict::Confirm(_) => plans.push(plan),
                    }
                }
                Err(why) => left.push(NotStopped { label: carrier.label.clone(), why }),
            }
        }
        let names: Vec<String> = on_its_way.bad.iter().map(|change| change.name()).collect();
        let what = if names.is_empty() { "what is bad".to_owned() } else { crate::humanize::list(&names) };
        let all = on_its_way.carriers.len();
        let title = match (plans.len(), all) {
            (1, 1) => format!("Stop what would bring {what} back"),
            (some, _) if some == all => format!("Stop {} that would bring {what} back", count(all, "thing")),
            (some, _) => format!("Stop {some} of {} that would bring {what} back", count(all, "thing")),
        };
        let (service, environment) = (place.0.to_owned(), place.1.to_owned());
        Self { id, service, environment, title, plans, left, read_at }
    }
}

impl NotStopped {
    fn of(carrier: &Carrier) -> Self {
        let why = carrier.stop_blocked.clone().unwrap_or_else(|| "Nothing that can be sent stops it".to_owned());
        Self { label: carrier.label.clone(), why }
    }
}

impl SetOutcome {
    /// What became of an entry that was followed to its end, or to the deadline.
    pub fn of_entry(plan: String, title: String, entry: Entry) -> Self {
        let state = match (entry.state, entry.sent_at) {
            (EntryState::Succeeded, _) => SetOutcomeState::Done,
            (EntryState::NotSent, _) | (EntryState::Failed, None) => SetOutcomeState::NotSent,
            (EntryState::Failed, Some(_)) => SetOutcomeState::Refused,
            (EntryState::Unknown | EntryState::Planned | EntryState::Sent, _) => SetOutcomeState::Unknown,
        };
        Self { plan, title, state, message: entry.message.clone(), entry: Some(entry) }
    }

    pub fn not_sent(plan: String, title: String, why: String) -> Self {
        Self { plan, title, state: SetOutcomeState::NotSent, message: why, entry: None }
    }
}
