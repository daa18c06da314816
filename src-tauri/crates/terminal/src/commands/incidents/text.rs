//! Records for people.

use crate::look::Line;
use crate::look::when::Clock;
use crate::safe_text::one_line;
use slipway_domain::humanize::{about, span};
use slipway_domain::incident::{Decision, IncidentEntry, IncidentSummary, IncidentView};

/// Seconds between when it happened and when it was recorded from which on both are told.
const APART: f64 = 60.0;

pub(super) fn list(records: &[&IncidentSummary], clock: &Clock) -> Vec<Line> {
    records.iter().map(|record| Line::plain(&of_list(record, clock))).collect()
}

/// `32  storefront production: Crashed after v1847  (today, 7 min hurt)`
fn of_list(record: &IncidentSummary, clock: &Clock) -> String {
    let state = if record.asks {
        "open, nothing for a day: is it over?"
    } else if record.open {
        "open"
    } else {
        "closed"
    };
    let hurt = match (record.hurt_since, record.hurt_seconds) {
        (_, Some(seconds)) => format!("hurt {}", span(seconds)),
        (Some(since), None) if record.open => format!("hurt since {}", clock.when(since)),
        (Some(_), None) => "hurt, for how long is not known".to_owned(),
        (None, None) => "not hurt".to_owned(),
    };
    let (service, environment, title) = (one_line(&record.service), one_line(&record.environment), one_line(&record.title));
    format!("{:>4}  {service} {environment}: {title}  ({state}, {}, {hurt})", record.number, clock.when(record.opened_at))
}

pub(super) fn record(view: &IncidentView, clock: &Clock) -> Vec<Line> {
    let incident = &view.incident;
    let (service, environment) = (one_line(&incident.service), one_line(&incident.environment));
    let mut lines = vec![Line::plain(&format!("Incident {}: {}", incident.number, one_line(&incident.title)))];
    let mut say = |text: String| lines.push(Line::plain(&text));
    say(format!("{service} {environment}, opened {}", clock.when(incident.opened_at)));
    say(match &incident.close {
        Some(close) => {
            let by = close.by.as_ref().map_or_else(|| "by itself".to_owned(), |by| format!("by {}", one_line(by)));
            format!("closed {} {by}: {}", clock.when(close.at), one_line(&close.reason))
        }
        None if incident.asks_since.is_some() => {
            format!("open; nothing for a day. Is it over? slipway incidents close {} --reason TEXT", incident.number)
        }
        None => "open".to_owned(),
    });
    let known = |seconds: Option<f64>| seconds.map_or_else(|| "not known".to_owned(), span);
    let times = &view.times;
    let [detect, decide, recover, total] = [times.detect, times.decide, times.recover, times.total].map(known);
    say(format!("detected in {detect}, decided in {decide}, recovered in {recover}, in all {total}"));
    if let Some(said) = &incident.acknowledged {
        say(format!("acknowledged by {} {}", one_line(&said.by), clock.when(said.at)));
    }
    if let Some(cause) = &incident.cause {
        say(format!("cause: {}", one_line(cause)));
    }
    incident.decision.iter().flat_map(|decision| decided(decision, clock)).for_each(&mut say);
    if !incident.left.is_empty() {
        let names: Vec<String> = incident.left.iter().map(|left| left.change.name()).collect();
        say(format!("left {environment}: {}", one_line(&names.join(", "))));
    }
    lines.extend(view.timeline.iter().map(|entry| of_entry(entry, clock)));
    match view.log_count {
        0 => {}
        1 => lines.push(Line::plain("1 more entry is in the log")),
        more => lines.push(Line::plain(&format!("{more} more entries are in the log"))),
    }
    lines
}

fn decided(decision: &Decision, clock: &Clock) -> Vec<String> {
    let reason = decision.reason.as_ref().map_or(String::new(), |reason| format!(": {}", one_line(reason)));
    let mut lines = vec![format!("decided at {} by {}{reason}", clock.second(decision.at), one_line(&decision.by))];
    lines.extend(decision.options.iter().map(|option| {
        let estimate = option.estimate_seconds.map_or_else(|| "time not known then".to_owned(), about);
        let took = option.took_seconds.map_or(String::new(), |took| format!(", took {}", span(took)));
        let chosen = if option.chosen { " (chosen)" } else { "" };
        format!("  {}{chosen}: {estimate}{took}", one_line(&option.text))
    }));
    lines
}

fn of_entry(entry: &IncidentEntry, clock: &Clock) -> Line {
    let until = if entry.count > 1 { format!(", ×{} until {}", entry.count, clock.second(entry.last_at)) } else { String::new() };
    let recorded = entry.recorded_at.since(entry.happened_at).abs() > APART;
    let recorded = if recorded { format!(", recorded {}", clock.second(entry.recorded_at)) } else { String::new() };
    let edited = if entry.edits.is_empty() { "" } else { ", corrected" };
    let who = one_line(entry.who.as_deref().unwrap_or(&entry.source));
    Line::plain(&format!("{}  {}{until}  ({who}{recorded}{edited})", clock.second(entry.happened_at), one_line(&entry.text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;
    use slipway_domain::time::Time;

    fn clock() -> Clock {
        Clock { now: Time::parse("2026-11-23T16:00:00Z").expect("a time"), zone: TimeZone::UTC }
    }

    fn text(lines: &[Line]) -> String {
        lines.iter().map(Line::text).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_record_says_what_is_known_and_what_is_not() {
        let document = include_str!("../../../schema/golden/incident.json");
        let mut view: IncidentView = serde_json::from_str(document).expect("a record");
        view.timeline[1].text = "web.3 \u{1b}[31mcrashed".to_owned();
        let printed = text(&record(&view, &clock()));
        for part in [
            "Incident 32: Crashed after v1847\nstorefront production, opened 1 h ago",
            "closed 36 min ago by itself: v1851 is live",
            "detected in 58 s, decided in 6 min, recovered in 41 s, in all 8 min",
            "  Roll back to v1846 (chosen): about 40 s, took 41 s\n  Do nothing: Pipeline #3129 releases it again: time not known then",
            "14:40:12  web.3 ␛[31mcrashed, ×14 until 14:46:00  (Heroku)",
            "14:46:21  Chose to roll back to v1846  (lena-h, corrected)",
            "212 more entries are in the log",
        ] {
            assert!(printed.contains(part), "{part}\n{printed}");
        }
        view.times.decide = None;
        assert!(text(&record(&view, &clock())).contains("decided in not known"));
    }

    #[test]
    fn a_list_tells_open_from_closed_and_hurt_from_not() {
        let document: serde_json::Value = serde_json::from_str(include_str!("../../../schema/golden/incidents.json")).expect("JSON");
        let closed: IncidentSummary = serde_json::from_value(document["incidents"][0].clone()).expect("a record");
        let asks = IncidentSummary { open: true, closed_at: None, asks: true, hurt_since: None, hurt_seconds: None, ..closed.clone() };
        let open = IncidentSummary { open: true, closed_at: None, hurt_seconds: None, ..closed.clone() };
        let printed = text(&list(&[&asks, &open, &closed], &clock()));
        let expected = "  32  storefront production: Crashed after v1847  (open, nothing for a day: is it over?, 1 h ago, not hurt)\n  \
            32  storefront production: Crashed after v1847  (open, 1 h ago, hurt since 1 h ago)\n  \
            32  storefront production: Crashed after v1847  (closed, 1 h ago, hurt 7 min)";
        assert_eq!(printed, expected);
    }
}
