//! The vendors that Slipway supports. A new one is a crate of its own and one line here.

use slipway_vendor::{VendorSpec, Vendors};

const SPECS: &[VendorSpec] = &[slipway_github::SPEC, slipway_circleci::SPEC, slipway_heroku::SPEC];

pub const VENDORS: Vendors = Vendors::new(SPECS);
