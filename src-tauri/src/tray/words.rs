//! The texts of the tray, computed from the state.

use slipway_domain::alert::AlertKind;
use slipway_domain::headline::moving_pipeline;
use slipway_domain::humanize::{about, count};
use slipway_domain::inbox::counts;
use slipway_domain::incident::is_silenced;
use slipway_domain::notification_rules::QuietHours;
use slipway_domain::snapshot::{ServiceState, Snapshot};
use slipway_domain::status::{Health, Mark};
use slipway_terminal::safe_text::{cut, one_line};
use std::sync::Arc;

/// The most services that are named; the others are counted.
const NAMED: usize = 5;
const WIDTH: usize = 48;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Icon {
    Idle,
    Moving,
    Waiting,
    Trouble,
    Hurt,
    /// Nothing is known, or not everything.
    #[default]
    Offline,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    pub icon: Icon,
    pub sentence: String,
    pub detail: Option<String>,
    pub lines: Vec<Line>,
    pub more: Option<String>,
    /// Things in the inbox that need a person.
    pub needs_you: usize,
    pub silence: Silence,
}

impl Words {
    pub(super) fn inbox(&self) -> String {
        match self.needs_you {
            0 => "Inbox".to_owned(),
            1 => "Inbox: 1 needs you".to_owned(),
            n => format!("Inbox: {n} need you"),
        }
    }
}

/// What a person has asked not to be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Silence {
    /// Local time, `15:40`.
    pub muted_until: Option<String>,
    pub quiet_hours: Option<QuietHours>,
}

impl Silence {
    pub(super) fn mute(&self) -> String {
        match &self.muted_until {
            Some(until) => format!("Unmute (muted until {until})"),
            None => "Mute for 1 hour; production alerts still come".to_owned(),
        }
    }

    pub(super) fn quiet(&self) -> String {
        match self.quiet_hours {
            Some(hours) if hours.on => {
                let weekends = if hours.weekends { " and weekends" } else { "" };
                format!("Quiet hours {} to {}{weekends}: on", hours.from, hours.to)
            }
            Some(_) | None => "Quiet hours: off".to_owned(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub service: String,
    pub text: String,
}

pub(super) fn words(snapshot: &Snapshot, silence: Silence) -> Words {
    let services = &snapshot.services;
    let mut unquiet: Vec<&ServiceState> = services.iter().map(Arc::as_ref).filter(|s| s.mark != Mark::Healthy).collect();
    unquiet.sort_by_key(|s| s.mark);
    let named = unquiet.len().min(NAMED);
    let lines = unquiet[..named].iter().map(|s| Line { service: s.name.clone(), text: cut(&line(s), WIDTH) }).collect();
    Words {
        icon: icon(services),
        sentence: cut(&sentence(services), WIDTH),
        detail: detail(services),
        lines,
        more: more(services, unquiet.len() - named, named),
        needs_you: counts(snapshot.inbox.iter()).0,
        silence,
    }
}

fn icon(services: &[Arc<ServiceState>]) -> Icon {
    // What a person has said to know of has no colour here; the words still tell of it.
    let any = |mark: Mark| services.iter().any(|s| s.mark == mark && !is_silenced(s));
    match () {
        () if any(Mark::Hurt) => Icon::Hurt,
        () if any(Mark::Problem) => Icon::Trouble,
        () if any(Mark::Waits) => Icon::Waiting,
        // Progress is shown in preference to one source that does not answer.
        () if any(Mark::InFlight) => Icon::Moving,
        () if any(Mark::Unknown) => Icon::Offline,
        () => Icon::Idle,
    }
}

fn sentence(services: &[Arc<ServiceState>]) -> String {
    let hurt: Vec<&ServiceState> = services.iter().map(Arc::as_ref).filter(|s| s.mark == Mark::Hurt).collect();
    let unsure = services.iter().any(|s| s.productions().any(|e| e.health == Health::Unknown));
    match (hurt.as_slice(), services) {
        (_, []) => "Nothing to show".to_owned(),
        ([one], _) => format!("Production is hurt: {}{}", one_line(&one.name), which(one)),
        ([_, _, ..], _) => format!("Production is hurt: {}", count(hurt.len(), "service")),
        ([], _) if unsure => "Not every state is known".to_owned(),
        ([], _) => "Production is healthy".to_owned(),
    }
}

/// The production environments that are down, where there are several.
fn which(service: &ServiceState) -> String {
    if service.productions().count() < 2 {
        return String::new();
    }
    let down = service.productions().filter(|e| e.is_hurt()).map(|e| one_line(&e.name));
    format!(" {}", down.collect::<Vec<_>>().join(", "))
}

fn detail(services: &[Arc<ServiceState>]) -> Option<String> {
    if services.is_empty() {
        return None;
    }
    let of = |mark: Mark| services.iter().filter(|s| s.mark == mark).count();
    let parts = [
        (of(Mark::Problem), "has a problem", "have a problem"),
        (of(Mark::Waits), "waits for you", "wait for you"),
        (of(Mark::InFlight), "in flight", "in flight"),
    ];
    let said = parts.into_iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many }));
    let said: Vec<String> = said.collect();
    let services = count(services.len(), "service");
    Some(if said.is_empty() { services } else { format!("{services}; {}", said.join(", ")) })
}

fn more(services: &[Arc<ServiceState>], unnamed: usize, named: usize) -> Option<String> {
    let healthy = services.len() - unnamed - named;
    match (unnamed, healthy) {
        (0, 0) => None,
        (0, healthy) if named == 0 => Some(format!("{healthy} healthy")),
        (0, healthy) => Some(format!("{healthy} more healthy")),
        (unnamed, _) => Some(format!("{} more", unnamed + healthy)),
    }
}

fn line(service: &ServiceState) -> String {
    let what = match service.mark {
        Mark::Hurt if service.productions().count() > 1 => format!("production is hurt:{}", which(service)),
        Mark::Hurt => "production is hurt".to_owned(),
        Mark::Waits => "waits for your approval".to_owned(),
        Mark::Problem => problem(service).to_owned(),
        Mark::Unknown if service.stale => "showing the last known state".to_owned(),
        Mark::Unknown => "state unknown, checking".to_owned(),
        Mark::InFlight => in_flight(service),
        Mark::Healthy => "healthy".to_owned(),
    };
    format!("{}: {what}", one_line(&service.name))
}

fn problem(service: &ServiceState) -> &'static str {
    let has = |kind: AlertKind| service.alerts.iter().any(|a| a.kind == kind);
    match () {
        () if has(AlertKind::EnvironmentDown) => "an environment is down",
        () if has(AlertKind::ProcessDown) => "a process is down",
        () if has(AlertKind::ReleaseFailed) => "release failed",
        () if has(AlertKind::Maintenance) && !has(AlertKind::PipelineFailed) => "production is in maintenance mode",
        () if has(AlertKind::NoPipeline) && !has(AlertKind::PipelineFailed) => "no pipeline followed a merge",
        () => "pipeline failed",
    }
}

fn in_flight(service: &ServiceState) -> String {
    let Some(pipeline) = moving_pipeline(service) else { return "releasing".to_owned() };
    let what = pipeline.pull_request.map_or_else(|| format!("pipeline #{}", pipeline.number), |n| format!("#{n}"));
    let left = pipeline.eta_seconds.map_or_else(|| "no estimate yet".to_owned(), |s| format!("{} left", about(s as f64)));
    format!("{what}, {left}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_domain::environment::Environment;
    use slipway_domain::service::{EnvironmentConfig, Service};
    use slipway_domain::vendor::VendorId;

    fn service(name: &str, mark: Mark) -> ServiceState {
        let config = Service {
            name: name.to_owned(),
            repo: format!("acme/{name}"),
            branch: "main".to_owned(),
            ci: None,
            environments: Vec::new(),
            accounts: Vec::new(),
            migration_paths: Vec::new(),
        };
        ServiceState { mark, stale: false, ..ServiceState::unread(config) }
    }

    fn said(services: Vec<ServiceState>) -> Words {
        words(&Snapshot { services: services.into_iter().map(Arc::new).collect(), ..Snapshot::default() }, Silence::default())
    }

    #[test]
    fn the_most_urgent_decides() {
        assert_eq!(said(vec![]).sentence, "Nothing to show");
        assert_eq!(said(vec![]).icon, Icon::Idle);
        let inbox = |needs_you| Words { needs_you, ..Words::default() }.inbox();
        assert_eq!([inbox(0), inbox(1), inbox(6)], ["Inbox", "Inbox: 1 needs you", "Inbox: 6 need you"]);
        let all = [Mark::Healthy, Mark::Unknown, Mark::InFlight, Mark::Waits, Mark::Problem, Mark::Hurt];
        let icons = [Icon::Idle, Icon::Offline, Icon::Moving, Icon::Waiting, Icon::Trouble, Icon::Hurt];
        for (upto, icon) in icons.into_iter().enumerate() {
            let services = all[..=upto].iter().map(|mark| service(mark.word(), *mark)).collect();
            assert_eq!(said(services).icon, icon);
        }
    }

    #[test]
    fn five_are_named_and_the_rest_counted() {
        let mut services: Vec<ServiceState> = (0..7).map(|n| service(&format!("s{n}"), Mark::Problem)).collect();
        services.push(service("hurt", Mark::Hurt));
        services.push(service("fine", Mark::Healthy));
        let words = said(services);
        assert_eq!(words.sentence, "Production is hurt: hurt");
        assert_eq!(words.lines.len(), 5);
        assert_eq!(words.lines[0].text, "hurt: production is hurt");
        assert_eq!(words.lines[1].text, "s0: pipeline failed");
        assert_eq!(words.more.as_deref(), Some("4 more"));
        assert_eq!(words.detail.as_deref(), Some("9 services; 7 have a problem"));
    }

    #[test]
    fn of_several_production_environments_the_one_that_is_down_is_named() {
        let mut shop = service("shop", Mark::Hurt);
        for (name, health) in [("production-eu", Health::Healthy), ("production-us", Health::Down), ("staging", Health::Down)] {
            let config = EnvironmentConfig {
                name: name.to_owned(),
                provider: VendorId::new("heroku"),
                app: name.to_owned(),
                build_app: None,
                health_url: None,
                production: None,
                stage: None,
                watch_minutes: None,
            };
            shop.environments.push(Environment { health, ..Environment::unread(&config) });
        }
        let words = said(vec![shop]);
        assert_eq!(words.sentence, "Production is hurt: shop production-us");
        assert_eq!(words.lines[0].text, "shop: production is hurt: production-us");
    }

    #[test]
    fn what_a_person_knows_of_is_told_without_its_colour() {
        let config = EnvironmentConfig {
            name: "production".to_owned(),
            provider: VendorId::new("heroku"),
            app: "shop".to_owned(),
            build_app: None,
            health_url: None,
            production: None,
            stage: None,
            watch_minutes: None,
        };
        let at = slipway_domain::time::Time::from_unix(1_795_000_000);
        let environment = Environment { health: Health::Down, production: true, ..Environment::unread(&config) };
        let outage =
            serde_json::json!({"since": at, "process": "web", "failed": ["web"], "began_under": 7, "up_since": null, "ended_at": null});
        let environment = Environment { outage: serde_json::from_value(outage).expect("an outage"), ..environment };
        let hurt = |causes: Vec<String>| {
            let head = serde_json::json!({"id": "shop-1", "number": 1, "title": "Crashed", "opened_at": at,
                "acknowledged": {"by": "lena-h", "at": at, "causes": causes}});
            let environment = Environment { incident: serde_json::from_value(head).expect("a record"), ..environment.clone() };
            let mut shop = ServiceState { environments: vec![environment], ..service("shop", Mark::Hurt) };
            shop.alerts = slipway_domain::evidence::alerts::alerts(&shop);
            said(vec![shop])
        };
        assert_eq!(hurt(Vec::new()).icon, Icon::Hurt, "something else was acknowledged");
        let known = hurt(slipway_domain::incident::causes(&environment));
        assert_eq!((known.icon, known.sentence.as_str()), (Icon::Idle, "Production is hurt: shop"));
    }

    #[test]
    fn mute_and_quiet_hours_say_what_still_comes() {
        let silent = Silence::default();
        assert_eq!(silent.mute(), "Mute for 1 hour; production alerts still come");
        assert_eq!(silent.quiet(), "Quiet hours: off");
        let hours = QuietHours { on: true, ..QuietHours::default() };
        let said = |hours| Silence { muted_until: Some("15:40".into()), quiet_hours: Some(hours) };
        assert_eq!(said(hours).mute(), "Unmute (muted until 15:40)");
        assert_eq!(said(hours).quiet(), "Quiet hours 19:00 to 08:00: on");
        assert_eq!(said(QuietHours { weekends: true, ..hours }).quiet(), "Quiet hours 19:00 to 08:00 and weekends: on");
        assert_eq!(said(QuietHours { on: false, ..hours }).quiet(), "Quiet hours: off");
    }

    #[test]
    fn long_names_are_cut() {
        let words = said(vec![service(&"n".repeat(80), Mark::Waits), service("fine", Mark::Healthy)]);
        assert_eq!(words.lines[0].text.chars().count(), WIDTH);
        assert_eq!(words.more.as_deref(), Some("1 more healthy"));
        assert_eq!(words.detail.as_deref(), Some("2 services; 1 waits for you"));
    }
}
