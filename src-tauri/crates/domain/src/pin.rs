//! A pin: an environment that stays on a release after a rollback until its bad changes are reverted. Slipway
//! sends nothing by itself because of it; it says what would bring them back, and offers to stop that.

mod alerts;
mod model;
mod settle;

pub use alerts::pin_violated;
pub use model::{BadRelease, Carrier, CarrierKind, OnItsWay, Pin, PinEnd, PinProgress, PinStep, PinStepState, PinnedChange, Violation};
pub use settle::settle;
