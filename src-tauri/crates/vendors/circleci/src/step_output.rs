//! Decodes step output while it arrives: `[{"message": "…", …}, …]`, of any length, in bounded memory.
//!
//! The array is never held as a whole: strings after a `message` key are decoded piece by piece into the tail.
//! Output that does not begin with `[` is plain text.

use slipway_http::Tail;
use slipway_vendor::LogText;

/// A message is passed on in pieces of about this many bytes.
const PIECE: usize = 64 << 10;

#[derive(Default)]
pub(super) struct LogStream {
    tail: Tail,
    form: Form,
    place: Place,
    /// The raw bytes of the string being read, without its quotes.
    token: Vec<u8>,
    /// Whether the next string is the value of a `message` key.
    is_message: bool,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Form {
    #[default]
    NotKnown,
    Json,
    Plain,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Place {
    #[default]
    Between,
    InString,
    /// After a backslash.
    Escaped,
    /// After a key `message` and before its colon.
    AfterMessageKey,
}

impl LogStream {
    pub(super) fn push(&mut self, piece: &[u8]) {
        if self.form == Form::NotKnown {
            let Some(first) = piece.iter().find(|b| !b.is_ascii_whitespace()) else {
                // This may be the beginning of plain text.
                let room = PIECE.saturating_sub(self.token.len()).min(piece.len());
                return self.token.extend_from_slice(&piece[..room]);
            };
            self.form = if *first == b'[' { Form::Json } else { Form::Plain };
            let before = std::mem::take(&mut self.token);
            if self.form == Form::Plain {
                self.tail.push(&before);
            }
        }
        match self.form {
            Form::Json => piece.iter().for_each(|byte| self.step(*byte)),
            Form::NotKnown | Form::Plain => self.tail.push(piece),
        }
    }

    pub(super) fn finish(mut self) -> LogText {
        if self.is_message {
            // The answer ended within a message; the part that arrived is shown.
            self.flush();
        }
        self.tail.finish()
    }

    fn step(&mut self, byte: u8) {
        match (self.place, byte) {
            (Place::InString, b'"') => self.end_string(),
            (Place::InString, b'\\') => {
                self.token.push(byte);
                self.place = Place::Escaped;
            }
            (Place::InString, _) => {
                self.token.push(byte);
                // Only before an ASCII byte, so that no character or pair of escapes is split.
                if self.token.len() > PIECE && byte.is_ascii() {
                    self.bound_token();
                }
            }
            (Place::Escaped, _) => {
                self.token.push(byte);
                self.place = Place::InString;
                if self.token.len() > PIECE && byte == b'n' {
                    self.bound_token();
                }
            }
            (Place::AfterMessageKey, b':') => {
                self.is_message = true;
                self.place = Place::Between;
            }
            (Place::Between | Place::AfterMessageKey, b'"') => self.place = Place::InString,
            (Place::Between, b',' | b'}' | b'{' | b'[' | b']') => self.is_message = false,
            (Place::Between | Place::AfterMessageKey, _) => {}
        }
    }

    fn end_string(&mut self) {
        self.place = Place::Between;
        if self.is_message {
            self.flush();
            self.is_message = false;
        } else if self.token == b"message" {
            self.place = Place::AfterMessageKey;
        }
        self.token.clear();
    }

    /// Bounds the memory for a long string: a message is passed on to the tail, any other string is dropped.
    fn bound_token(&mut self) {
        if !self.is_message {
            self.token.truncate(PIECE);
        } else if !ends_within_escape(&self.token) {
            self.flush();
            self.token.clear();
        }
    }

    fn flush(&mut self) {
        let mut quoted = Vec::with_capacity(self.token.len() + 2);
        quoted.push(b'"');
        quoted.extend_from_slice(&self.token);
        quoted.push(b'"');
        match serde_json::from_slice::<String>(&quoted) {
            Ok(text) => self.tail.push(text.as_bytes()),
            Err(_) => self.tail.push(&self.token),
        }
    }
}

/// Whether the last six bytes contain the beginning of `\uXXXX`, which may be half of a pair.
fn ends_within_escape(token: &[u8]) -> bool {
    token[token.len().saturating_sub(6)..].windows(2).any(|pair| pair == b"\\u")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, piece: usize) -> String {
        let mut log = LogStream::default();
        text.as_bytes().chunks(piece).for_each(|piece| log.push(piece));
        log.finish().text
    }

    #[test]
    fn forms() {
        assert_eq!(read("  just text\n", 3), "  just text\n".trim_start_matches("  ").replace("just", "  just"));
        assert_eq!(
            read(r#"[{"message":"a\n","type":"out","time":"message"},{"type":"message","message" : "b\u001b[0m\ud83d\ude80"}]"#, 1),
            "a\nb\u{1b}[0m🚀"
        );
        assert_eq!(read(r#"[{"message":null,"x":"no"},{"message":"yes"}]"#, 5), "yes");
        assert_eq!(read(r#"[{"message":"cut sho"#, 4), "cut sho");
        assert_eq!(read("", 1), "");
    }

    #[test]
    fn a_line_of_ten_megabytes_keeps_its_end() {
        let line = "😀é\n\"\\".repeat(1_200_000);
        let text = serde_json::to_string(&serde_json::json!([{ "message": line }])).unwrap();
        let mut log = LogStream::default();
        text.as_bytes().chunks(7001).for_each(|piece| log.push(piece));
        assert!(log.token.len() < 2 * PIECE);
        let log = log.finish();
        assert!(log.cut > 0 && log.text.len() <= 5 << 20 && line.ends_with(&log.text));
    }

    proptest! {
        #[test]
        fn any_messages_in_any_pieces(messages in proptest::collection::vec(any::<String>(), 0..8), piece in 1usize..40) {
            let array: Vec<_> = messages.iter().map(|m| serde_json::json!({ "type": "message", "message": m, "n": [1] })).collect();
            prop_assert_eq!(read(&serde_json::to_string(&array).unwrap(), piece), messages.concat());
        }

        #[test]
        fn any_bytes_cut_anywhere_read_the_same(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"[]{}\" \n\\:,u0d83".to_vec())], 0..80),
            message in any::<bool>(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        ) {
            let bytes = if message { [br#"[{"message":""#, &bytes[..]].concat() } else { bytes };
            let whole = { let mut log = LogStream::default(); log.push(&bytes); log.finish().text };
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).chain([0, bytes.len()]).collect();
            cuts.sort_unstable();
            let mut log = LogStream::default();
            cuts.windows(2).for_each(|pair| log.push(&bytes[pair[0]..pair[1]]));
            prop_assert_eq!(log.finish().text, whole);
        }
    }
}
