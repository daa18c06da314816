//! Add-ons that were changed between two releases. Going from one to the other restores the config
//! vars of the target, such as the address of a database that was replaced since.

use super::confirmation::{Confirmation, ConfirmationKind};
use crate::release::{Release, ReleaseCause};
use crate::status::ReleaseStatus;

/// An add-on, with the releases between that changed it, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossedAddOn {
    pub name: String,
    /// Empty where only the plans of the two releases tell.
    pub versions: Vec<u64>,
}

impl CrossedAddOn {
    pub fn confirmation(&self) -> Confirmation {
        let versions: Vec<String> = self.versions.iter().map(|version| format!("v{version}")).collect();
        let since = if versions.is_empty() { String::new() } else { format!(" by {}", versions.join(", ")) };
        let text = format!("The add-on {} was changed{since}; its config vars from before come back", self.name);
        Confirmation::new(ConfirmationKind::AddOnChanged, [self.name.clone()], text)
    }
}

/// Each add-on once, in the order of its newest change, then those that only the plans name.
pub fn crossed_add_ons(newest_first: &[Release], now: &Release, target: &Release) -> Vec<CrossedAddOn> {
    let (low, high) = (now.version.min(target.version), now.version.max(target.version));
    let between = newest_first.iter().filter(|r| r.version > low && r.version <= high && r.status == ReleaseStatus::Succeeded);
    let mut crossed: Vec<CrossedAddOn> = Vec::new();
    for release in between {
        let ReleaseCause::AddOn { name } = release.cause() else { continue };
        match crossed.iter_mut().find(|known| known.name == name) {
            Some(known) => known.versions.push(release.version),
            None => crossed.push(CrossedAddOn { name, versions: vec![release.version] }),
        }
    }
    if let (Some(before), Some(after)) = (&target.add_on_plans, &now.add_on_plans) {
        let only_in =
            |own: &Vec<String>, other: &Vec<String>| -> Vec<String> { own.iter().filter(|p| !other.contains(p)).cloned().collect() };
        for plan in only_in(after, before).into_iter().chain(only_in(before, after)) {
            if !crossed.iter().any(|known| known.name == plan) {
                crossed.push(CrossedAddOn { name: plan, versions: Vec::new() });
            }
        }
    }
    crossed
}
