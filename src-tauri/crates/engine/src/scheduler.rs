//! When each source is read, and how little a quiet hour asks.

pub(crate) mod change_probe;
pub(crate) mod polling;

use slipway_domain::schedule::Attention;

/// What the window shows.
#[derive(Default)]
pub(crate) struct WindowAttention {
    /// The service that is shown.
    pub(crate) shown: Option<String>,
    /// It is closed to the tray.
    pub(crate) hidden: bool,
}

impl WindowAttention {
    fn to(&self, service: &str) -> Attention {
        Attention { shown: self.shown.as_deref() == Some(service), hidden: self.hidden }
    }
}
