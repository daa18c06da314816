//! What needs a person, across services, until it is done; and news of what is theirs.
//!
//! An item has a cause. A cause that is read to hold opens one item; one that is read to have ended closes it;
//! one that comes again opens another. What could not be read ends nothing. Reads are compared by when they
//! began, so an older read that arrives later, as from another process, changes nothing.

mod causes;
mod change;
mod endings;
mod follow;
pub mod item;
mod known;
mod news;
mod order;

pub use change::{ChangeRefused, InboxChange};
pub use follow::{follow, is_forgotten};
pub use item::{Concern, Done, DoneHow, InboxItem, InboxKind};
pub use known::Known;
pub use order::{counts, in_order};
