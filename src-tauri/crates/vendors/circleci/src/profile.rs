//! CircleCI's names.

use slipway_domain::vendor::VendorId;

pub const ID: VendorId = VendorId::new("circleci");
pub const TITLE: &str = "CircleCI";
