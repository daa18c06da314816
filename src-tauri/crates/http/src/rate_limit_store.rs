//! Waits that outlive the process: what one copy of the program was told, another obeys.

use super::limits::{Limits, Saved};
use serde::{Deserialize, Serialize};
use slipway_domain::time::Time;

/// Where an account keeps its waits. Read before every request, so an implementation is quick;
/// one that cannot write loses only what would have outlived the process.
pub trait WaitBook: Send + Sync {
    fn read(&self) -> Option<String>;
    fn write(&self, text: &str);
    /// The right to write through the account, among all processes that share the book. Answers at
    /// once.
    fn lock(&self) -> Lock {
        Lock::Unavailable
    }
}

pub enum Lock {
    /// Given back when the guard is dropped, or the process ends.
    Mine(Box<dyn std::any::Any + Send + Sync>),
    Taken,
    /// There is nothing to lock, or it cannot be locked.
    Unavailable,
}

#[derive(Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Page {
    limits: Saved,
    pub(super) last_write: Option<Time>,
}

/// The book as this process last saw it.
#[derive(Default)]
pub(super) struct Bookmark(String);

impl Bookmark {
    /// Takes over what another process wrote since.
    pub(super) fn read(&mut self, book: &dyn WaitBook, limits: &mut Limits, last_write: &mut Option<Time>) {
        let Some(text) = book.read().filter(|text| *text != self.0) else { return };
        // A page of another version, or half a page, says nothing.
        if let Ok(page) = serde_json::from_str::<Page>(&text) {
            limits.take_over(page.limits);
            *last_write = (*last_write).max(page.last_write);
        }
        self.0 = text;
    }

    pub(super) fn write(&mut self, book: &dyn WaitBook, limits: &Limits, last_write: Option<Time>) {
        let page = Page { limits: limits.saved(), last_write };
        let Ok(text) = serde_json::to_string(&page) else { return };
        if text != self.0 && !(self.0.is_empty() && page == Page::default()) {
            book.write(&text);
            self.0 = text;
        }
    }
}
