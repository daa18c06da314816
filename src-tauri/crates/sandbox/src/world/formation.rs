//! How many dynos of an app should run, and the dynos that result. Scaling makes no release.

use super::event::Event;
use super::release::{App, Dyno, DynoState, Images};
use super::state::World;
use super::time::Ms;

/// Seconds until a new dyno is up.
const START: f64 = 10.0;

impl DynoState {
    pub fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Starting => "starting",
            Self::Crashed => "crashed",
            Self::Idle => "idle",
            Self::Down => "down",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Up, Self::Starting, Self::Crashed, Self::Idle, Self::Down].into_iter().find(|state| state.word() == word)
    }
}

impl Dyno {
    pub fn is_one_off(&self) -> bool {
        self.attached || matches!(self.process.as_str(), "run" | "release" | "scheduler")
    }
}

/// The dynos of a formation, all up.
pub(crate) fn dynos_of(formation: &[(String, u64)], since: Ms) -> Vec<Dyno> {
    let of = |(process, quantity): &(String, u64)| -> Vec<Dyno> {
        let dyno = |n| dyno(format!("{process}.{n}"), process, DynoState::Up, since);
        (1..=*quantity).map(dyno).collect()
    };
    formation.iter().flat_map(of).collect()
}

pub(crate) fn dyno(name: String, process: &str, state: DynoState, since: Ms) -> Dyno {
    Dyno { name, process: process.to_owned(), state, since, version: 0, attached: false }
}

impl App {
    /// Named as by the platform: numbered, or with a random part on Fir.
    pub fn dyno_name(&self, process: &str, number: u64) -> String {
        match self.images {
            Some(Images::Built) => format!("{process}-{:.8}-{number:05}", self.id),
            Some(Images::Pushed) | None => format!("{process}.{number}"),
        }
    }

    pub fn live_version(&self) -> u64 {
        self.current().map_or(0, |release| self.releases[release].version)
    }
}

impl World {
    /// Starts missing dynos and removes surplus ones.
    pub fn scale(&mut self, app: usize, process: usize, quantity: u64) {
        let now = self.now;
        let a = &mut self.apps[app];
        a.formation[process].1 = quantity;
        let name = a.formation[process].0.clone();
        let version = a.live_version();
        let mut number = 0;
        a.dynos.retain(|dyno| {
            let same = dyno.process == name && !dyno.is_one_off();
            number += u64::from(same);
            !same || number <= quantity
        });
        for n in number.min(quantity) + 1..=quantity {
            let made = Dyno { version, ..dyno(a.dyno_name(&name, n), &name, DynoState::Starting, now) };
            a.dynos.push(made);
        }
        self.will_be_up(app);
    }

    /// Restarts every dyno except one-off dynos.
    pub fn restart(&mut self, app: usize) {
        let now = self.now;
        for dyno in self.apps[app].dynos.iter_mut().filter(|dyno| !dyno.is_one_off()) {
            (dyno.state, dyno.since) = (DynoState::Starting, now);
        }
        self.will_be_up(app);
    }

    fn will_be_up(&mut self, app: usize) {
        if let Some(release) = self.apps[app].current() {
            self.later(START, Event::DynosUp { app, release });
        }
    }
}
