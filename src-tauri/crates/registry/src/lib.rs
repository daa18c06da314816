//! The vendors that Slipway knows.
