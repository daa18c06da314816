//! The clock: it moves by the wall's, and does what is due on the way.

use super::event::Event;
use super::state::World;
use super::time::{Ms, wall_ms};

impl World {
    /// Advances the world to the wall time.
    pub fn tick(&mut self) {
        self.run_until(self.until());
        self.merge_waiting();
        self.run_queues();
    }

    /// The world's time by the wall.
    pub(super) fn until(&self) -> Ms {
        wall_ms() + self.ahead - self.epoch
    }

    /// Advances the clock by simulated seconds.
    pub fn advance(&mut self, seconds: f64) {
        self.epoch -= self.span(seconds);
        self.tick();
    }

    /// Sets the world's wall clock forward by wall seconds; past events keep their time stamps. For clients whose
    /// clock is set forward by as much.
    pub fn pass(&mut self, seconds: f64) {
        self.ahead += (seconds * 1000.0) as i64;
        self.tick();
    }

    pub fn run_until(&mut self, until: Ms) {
        while let Some((&key, _)) = self.events.first_key_value()
            && key.0 <= until
        {
            let event = self.events.remove(&key).expect("the first key is there");
            self.now = self.now.max(key.0);
            self.happen(event);
        }
        self.now = self.now.max(until);
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::JobStarts { service, workflow, job } => self.job_starts(service, workflow, job),
            Event::JobEnds { service, workflow, job } => self.job_ends(service, workflow, job),
            Event::Releases { service, workflow, job } => self.copy_slugs(service, workflow, job),
            Event::PhaseEnds { app, release } => self.phase_ends(app, release),
            Event::DynosUp { app, release } => self.dynos_up(app, release),
            Event::Crashes { app, release } => self.crash(app, release),
            Event::Continues { service, pipeline } => self.continue_pipeline(service, pipeline),
            Event::Promotes { promotion } => self.promote_now(promotion),
        }
    }
}
