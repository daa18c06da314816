//! Open pull requests of every readiness.

use super::generate::titled;
use super::history_seed::HOUR;
use super::sample_data;
use super::state::World;
use super::time::Ms;

/// What keeps an open pull request from being merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenKind {
    Ready,
    Behind,
    Conflicts,
    Draft,
    /// A reviewer has asked for changes.
    Changes,
    /// A required check never reported.
    Missing,
    /// Nobody has approved it yet.
    Review,
    FailingCheck,
    RunningCheck,
    /// A conversation is unresolved, where the branch demands that all are resolved.
    Conversation,
}

impl World {
    /// Makes an open pull request one of this kind, since `at`.
    pub(crate) fn make_kind(&mut self, service: usize, number: u64, kind: OpenKind, at: Ms) {
        self.make_ready(service, number, at);
        match kind {
            OpenKind::Ready => {}
            OpenKind::Behind => self.pull_mut(service, number).out_of_date = true,
            OpenKind::Conflicts => self.pull_mut(service, number).conflicts = true,
            OpenKind::Draft => {
                let pull = self.pull_mut(service, number);
                pull.draft = true;
                pull.reviews.clear();
            }
            OpenKind::Changes => {
                let pull = self.pull_mut(service, number);
                pull.reviews.clear();
                let author = pull.author.login.clone();
                let by = sample_data::unless_author("hweiss", author.as_deref());
                self.review(service, number, by, "CHANGES_REQUESTED", at + 2 * HOUR);
            }
            OpenKind::Missing => self.pull_mut(service, number).checks.retain(|c| c.name != "integration"),
            OpenKind::Review => {
                let pull = self.pull_mut(service, number);
                pull.reviews.clear();
                let asked = sample_data::unless_author("jlindqvist", pull.author.login.as_deref());
                pull.review_requests.push(asked.into());
            }
            OpenKind::FailingCheck => {
                let check = self.pull_mut(service, number).checks.iter_mut().find(|c| c.name == "unit");
                if let Some(check) = check {
                    check.passes = false;
                }
            }
            OpenKind::RunningCheck => {
                let (starts, ends) = (-self.span(95.0), self.span(120.0));
                for check in self.pull_mut(service, number).checks.iter_mut().filter(|c| c.name.starts_with("int")) {
                    (check.starts, check.ends) = (starts, ends);
                }
            }
            OpenKind::Conversation => self.pull_mut(service, number).judged.conversations = vec![true, false],
        }
    }
}

/// (which of its idea's files it changes, hours since it was opened, has a migration, hours since `at`, kind)
const EVERY_KIND: [(usize, i64, bool, i64, OpenKind); 8] = [
    (60, 30, true, 3, OpenKind::Behind),
    (61, 26, true, 20, OpenKind::Conflicts),
    (62, 22, false, 18, OpenKind::Draft),
    (63, 19, false, 8, OpenKind::Changes),
    (64, 12, false, 5, OpenKind::Missing),
    (65, 9, false, 4, OpenKind::Review),
    (66, 8, false, 2, OpenKind::FailingCheck),
    (67, 1, false, 0, OpenKind::RunningCheck),
];

/// One pull request of every readiness, opened within the last day or so. The first service has one with a very
/// long title as well.
pub(crate) fn open_every_kind(world: &mut World, service: usize) {
    let titles = sample_data::open_titles(service);
    for (title, (n, hours, migration, since, kind)) in titles.iter().zip(EVERY_KIND) {
        let number = titled(world, service, n, title, hours, migration);
        world.make_kind(service, number, kind, -since * HOUR);
    }
    if service == 0 {
        let long = sample_data::hostile_titles().remove(0);
        let n = titled(world, service, 68, &long, 2, false);
        world.make_ready(service, n, -HOUR);
    }
    for (n, title, hours, migration) in [(69, titles[8], 5, true), (70, titles[9], 4, false)] {
        let number = titled(world, service, n, title, hours, migration);
        world.make_ready(service, number, -HOUR);
    }
    world.set_past(0);
}
