//! Berth's HTTP: one root, and the default for everything else.

use slipway_domain::vendor::VendorId;
use slipway_http::{Base, Call, HttpDialect, Roots};

#[derive(Debug)]
pub(crate) struct BerthDialect;

impl HttpDialect for BerthDialect {
    fn vendor(&self) -> VendorId {
        crate::ID
    }

    fn title(&self) -> &'static str {
        crate::TITLE
    }

    fn default_url(&self) -> &'static str {
        "https://api.berth.example"
    }

    fn roots(&self, base: &Base<'_>) -> Roots {
        let root = format!("{}{}", base.origin, base.path);
        Roots { shown: root.clone(), rest: root.clone(), second: root }
    }

    fn cheapest_read(&self, roots: &Roots) -> Call {
        Call::get(format!("{}/me", roots.rest))
    }
}
