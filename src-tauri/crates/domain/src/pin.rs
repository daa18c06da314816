//! A pin: an environment that stays on a release after a rollback until its bad changes are reverted. Slipway
//! sends nothing by itself because of it; it says what would bring them back, and offers to stop that.

mod alerts;
mod bad_set;
mod carried;
mod carriers;
mod follow;
mod kept_out;
mod model;
mod progress;
mod settle;
mod shipping;

pub use alerts::pin_violated;
pub use bad_set::{UnknownNames, bad_set, brought, narrowed, not_live};
pub use carried::{Carried, carried};
pub use follow::{ended, set_by, violation};
pub use kept_out::kept_out;
pub use model::{
    BadRelease, Carrier, CarrierKind, OnItsWay, Pin, PinEnd, PinProgress, PinStep, PinStepState, PinnedChange, PlannedPin, Violation,
};
pub use settle::settle;
pub use shipping::{Shipping, shipping};
