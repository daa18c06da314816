//! Texts for people. None contains a body, the query of a URL or a token.

use super::exchange::Fault;
use super::secret::Secret;
use super::text::one_line;
use http::StatusCode;
use serde_json::Value;
use slipway_domain::time::Time;

/// The message in an error body, on one line; None when there is none that can be read.
pub(crate) fn vendor_message(body: &[u8], secret: &Secret) -> Option<String> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let said = ["message", "error_description", "error"].iter().find_map(|key| value.get(key)?.as_str());
    let mut text = said?.to_owned();
    // Some vendors give the reason in `errors`.
    for error in value.get("errors").and_then(Value::as_array).into_iter().flatten().take(3) {
        if let Some(detail) = error.as_str().or_else(|| error.get("message")?.as_str()) {
            text = format!("{text}: {detail}");
        }
    }
    let text = one_line(&text, secret);
    (!text.is_empty()).then_some(text)
}

pub(crate) fn answered(who: &str, status: StatusCode, message: Option<&str>) -> String {
    match message {
        Some(message) => format!("{} answered {}: {message}", who, status.as_u16()),
        None => format!("{} answered {}", who, status.as_u16()),
    }
}

pub(crate) fn garbled(who: &str, error: &serde_json::Error) -> String {
    // Only the category and the position, because serde's own text quotes the body.
    let what = match error.classify() {
        serde_json::error::Category::Io | serde_json::error::Category::Syntax => "is not JSON",
        serde_json::error::Category::Data => "is not of the documented form",
        serde_json::error::Category::Eof => "is cut short",
    };
    format!("{}'s answer {what} (line {}, column {})", who, error.line(), error.column())
}

pub(crate) fn too_many(who: &str, most: usize) -> String {
    format!("{}'s answer has a list of more than {most}; it was not read", who)
}

pub(crate) fn fault(who: &str, fault: Fault) -> String {
    match fault {
        Fault::NoConnection => format!("{who} cannot be reached: no connection could be made"),
        Fault::Proxy(proxy) => proxy.words(who),
        Fault::Certificate => format!(
            "{who}'s certificate is not trusted; nothing was sent. If your network has authorities of its own, name their PEM file in SLIPWAY_CA_BUNDLE"
        ),
        Fault::Timeout => format!("{who} did not answer in time"),
        Fault::Broken => format!("The connection to {who} broke before the answer was complete"),
        Fault::TooLarge => format!("{who}'s answer is larger than {} MB", super::exchange::LARGEST_BODY >> 20),
        Fault::Unsendable => format!("The request to {who} could not be built"),
    }
}

/// The date is given unless it is today; for a wait of more than an hour the text says how it is checked.
pub(crate) fn silent_until(who: &str, until: Time, now: Time) -> String {
    let told = format!("{} asked to wait until {}", who, clock(until, now));
    if until.since(now) <= super::limits::LONG {
        return told;
    }
    format!("{told}. Once an hour Slipway asks whether that still holds; testing the account asks at once")
}

pub(crate) fn redirect(who: &str) -> String {
    format!("{} redirected the request; it was not followed. The repository or host may have moved", who)
}

fn clock(at: Time, now: Time) -> String {
    let day = |time: Time| time.0.strftime("%Y-%m-%d").to_string();
    let form = if day(at) == day(now) { "%H:%M:%S UTC" } else { "%H:%M:%S UTC on %-d %B %Y" };
    at.0.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{LONGEST, plain};

    #[test]
    fn messages_are_one_line_and_redacted() {
        let secret = Secret::new("canary-1");
        let body = br#"{"message":"Bad\n\u001b[31m canary-1 token","errors":[{"message":"No commits"},"x"]}"#;
        assert_eq!(vendor_message(body, &secret).unwrap(), "Bad [31m [redacted] token: No commits: x");
        let body = br#"{"message":"you sent QmVhcmVyIGNhbmFyeS0x"}"#;
        assert!(vendor_message(body, &secret).unwrap().starts_with("you sent QmVhcmVyIG[redacted]"));
        assert_eq!(vendor_message(b"<html>canary-1</html>", &secret), None);
        assert_eq!(plain("a\u{202e}b\u{7}\r\n c"), "a b c");
        assert_eq!(one_line(&"é".repeat(400), &secret).chars().count(), LONGEST + 1);
        let error = serde_json::from_str::<Vec<u8>>("{\"secret\": 1}").unwrap_err();
        assert!(!garbled("Example", &error).contains("secret"));
    }
}
