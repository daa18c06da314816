//! The scalars of a YAML file, each with its key path.

use saphyr_parser::{Event, Parser};
use std::collections::HashMap;

/// Deeper values are skipped.
const DEEPEST: usize = 64;
const MOST_EVENTS: usize = 200_000;
const LONGEST_KEY: usize = 100;
/// Most bytes of all key paths and values together. An alias repeats a text and each scalar repeats its path, so
/// without a limit a file of 512 KB could expand to gigabytes.
const MOST_BYTES: usize = 16 << 20;

pub(super) struct Scalar {
    pub place: Vec<String>,
    pub value: String,
}

pub(super) struct Walked {
    pub scalars: Vec<Scalar>,
    /// False: the file ends in a syntax error or exceeds a limit.
    pub whole: bool,
}

/// A list adds nothing to a key path.
enum Frame {
    List,
    Map { key: Option<String> },
}

pub(super) fn scalars(text: &str) -> Walked {
    let mut walk = Walk::default();
    let mut events = 0;
    for event in Parser::new_from_str(text) {
        events += 1;
        let Ok((event, _)) = event else { return walk.end(false) };
        if events > MOST_EVENTS || walk.frames.len() > DEEPEST || walk.bytes > MOST_BYTES {
            return walk.end(false);
        }
        walk.event(event);
    }
    walk.end(true)
}

#[derive(Default)]
struct Walk {
    frames: Vec<Frame>,
    scalars: Vec<Scalar>,
    /// Scalars with an anchor; an alias of a larger value adds nothing new.
    anchored: HashMap<usize, String>,
    bytes: usize,
}

impl Walk {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Scalar(value, _, anchor, _) => {
                let value = value.into_owned();
                if anchor > 0 {
                    self.anchored.insert(anchor, value.clone());
                }
                self.scalar(value);
            }
            Event::Alias(anchor) => {
                let value = self.anchored.get(&anchor).cloned().unwrap_or_default();
                self.scalar(value);
            }
            Event::SequenceStart(..) => {
                self.name_if_key();
                self.frames.push(Frame::List);
            }
            Event::MappingStart(..) => {
                self.name_if_key();
                self.frames.push(Frame::Map { key: None });
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.frames.pop();
                self.value_ends();
            }
            Event::DocumentStart(_) => self.frames.clear(),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
    }

    fn scalar(&mut self, value: String) {
        match self.frames.last_mut() {
            Some(Frame::Map { key: key @ None }) => *key = Some(value.chars().take(LONGEST_KEY).collect()),
            _ => {
                let place = self.frames.iter().filter_map(|frame| match frame {
                    Frame::Map { key } => key.clone(),
                    Frame::List => None,
                });
                let place: Vec<String> = place.collect();
                self.bytes += value.len() + place.iter().map(|key| key.len() + size_of::<String>()).sum::<usize>();
                self.scalars.push(Scalar { place, value });
                self.value_ends();
            }
        }
    }

    /// A key that is a list or a map has no name; without this its end would be taken for that of a value.
    fn name_if_key(&mut self) {
        if let Some(Frame::Map { key: key @ None }) = self.frames.last_mut() {
            *key = Some("?".to_owned());
        }
    }

    fn value_ends(&mut self) {
        if let Some(Frame::Map { key }) = self.frames.last_mut() {
            *key = None;
        }
    }

    fn end(self, whole: bool) -> Walked {
        Walked { scalars: self.scalars, whole }
    }
}
