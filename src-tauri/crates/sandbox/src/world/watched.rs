//! What can be seen of an app from outside: its own health page, its log, and what is planned to happen to it.

use serde_json::Value;

use super::release::DynoState;
use super::scripted::{HealthAnswer, LogSession, ScriptStep};
use super::state::World;

/// Logplex keeps so many lines of an app.
const LINES: usize = 1500;

impl World {
    /// Status, text and wall milliseconds of the app's own health page. A request that a crashed app cannot answer is in
    /// its log.
    pub fn health_page(&mut self, app: usize) -> (u16, &'static str, u64) {
        let now = self.now;
        let a = &self.apps[app];
        let live = a.live_version();
        let fits = |one: &&HealthAnswer| one.from <= now && now < one.until && one.version.is_none_or(|version| version == live);
        let scripted = a.health.iter().rev().find(fits).map(|one| (one.status, one.latency));
        let web = || a.dynos.iter().filter(|dyno| dyno.process == "web" && !dyno.is_one_off());
        let crashed = web().any(|dyno| dyno.state == DynoState::Crashed);
        match scripted {
            _ if a.maintenance => (503, "maintenance", 0),
            _ if crashed => {
                self.router_error(app, "H10", "App crashed");
                (503, "down", 0)
            }
            Some((status @ 200..=299, latency)) => (status, "ok", latency),
            Some((status, latency)) => (status, "not well", latency),
            None => (200, "ok", 0),
        }
    }

    fn router_error(&mut self, app: usize, code: &str, text: &str) {
        let line =
            format!("heroku[router]: at=error code={code} desc=\"{text}\" method=GET path=\"/\" dyno= connect= service= status=503 bytes=");
        self.log(app, &line);
    }

    /// A line of the app's log; `line` begins with its source.
    pub fn log(&mut self, app: usize, line: &str) {
        let at = self.now;
        let log = &mut self.apps[app].log;
        log.push((at, line.to_owned()));
        let surplus = log.len().saturating_sub(LINES);
        log.drain(..surplus);
    }

    /// The newest lines, oldest first.
    pub fn log_text(&self, session: &LogSession) -> String {
        let log = &self.apps[session.app].log;
        let from = log.len().saturating_sub(session.lines.min(LINES));
        log[from..].iter().map(|(at, line)| format!("{} {line}\n", self.stamp_of_log(*at))).collect()
    }

    /// The dyno crashes, unless it runs another release by now.
    pub fn crash_dyno(&mut self, app: usize, name: &str, version: u64) {
        let now = self.now;
        let found = self.apps[app].dynos.iter_mut().find(|dyno| dyno.name == name && dyno.version == version);
        let Some(dyno) = found else { return };
        (dyno.state, dyno.since) = (DynoState::Crashed, now);
        self.log(app, &format!("heroku[{name}]: Process exited with status 1"));
        self.log(app, &format!("heroku[{name}]: State changed from up to crashed"));
    }

    pub fn restore_dyno(&mut self, app: usize, name: &str, version: u64) {
        let now = self.now;
        let is = |dyno: &&mut super::release::Dyno| dyno.name == name && dyno.version == version && dyno.state == DynoState::Crashed;
        if let Some(dyno) = self.apps[app].dynos.iter_mut().find(is) {
            (dyno.state, dyno.since) = (DynoState::Up, now);
            self.log(app, &format!("heroku[{name}]: State changed from starting to up"));
        }
    }

    /// Carried out at that time, in the order of time and then of being planned.
    pub fn plan(&mut self, seconds: f64, commands: Value) {
        let at = self.now + self.span(seconds);
        let place = self.script.partition_point(|step| step.at <= at);
        self.script.insert(place, ScriptStep { at, commands });
    }

    /// The next planned step whose time has come, with the world advanced to it.
    pub fn due_step(&mut self) -> Option<ScriptStep> {
        let until = self.until();
        let step = self.script.first().filter(|step| step.at <= until)?.clone();
        self.script.remove(0);
        self.run_until(step.at);
        Some(step)
    }
}
