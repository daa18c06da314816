//! The engine: reads what is, keeps it, and does what was asked, once.
//!
//! One loop ([`run`]) owns the board. Reads run beside it and come back as inputs. Every change
//! to the outside goes plan → guard → durable intent → send once → verify ([`execute`]).

mod board;
mod connections;
pub mod database;
mod discover;
mod execute;
mod intents;
mod planning;
pub mod ports;
mod run;
mod storage;
mod store;
mod sync;
mod verify;

pub use connections::borrow::Found as Borrowable;
pub use connections::{AccountProbe, NewAccount, NewToken, SetupError};
pub use execute::{ExecuteError, Execution};
pub use intents::IntentError;
pub use planning::PlanError;
pub use run::{Change, Engine, Options, SettleError};
pub use storage::Storage;
pub use store::StoreError;
