//! What consent to a plan covers, as comparable ids.

/// One id within one set that consent covers. The words are for the difference only.
#[derive(Clone, Debug)]
pub(crate) struct Consented {
    set: &'static str,
    id: String,
    pub(crate) text: String,
}

impl Consented {
    pub(crate) fn new(set: &'static str, id: &str, text: &str) -> Self {
        Self { set, id: id.to_owned(), text: text.to_owned() }
    }

    fn key(&self) -> (&str, &str) {
        (self.set, &self.id)
    }
}

impl PartialEq for Consented {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Consented {}

impl PartialOrd for Consented {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Consented {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}
