//! The errors that Heroku itself writes to an app's log: nothing else tells of them.
//!
//! `POST /apps/{app}/log-sessions` makes a link to the log and changes nothing about the app, so it is a read, also for
//! an account that is read-only. The link is fetched without credentials. Lines are looked at as they come and not
//! kept: of one that counts, its code and its time are, and the code's own words, so nothing that an app prints is
//! shown or stored.

use super::client::{ACCEPT, Heroku};
use super::{map, token_access, wire};
use http::{HeaderMap, Method, header};
use serde::Serialize;
use slipway_domain::time::Time;
use slipway_domain::watch::{PlatformError, PlatformLog};
use slipway_http::Call;
use slipway_vendor::ReadError;
use std::collections::BTreeMap;
use std::time::Duration;

/// All that Logplex keeps of an app.
const LINES: u32 = 1500;
const PATIENCE: Duration = Duration::from_secs(10);
/// What comes after so many bytes is not looked at.
const LARGEST: usize = 16 << 20;
/// Logplex cuts lines at 10,000 bytes.
const LONGEST_LINE: usize = 16 << 10;
/// Codes that say that an app crashed or does not fit (Dev Center, "Heroku error codes").
const CODES: [(&str, &str); 4] =
    [("H10", "App crashed"), ("H14", "No web dynos running"), ("R14", "Memory quota exceeded"), ("R15", "Memory quota vastly exceeded")];

pub(super) async fn recent_errors(heroku: &Heroku, app: &str) -> Result<PlatformLog, ReadError> {
    #[derive(Serialize)]
    struct Wanted {
        lines: u32,
        tail: bool,
    }
    let of_app = |error| token_access::of_app(app, error);
    let facts: wire::App = heroku.get(&["apps", app]).await.map_err(of_app)?.decode()?;
    if facts.generation.and_then(|generation| generation.name).as_deref() == Some("fir") {
        let why = "apps of the Fir generation have no log history to read".to_owned();
        return Ok(PlatformLog { not_told: Some(why), ..PlatformLog::default() });
    }
    let call = Call::write(Method::POST, heroku.url(&["apps", app, "log-sessions"]), &Wanted { lines: LINES, tail: false });
    let session: wire::LogSession = heroku.account.read(call.header(header::ACCEPT, ACCEPT)).await.map_err(of_app)?.decode()?;
    let url = session.logplex_url.ok_or_else(|| ReadError::Garbled("Heroku's log session has no link".to_owned()))?;
    let mut lines = Lines::default();
    let fetched = heroku.account.fetch_with(&url, HeaderMap::new(), |_, piece| lines.push(piece));
    match tokio::time::timeout(PATIENCE, fetched).await {
        Ok(result) => drop(result?),
        // What came in time is as true as the rest.
        Err(_) if lines.read > 0 => {}
        Err(_) => return Err(ReadError::Late(format!("Heroku's log was not read within {} s", PATIENCE.as_secs()))),
    }
    lines.line();
    Ok(PlatformLog { errors: lines.errors.into_values().collect(), ..PlatformLog::default() })
}

/// Finds errors in a log that comes in pieces.
#[derive(Default)]
struct Lines {
    read: usize,
    /// A line that is not complete yet.
    rest: Vec<u8>,
    errors: BTreeMap<&'static str, PlatformError>,
}

impl Lines {
    fn push(&mut self, piece: &[u8]) {
        let left = LARGEST.saturating_sub(self.read);
        let piece = &piece[..piece.len().min(left)];
        self.read += piece.len();
        for byte in piece {
            match byte {
                b'\n' => self.line(),
                _ if self.rest.len() < LONGEST_LINE => self.rest.push(*byte),
                _ => {}
            }
        }
    }

    fn line(&mut self) {
        let line = std::mem::take(&mut self.rest);
        let Some((code, text, at)) = error(&String::from_utf8_lossy(&line)) else { return };
        let found = PlatformError { code: code.to_owned(), text: text.to_owned(), at, last_at: at, count: 0 };
        let error = self.errors.entry(code).or_insert(found);
        (error.at, error.last_at, error.count) = (error.at.min(at), error.last_at.max(at), error.count + 1);
    }
}

/// `2026-11-23T14:39:58.123456+00:00 heroku[router]: at=error code=H10 desc="App crashed" …` and
/// `… heroku[web.1]: Error R14 (Memory quota exceeded)`. What the app prints begins with `app[`.
fn error(line: &str) -> Option<(&'static str, &'static str, Time)> {
    let (at, rest) = line.trim().split_once(' ')?;
    let (source, words) = rest.strip_prefix("heroku[")?.split_once("]: ")?;
    let code = match source {
        "router" => words.strip_prefix("at=error ")?.split(' ').find_map(|word| word.strip_prefix("code="))?,
        _ => words.strip_prefix("Error ")?.split(' ').next()?,
    };
    let (code, text) = CODES.iter().find(|(known, _)| *known == code)?;
    Some((code, text, map::time(Some(at))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(log: &str, piece: usize) -> Vec<(String, u64, String, String)> {
        let mut lines = Lines::default();
        log.as_bytes().chunks(piece).for_each(|piece| lines.push(piece));
        lines.line();
        let of = |error: PlatformError| (error.code, error.count, error.at.to_string(), error.last_at.to_string());
        lines.errors.into_values().map(of).collect()
    }

    #[test]
    fn the_platforms_own_errors_are_found_and_nothing_that_an_app_prints() {
        let log = "2026-11-23T14:39:58.000000+00:00 heroku[router]: at=error code=H10 desc=\"App crashed\" method=GET path=\"/?key=secret\"\n\
            2026-11-23T14:40:01.000000+00:00 app[web.1]: heroku[router]: at=error code=H14 desc=\"No web dynos running\"\n\
            2026-11-23T14:40:02.000000+00:00 heroku[router]: at=info method=GET path=\"/code=H14\" status=200\n\
            2026-11-23T14:40:03.000000+00:00 heroku[worker.1]: Error R14 (Memory quota exceeded)\n\
            2026-11-23T14:40:04.000000+00:00 heroku[web.1]: Process exited with status 1\n\
            not a line of a log\n\
            2026-11-23T14:41:00.000000+00:00 heroku[router]: at=error code=H10 desc=\"App crashed\" method=GET path=\"/\"\n\
            2026-11-23T14:41:01.000000+00:00 heroku[router]: at=error code=H12 desc=\"Request timeout\"";
        let expected = [
            ("H10".to_owned(), 2, "2026-11-23T14:39:58Z".to_owned(), "2026-11-23T14:41:00Z".to_owned()),
            ("R14".to_owned(), 1, "2026-11-23T14:40:03Z".to_owned(), "2026-11-23T14:40:03Z".to_owned()),
        ];
        for piece in [1, 7, 100_000] {
            assert_eq!(found(log, piece), expected, "in pieces of {piece}");
        }
    }

    #[test]
    fn a_log_without_end_is_not_kept() {
        let mut lines = Lines::default();
        for _ in 0..40 {
            lines.push(&vec![b'x'; 1 << 20]);
        }
        assert!(lines.rest.len() <= LONGEST_LINE && lines.read == LARGEST);
    }
}
