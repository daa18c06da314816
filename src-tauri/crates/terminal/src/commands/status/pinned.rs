//! What keeps an environment where it is, and what is released next if nobody does anything.

use crate::look::{Line, Tone};
use crate::safe_text::one_line;
use slipway_domain::environment::Environment;
use slipway_domain::humanize::{about, list, shell_word, span};
use slipway_domain::pin::{Carrier, OnItsWay, Pin, PinProgress};
use slipway_domain::shipment::Change;
use slipway_domain::time::Time;

/// The most things on their way that are named; `--json` has all.
const CARRIERS: usize = 5;

pub(super) fn lines(service: &str, environment: &Environment, now: Time) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(pin) = &environment.pin {
        lines.push(pinned(environment, pin, now));
        lines.extend(environment.pin_progress.as_ref().map(|progress| end(pin, progress)));
    }
    if let Some(way) = &environment.on_its_way {
        lines.extend(on_its_way(service, environment, way));
    }
    lines
}

fn pinned(environment: &Environment, pin: &Pin, now: Time) -> Line {
    let why = pin.reason.as_ref().map_or(String::new(), |reason| format!(": {}", one_line(reason)));
    let since = span(now.since(pin.at));
    let text = format!("  {} pinned to {} for {since} by {}{why}", environment.name, one_line(&pin.target.label), one_line(&pin.by));
    Line::of(&text, Tone::Warn)
}

fn end(pin: &Pin, progress: &PinProgress) -> Line {
    let stays = format!("    {} must stay out; ", pin.names());
    let text = match (&progress.offer, progress.revert) {
        (Some(offer), _) => format!("it may end: {offer}"),
        (None, Some(number)) if progress.reverts_all => format!("#{number} reverts all of it"),
        (None, Some(number)) => format!("#{number} may revert it"),
        (None, None) if progress.reverts_all => "it is reverted".to_owned(),
        (None, None) => "no revert is open".to_owned(),
    };
    Line::plain(&stays).and(&one_line(&text), Tone::Plain)
}

fn on_its_way(service: &str, environment: &Environment, way: &OnItsWay) -> Vec<Line> {
    let unread = match way.unread.is_empty() {
        true => String::new(),
        false => format!("; {} could not be read", one_line(&list(&way.unread))),
    };
    let Some(first) = way.carriers.first() else {
        if !way.unread.is_empty() {
            return vec![Line::of(&format!("    what is on its way to {} is not known{unread}", environment.name), Tone::Warn)];
        }
        let names = list(&way.bad.iter().map(Change::name).collect::<Vec<_>>());
        let text = format!("    nothing on its way to {} brings {} back, {} looked at", environment.name, one_line(&names), way.checked);
        return vec![Line::of(&text, Tone::Grey)];
    };
    let mut lines = vec![Line::of(&format!("    if you do nothing: {}{unread}", brings(first)), Tone::Warn)];
    lines.extend(way.carriers.iter().skip(1).take(CARRIERS - 1).map(|other| Line::plain(&format!("    then: {}", brings(other)))));
    if way.carriers.len() > CARRIERS {
        lines.push(Line::of(&format!("    and {} more", way.carriers.len() - CARRIERS), Tone::Grey));
    }
    if way.carriers.iter().any(|carrier| carrier.stop.is_some()) {
        let stop = format!("    stop it: slipway stop {} {}", shell_word(service), shell_word(&environment.name));
        lines.push(Line::plain(&stop));
    }
    lines
}

fn brings(carrier: &Carrier) -> String {
    let names = one_line(&list(&carrier.carries));
    let doubt = match (carrier.likely_reverted, carrier.known) {
        (true, _) => ", likely reverted",
        (false, false) => ", as far as it is known",
        (false, true) => "",
    };
    let when = match (&carrier.waits_for, carrier.ships_in_seconds) {
        (Some(waits), _) => format!("waits for {}", one_line(waits)),
        (None, Some(seconds)) => about(seconds as f64),
        (None, None) => "no estimate yet".to_owned(),
    };
    format!("{} brings {names} back{doubt}; {when}", one_line(&carrier.label))
}
