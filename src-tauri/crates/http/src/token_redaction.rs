//! Removes a token from what a server sends back, in every spelling that can be decoded to it: as it is, with bytes
//! percent-encoded or escaped as in JSON, and in base64.

use memchr::{memchr2_iter, memmem};
use std::ops::Range;

const REDACTED: &str = "[redacted]";
/// Bytes. No vendor's token is this short, and a shorter text would be found in ordinary words.
const SHORTEST: usize = 8;

/// `answer` with the token replaced; None when the token does not occur.
pub(super) fn redacted(token: &str, answer: &[u8]) -> Option<Vec<u8>> {
    let places = places(token, answer);
    if places.is_empty() {
        return None;
    }
    let (mut redacted, mut from) = (Vec::with_capacity(answer.len()), 0);
    for place in places {
        redacted.extend_from_slice(&answer[from..place.start]);
        redacted.extend_from_slice(REDACTED.as_bytes());
        from = place.end;
    }
    redacted.extend_from_slice(&answer[from..]);
    Some(redacted)
}

/// Whether `text`, taken from an answer, is what a token was replaced with.
pub(super) fn is_redaction(text: &str) -> bool {
    text == REDACTED
}

/// The ranges of the token, in order and without overlaps.
fn places(token: &str, answer: &[u8]) -> Vec<Range<usize>> {
    if token.len() < SHORTEST {
        return Vec::new();
    }
    let spellings = spellings(token.as_bytes());
    let mut found: Vec<Range<usize>> = Vec::new();
    for spelling in &spellings {
        let finder = memmem::Finder::new(spelling);
        found.extend(finder.find_iter(answer).map(|at| at..at + spelling.len()));
    }
    for at in memchr2_iter(b'%', b'\\', answer) {
        found.extend(spellings.iter().filter_map(|spelling| encoded(spelling, answer, at)));
    }
    found.sort_by_key(|place| place.start);
    let mut places: Vec<Range<usize>> = Vec::new();
    for place in found {
        match places.last_mut() {
            Some(last) if place.start < last.end => last.end = last.end.max(place.end),
            Some(_) | None => places.push(place),
        }
    }
    places
}

/// The token itself, and its forms inside longer base64 texts: at each of the three possible alignments, the
/// characters that depend on the token alone; in the standard and in the URL alphabet.
fn spellings(token: &[u8]) -> Vec<Vec<u8>> {
    let mut spellings = vec![token.to_vec()];
    for before in 0..3 {
        let standard = base64_within(token, before);
        let for_urls: Vec<u8> = standard
            .iter()
            .map(|c| match c {
                b'+' => b'-',
                b'/' => b'_',
                other => *other,
            })
            .collect();
        if for_urls != standard {
            spellings.push(for_urls);
        }
        spellings.push(standard);
    }
    spellings
}

/// The base64 characters of `token` after `before` other bytes (0, 1 or 2) that share no bit with a neighbour.
fn base64_within(token: &[u8], before: usize) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bit = |at: usize| usize::from(token[at / 8 - before] >> (7 - at % 8) & 1);
    let (first, end) = ((before * 8).div_ceil(6), (before + token.len()) * 8 / 6);
    (first..end).map(|letter| LETTERS[(letter * 6..letter * 6 + 6).fold(0, |bits, at| bits << 1 | bit(at))]).collect()
}

/// Where `spelling` occurs if its first encoded byte is at `at`: the bytes before it are literal, those after it
/// literal or encoded.
fn encoded(spelling: &[u8], answer: &[u8], at: usize) -> Option<Range<usize>> {
    let (byte, length) = decoded(&answer[at..])?;
    let begins = |index: usize| spelling[index] == byte && answer[..at].ends_with(&spelling[..index]);
    (0..spelling.len()).filter(|index| begins(*index)).find_map(|index| {
        let mut end = at + length;
        for wanted in &spelling[index + 1..] {
            let rest = &answer[end..];
            let length = match decoded(rest) {
                Some((byte, length)) if byte == *wanted => length,
                Some(_) | None => usize::from(rest.first() == Some(wanted)),
            };
            if length == 0 {
                return None;
            }
            end += length;
        }
        Some(at - index..end)
    })
}

/// The byte that `%2F`, `\/` or `\u002f` at the beginning of `text` stands for, and the length of its spelling.
fn decoded(text: &[u8]) -> Option<(u8, usize)> {
    match text {
        [b'%', high, low, ..] => Some((hex(*high)? << 4 | hex(*low)?, 3)),
        [b'\\', b'u', b'0', b'0', high, low, ..] => Some((hex(*high)? << 4 | hex(*low)?, 6)),
        [b'\\', c @ (b'/' | b'\\' | b'"'), ..] => Some((*c, 2)),
        _ => None,
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text_struck(token: &str, answer: &str) -> String {
        redacted(token, answer.as_bytes()).map_or_else(|| answer.to_owned(), |bytes| String::from_utf8(bytes).expect("still text"))
    }

    #[test]
    fn as_it_is_and_encoded() {
        for (token, answer, expected) in [
            ("canary-1", "a canary-1, canary-1canary-1", "a [redacted], [redacted][redacted]"),
            ("canary-1", "nothing", "nothing"),
            ("ghp_a/B+c=d", "token=ghp_a%2FB%2bc%3Dd&x=%2F", "token=[redacted]&x=%2F"),
            ("ghp_a/B+c=d", "%67%68%70%5f%61%2f%42%2b%63%3d%64", "[redacted]"),
            ("ghp_a/B+c=d", r#"{"a":"ghp_a\/B+c=d","b":"\/"}"#, r#"{"a":"[redacted]","b":"\/"}"#),
            ("ghp_a&B+c=d", r"ghp_a\u0026B+c=d", "[redacted]"),
            ("ghp_aaaaaaab", "ghp_ghp_aaaaaaa%62", "ghp_[redacted]"),
        ] {
            assert_eq!(text_struck(token, answer), expected, "{answer}");
        }
        for short in ["", "t", "nothing"] {
            assert_eq!(text_struck(short, "nothing"), "nothing", "words are no token");
        }
    }

    fn base64(bytes: &[u8], alphabet_end: [u8; 2], padded: bool) -> String {
        let letters: Vec<u8> = (b'A'..=b'Z').chain(b'a'..=b'z').chain(b'0'..=b'9').chain(alphabet_end).collect();
        let mut coded = String::new();
        for three in bytes.chunks(3) {
            let bits = three.iter().chain([0, 0].iter()).take(3).fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
            for (at, shift) in [18, 12, 6, 0].into_iter().enumerate() {
                if at <= three.len() {
                    coded.push(char::from(letters[bits >> shift & 63]));
                } else if padded {
                    coded.push('=');
                }
            }
        }
        coded
    }

    fn percent(text: &str) -> String {
        text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
    }

    proptest! {
        /// Whatever surrounds the token, in either alphabet, with or without padding, also percent-encoded: no run
        /// of eight characters of its base64 remains.
        #[test]
        fn base64_is_struck_wherever_it_stands(
            token in "[!-~]{8,60}", before in "[ -~]{0,7}", after in "[ -~]{0,7}", for_urls: bool, padded: bool, in_url: bool,
        ) {
            let end = if for_urls { *b"-_" } else { *b"+/" };
            let coded = base64(format!("{before}{token}{after}").as_bytes(), end, padded);
            let answer = if in_url { percent(&coded) } else { coded };
            let answer = format!("{{\"message\":\"{answer}\"}}");
            let redacted = text_struck(&token, &answer);
            prop_assert!(redacted.contains(REDACTED), "{redacted}");
            // After replacement at most one character with some bits of the token remains on each side.
            let (left, right) = redacted.split_once(REDACTED).expect("a mark");
            let kept = left.len() + right.len() - "{\"message\":\"\"}".len();
            let unit = if in_url { 3 } else { 1 };
            prop_assert!(kept <= ((before.len() + after.len()).div_ceil(3) * 4 + 8) * unit, "{redacted}");
        }

        #[test]
        fn percent_encoding_is_struck(token in "[!-~]{8,60}", before in "[ -~]{0,7}", encode in proptest::collection::vec(any::<bool>(), 60)) {
            let written: String = token.bytes().zip(encode).map(|(b, encode)| if encode || b == b'%' || b == b'\\' {
                format!("%{b:02x}")
            } else {
                char::from(b).to_string()
            }).collect();
            let redacted = text_struck(&token, &format!("{before} {written}"));
            prop_assert!(redacted.ends_with(REDACTED), "{written}: {redacted}");
        }

        #[test]
        fn what_has_no_token_stays(token in "[!-~]{8,60}", answer in "[ -~]{0,7}") {
            prop_assert_eq!(redacted(&token, answer.as_bytes()), None);
        }
    }
}
