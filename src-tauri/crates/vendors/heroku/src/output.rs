//! The output of a build or a release phase, during it and after it.
//!
//! `output_stream_url` is a signed link to a text that stays open until it is complete. Reading is resumed with
//! `Range: bytes=N-`, or with `Last-Event-Id` where it is a stream of events (Dev Center, "Build and release using
//! the API").

use super::client::Heroku;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use slipway_http::{Fetched, LONGEST_LOG};
use slipway_vendor::{OutputAt, OutputPart, ReadError};
use std::time::Duration;

/// How long one call waits for more output of an open stream.
const LISTEN: Duration = Duration::from_millis(2500);
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

pub(super) async fn read(heroku: &Heroku, url: &str, at: &OutputAt) -> Result<OutputPart, ReadError> {
    let mut stream = Stream { at: at.clone(), ..Stream::default() };
    let headers = resume(at);
    let done = {
        let began = |fetched: &Fetched| stream_begins(fetched, at);
        let mut form = None;
        let take = |fetched: &Fetched, piece: &[u8]| {
            let form = form.get_or_insert_with(|| began(fetched));
            stream.push(form, piece);
        };
        tokio::time::timeout(LISTEN, heroku.account.fetch_with(url, headers, take)).await
    };
    match done {
        // Nothing was added after the known part.
        Ok(Ok(fetched)) if fetched.status == 416 => Ok(OutputPart { text: String::new(), at: at.clone(), over: true }),
        Ok(Ok(_)) => Ok(stream.part(true)),
        // The link works only once something was printed.
        Ok(Err(ReadError::NotFound(_))) if at.bytes == 0 => {
            Err(ReadError::NotFound("Nothing was printed yet, or the output is gone".to_owned()))
        }
        Ok(Err(error)) if stream.text.is_empty() => Err(error),
        // The stream stays open while the command runs; the output so far is the answer.
        Ok(Err(_)) | Err(_) => Ok(stream.part(false)),
    }
}

fn resume(at: &OutputAt) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Some(event) = at.event.as_ref().and_then(|event| HeaderValue::from_str(event).ok()) {
        headers.insert(LAST_EVENT_ID, event);
    } else if at.bytes > 0
        && let Ok(range) = HeaderValue::from_str(&format!("bytes={}-", at.bytes))
    {
        headers.insert(header::RANGE, range);
    }
    headers
}

/// How the bytes are decoded.
#[derive(Debug, PartialEq, Eq)]
enum Form {
    /// Plain text, of which this many bytes are known already.
    Text {
        known: u64,
    },
    Events,
}

fn stream_begins(fetched: &Fetched, at: &OutputAt) -> Form {
    match fetched.event_stream {
        true => Form::Events,
        // A host without support for ranges sends the text from its beginning.
        false if fetched.status != 206 => Form::Text { known: at.bytes },
        false => Form::Text { known: 0 },
    }
}

#[derive(Default)]
struct Stream {
    text: Vec<u8>,
    at: OutputAt,
    /// An event line that is not complete yet.
    line: Vec<u8>,
}

impl Stream {
    fn push(&mut self, form: &mut Form, piece: &[u8]) {
        match form {
            Form::Text { known } => {
                let skip = usize::try_from(*known).unwrap_or(usize::MAX).min(piece.len());
                *known -= skip as u64;
                self.at.bytes += (piece.len() - skip) as u64;
                self.keep(&piece[skip..]);
            }
            Form::Events => {
                for byte in piece {
                    if *byte == b'\n' {
                        self.event_line();
                    } else if self.line.len() < LONGEST_LOG {
                        self.line.push(*byte);
                    }
                }
            }
        }
    }

    /// `id: …` and `data: …`; all other lines carry no text.
    fn event_line(&mut self) {
        let line = String::from_utf8_lossy(&self.line).trim_end_matches('\r').to_owned();
        self.line.clear();
        if let Some(id) = line.strip_prefix("id:") {
            self.at.event = Some(id.trim().to_owned());
        } else if let Some(data) = line.strip_prefix("data:") {
            let data = data.strip_prefix(' ').unwrap_or(data);
            self.at.bytes += data.len() as u64 + 1;
            self.keep(data.as_bytes());
            self.keep(b"\n");
        }
    }

    /// The newest 5 MB.
    fn keep(&mut self, piece: &[u8]) {
        self.text.extend_from_slice(piece);
        if self.text.len() > 2 * LONGEST_LOG {
            self.text.drain(..self.text.len() - LONGEST_LOG);
        }
    }

    fn part(mut self, over: bool) -> OutputPart {
        if !over {
            // A character that is cut by the deadline is read again by the next part.
            let whole = whole_characters(&self.text);
            self.at.bytes -= (self.text.len() - whole) as u64;
            self.text.truncate(whole);
        }
        OutputPart { text: String::from_utf8_lossy(&self.text).into_owned(), at: self.at, over }
    }
}

/// The number of bytes before an incomplete character.
fn whole_characters(bytes: &[u8]) -> usize {
    let unfinished = |length: &usize| {
        let end = &bytes[bytes.len().saturating_sub(*length)..];
        matches!(std::str::from_utf8(end), Err(error) if error.valid_up_to() == 0 && error.error_len().is_none())
    };
    bytes.len() - (1..=3.min(bytes.len())).find(unfinished).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// However the stream arrives and wherever it stops: after resuming, every byte was returned once.
        #[test]
        fn parts_together_are_the_whole(
            text in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select("é👩‍👩\r\n: d".as_bytes().to_vec())], 0..60),
            stops in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        ) {
            let mut stops: Vec<usize> = stops.iter().map(|stop| stop.index(text.len() + 1)).collect();
            stops.sort_unstable();
            let (mut told, mut at) = (String::new(), OutputAt::default());
            for stop in stops {
                let known = at.bytes;
                if stop as u64 >= known {
                    let part = read(Form::Text { known }, at.clone(), &[&text[..stop]], false);
                    told += &part.text;
                    at = part.at;
                }
            }
            let known = at.bytes;
            let part = read(Form::Text { known }, at, &[&text], true);
            prop_assert_eq!(part.at.bytes, text.len() as u64);
            prop_assert_eq!(told + &part.text, String::from_utf8_lossy(&text));
        }

        #[test]
        fn any_events_in_any_pieces(bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"id: data:\r\n".to_vec())], 0..80),
            cut in any::<prop::sample::Index>()) {
            let (first, second) = bytes.split_at(cut.index(bytes.len() + 1));
            let (whole, parts) = (read(Form::Events, OutputAt::default(), &[&bytes], true), read(Form::Events, OutputAt::default(), &[first, second], true));
            prop_assert_eq!((whole.text, whole.at), (parts.text, parts.at));
        }
    }

    fn read(form: Form, at: OutputAt, pieces: &[&[u8]], over: bool) -> OutputPart {
        let mut stream = Stream { at, ..Stream::default() };
        let mut form = form;
        pieces.iter().for_each(|piece| stream.push(&mut form, piece));
        stream.part(over)
    }

    #[test]
    fn text_goes_on_where_it_stopped() {
        let first = read(Form::Text { known: 0 }, OutputAt::default(), &[b"one\n", "tw\u{f6}".as_bytes().split_at(3).0], false);
        assert_eq!((first.text.as_str(), first.at.bytes, first.over), ("one\ntw", 6, false));
        let fetched = |status, event_stream| Fetched { status, event_stream };
        assert_eq!(stream_begins(&fetched(206, false), &first.at), Form::Text { known: 0 });
        let again = stream_begins(&fetched(200, false), &first.at);
        let rest = read(again, first.at.clone(), &["one\ntw\u{f6}\n".as_bytes()], true);
        assert_eq!((rest.text.as_str(), rest.at.bytes), ("\u{f6}\n", 9));
        assert_eq!(resume(&first.at)[header::RANGE], "bytes=6-");
    }

    #[test]
    fn events_are_lines_and_the_last_id_resumes() {
        let part = read(Form::Events, OutputAt::default(), &[b"id: 7\ndata: -----> Bui", b"lding\r\n\n:beat\nid: 8\ndata:done\n"], true);
        assert_eq!((part.text.as_str(), part.at.event.as_deref()), ("-----> Building\ndone\n", Some("8")));
        assert_eq!(resume(&part.at)[LAST_EVENT_ID], "8");
    }
}
