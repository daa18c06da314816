//! How a person makes a token of a vendor, and what it must be allowed to do.

/// One way to make a token. What it needs is the least with which Slipway works.
#[derive(Clone, Copy, Debug)]
pub struct TokenWay {
    /// What the vendor calls such a token.
    pub title: &'static str,
    /// The page where it is made, with what is needed filled in where the vendor takes that from the address. Of a
    /// server of one's own by its host; None where the server's page is not known.
    pub page: fn(server: Option<&str>) -> Option<String>,
    /// The command of the vendor's CLI that makes it.
    pub command: Option<&'static str>,
    pub needs: &'static [TokenNeed],
    /// What else a person should know before making it.
    pub note: Option<&'static str>,
}

/// One scope or permission of a token.
#[derive(Clone, Copy, Debug)]
pub struct TokenNeed {
    /// In the vendor's words.
    pub name: &'static str,
    pub purpose: &'static str,
    /// Whether it serves reading, and without it nothing is shown; else it serves a change, and can be left out.
    pub to_read: bool,
}

impl TokenNeed {
    pub const fn to_read(name: &'static str, purpose: &'static str) -> Self {
        Self { name, purpose, to_read: true }
    }

    pub const fn to_change(name: &'static str, purpose: &'static str) -> Self {
        Self { name, purpose, to_read: false }
    }
}
