//! Numbers of pull requests in the order in which they were opened.

use super::World;

impl World {
    /// Whatever order a past was made in: a pull request with a lower number was opened earlier.
    pub fn open_in_order(&mut self) {
        const SECOND: super::Ms = 1_000;
        for service in &mut self.services {
            let mut next = None;
            for pull in service.repo.pulls.values_mut().rev() {
                let latest = next.map_or(pull.created, |next: super::Ms| next - SECOND);
                pull.created = pull.created.min(latest);
                next = Some(pull.created);
            }
        }
    }
}
