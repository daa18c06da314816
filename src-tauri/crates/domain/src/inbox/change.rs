//! What a person does with an item.

use super::item::{Done, DoneHow, InboxItem};
use crate::time::Time;

/// Seconds in which a person may take back that an item is done.
const REGRET: f64 = 60.0;
/// The longest reminder: 30 days.
const LATEST_REMINDER: f64 = 30.0 * 86_400.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InboxChange {
    Read,
    Done,
    /// Takes back `Done`.
    Undo,
    /// None: no reminder any more.
    Remind {
        at: Option<Time>,
    },
}

/// Why an item stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeRefused {
    /// Its cause ended, or somebody was done with it earlier.
    DoneAlready,
    NotDone,
    TooLate,
    NotInFuture,
    TooFar,
}

impl std::fmt::Display for ChangeRefused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::DoneAlready => "It is done already.",
            Self::NotDone => "It is not done by a person.",
            Self::TooLate => "It was done more than a minute ago.",
            Self::NotInFuture => "The time of a reminder must be in the future.",
            Self::TooFar => "A reminder may be 30 days ahead at most.",
        })
    }
}

impl std::error::Error for ChangeRefused {}

impl InboxChange {
    /// The item as it is then.
    pub fn apply(self, item: &InboxItem, by: &str, now: Time) -> Result<InboxItem, ChangeRefused> {
        match self {
            Self::Read => Ok(InboxItem { read_at: item.read_at.or(Some(now)), ..item.clone() }),
            Self::Done if item.done.is_some() => Err(ChangeRefused::DoneAlready),
            Self::Done => {
                let done = Done { at: now, how: DoneHow::Person, by: Some(by.to_owned()), words: "marked as done".to_owned() };
                Ok(InboxItem { done: Some(done), read_at: item.read_at.or(Some(now)), remind_at: None, ..item.clone() })
            }
            Self::Undo => match &item.done {
                Some(done) if done.how == DoneHow::Person && now.since(done.at) <= REGRET => Ok(InboxItem { done: None, ..item.clone() }),
                Some(done) if done.how == DoneHow::Person => Err(ChangeRefused::TooLate),
                Some(_) | None => Err(ChangeRefused::NotDone),
            },
            Self::Remind { .. } if item.done.is_some() => Err(ChangeRefused::DoneAlready),
            Self::Remind { at: Some(at) } if at <= now => Err(ChangeRefused::NotInFuture),
            Self::Remind { at: Some(at) } if at.since(now) > LATEST_REMINDER => Err(ChangeRefused::TooFar),
            Self::Remind { at } => Ok(InboxItem { remind_at: at, read_at: item.read_at.or(Some(now)), ..item.clone() }),
        }
    }
}
