//! What a plan says of pins: the one that a rollback sets, and those that it would go over.

use super::confirmation::{Confirmation, ConfirmationKind};
use super::consequence::{Consequence, ConsequenceKind, ConsequenceSubject};
use super::model::Plan;
use crate::action::{ActionKind, PinChoice, ReleaseAction, ReleaseChange};
use crate::humanize::list;
use crate::pin::{PinnedChange, PlannedPin};
use crate::release::{Release, ReleaseRef};
use crate::shipment::RolledBackChange;

/// The rollback with the pin that is set once it is verified. `bad` is what of it must stay out.
#[must_use]
pub fn with_pin(mut plan: Plan, choice: PinChoice, (target, left): (&Release, &Release), bad: Vec<PinnedChange>) -> Plan {
    if let ActionKind::Release(ReleaseAction { change: ReleaseChange::RollBack { pin, .. }, .. }) = &mut plan.action.kind {
        *pin = Some(choice.clone());
    }
    let Some(detail) = &mut plan.rollback else { return plan };
    let about = |kind, title, details| Consequence { subject: Some(ConsequenceSubject::Pin), kind, title, details };
    if bad.is_empty() {
        let details = vec!["No change leaves, so nothing has to stay out.".to_owned()];
        plan.consequences.push(about(ConsequenceKind::Fact, format!("{} is not pinned", detail.environment), details));
        return plan;
    }
    let names = list(&bad.iter().map(|one| one.change.name()).collect::<Vec<_>>());
    let end = if choice.ends_by_itself {
        "It ends by itself when what is live reverts all of it and its watch was good."
    } else {
        "It does not end by itself: you are asked when what is live reverts all of it."
    };
    let details = vec![
        "Set once the rollback is verified. Slipway warns of what would bring it back, and sends nothing by itself.".to_owned(),
        end.to_owned(),
        "The same change under another title is not seen.".to_owned(),
    ];
    let title = format!("Pins {} to v{}: {names} must stay out until reverted", detail.environment, target.version);
    plan.consequences.push(about(ConsequenceKind::Fact, title, details));
    detail.pin = Some(PlannedPin {
        environment: detail.environment.clone(),
        target: ReleaseRef::from(target),
        target_commit: target.commit.clone(),
        left: ReleaseRef::from(left),
        left_commit: left.commit.clone(),
        narrowed: choice.bad.is_some(),
        ends_by_itself: choice.ends_by_itself,
        bad,
    });
    plan
}

/// One question for each environment whose pin it would go over.
pub(super) fn over_pins(again: &[RolledBackChange]) -> Vec<Confirmation> {
    let mut asked: Vec<(&str, Vec<&RolledBackChange>)> = Vec::new();
    for change in again.iter().filter(|change| change.pin.is_some()) {
        match asked.iter_mut().find(|(environment, _)| *environment == change.environment) {
            Some((_, known)) => known.push(change),
            None => asked.push((&change.environment, vec![change])),
        }
    }
    let question = |(environment, changes): (&str, Vec<&RolledBackChange>)| {
        let names = list(&changes.iter().map(|change| change.change.name()).collect::<Vec<_>>());
        let would = if changes.iter().all(|change| change.known) { "would" } else { "may" };
        let objects = changes.iter().filter_map(|change| Some(format!("{}:{}", change.pin.as_ref()?, change.change.id)));
        let text = format!("It {would} bring {names} back to {environment}, which is pinned against it");
        Confirmation::new(ConfirmationKind::PinViolated, objects, text)
    };
    asked.into_iter().map(question).collect()
}

impl Plan {
    /// It goes over a pin: a person must say why.
    pub fn goes_over_a_pin(&self) -> bool {
        self.confirmations().iter().any(|asked| asked.kind == ConfirmationKind::PinViolated)
    }
}
