//! Orders the creation times of pull requests by their numbers.

use super::state::World;
use super::time::Ms;

impl World {
    /// In whichever order a history was created: a pull request with a lower number was opened earlier.
    pub fn open_in_order(&mut self) {
        const SECOND: Ms = 1_000;
        for service in &mut self.services {
            let mut next = None;
            for pull in service.repo.pulls.values_mut().rev() {
                let latest = next.map_or(pull.created, |next: Ms| next - SECOND);
                pull.created = pull.created.min(latest);
                next = Some(pull.created);
            }
        }
    }
}
