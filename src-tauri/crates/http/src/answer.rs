//! The answer to one request, read as JSON.

use super::account::AccountClient;
use super::cache::CachedAnswer;
use super::messages;
use crate::error::{ReadError, SendError};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

/// Most elements that one list in an answer may have. No vendor sends more than 1,000 at a time. A longer list is
/// refused as a whole, because cutting it could drop an element that failed.
const LONGEST_LIST: usize = 10_000;

/// A complete answer with a 2xx status, or with one of the statuses that the call allows.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Where the answer is cached for conditional requests once its body has been decoded.
    pub slot: Option<Slot>,
    pub account: AccountClient,
}

/// An entry of the account's cache that is filled after the body has been decoded.
#[derive(Clone)]
pub struct Slot {
    pub account: AccountClient,
    pub key: String,
}

impl Slot {
    pub fn keep(self, status: StatusCode, headers: &HeaderMap, body: &Bytes) {
        if let Some(kept) = CachedAnswer::new(status, headers, body) {
            self.account.keep(self.key, kept);
        }
    }
}

impl Answer {
    /// For a status that the caller allowed: the error that it would have been otherwise.
    pub fn unanswered(&self) -> ReadError {
        ReadError::Unreachable(messages::answered(self.account.title(), self.status, None))
    }

    /// Decodes the body as JSON. An answer is cached for conditional requests only after that succeeded.
    pub fn decode<T: DeserializeOwned>(self) -> Result<T, ReadError> {
        let who = self.account.title();
        if longest_list(&self.body) > LONGEST_LIST {
            return Err(ReadError::Garbled(messages::too_many(who, LONGEST_LIST)));
        }
        let value = serde_json::from_slice(&self.body).map_err(|error| ReadError::Garbled(messages::garbled(who, &error)))?;
        if let Some(slot) = self.slot {
            slot.keep(self.status, &self.headers, &self.body);
        }
        Ok(value)
    }

    /// As [`Self::decode`], but never cached: the body holds something that must not be kept.
    pub fn decode_once<T: DeserializeOwned>(self) -> Result<T, ReadError> {
        Self { slot: None, ..self }.decode()
    }

    /// As [`Self::decode`], for the answer to a write: if it cannot be decoded, the write may have happened.
    pub fn decode_sent<T: DeserializeOwned>(self) -> Result<T, SendError> {
        serde_json::from_slice(&self.body).map_err(|error| SendError::Lost(messages::garbled(self.account.title(), &error)))
    }
}

/// The number of elements in the longest list of a JSON text. The text need not be valid JSON.
fn longest_list(json: &[u8]) -> usize {
    // For each open list or object: the number of commas so far, and whether it is a list.
    let mut open: Vec<(usize, bool)> = Vec::new();
    let (mut longest, mut in_string, mut escaped) = (0, false, false);
    for byte in json {
        match (in_string, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_string = !in_string,
            (true, _) => {}
            (false, b'[' | b'{') => open.push((0, *byte == b'[')),
            (false, b']' | b'}') => drop(open.pop()),
            (false, b',') => {
                if let Some((commas, true)) = open.last_mut() {
                    *commas += 1;
                    longest = longest.max(*commas + 1);
                }
            }
            (false, _) => {}
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lists_are_counted_and_nothing_else() {
        for (json, longest) in [
            ("[]", 0),
            ("[1]", 0),
            ("[1,2]", 2),
            (r#"{"a":1,"b":2,"c":[",,,",{"d":"\",[1,2","e":0,"f":1}]}"#, 2),
            ("[[1,2,3],[1,2],[1]]", 3),
            ("]]]}}}[1,2", 2),
            (r#"["a,b\\",1,2]"#, 3),
        ] {
            assert_eq!(longest_list(json.as_bytes()), longest, "{json}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_counted(bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"[]{},\"\\".to_vec())], 0..300)) {
            prop_assert!(longest_list(&bytes) <= bytes.len());
        }
    }
}
