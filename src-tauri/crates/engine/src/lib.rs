//! The engine: reads what is, keeps it, and does what was asked, once.
//!
//! One loop ([`run`]) owns the board. Reads run beside it and come back as inputs. Every change
//! to the outside goes plan → take the target → read again → send once → verify ([`executor`]).

mod board;
mod connections;
mod discover;
mod dismissals;
mod executor;
mod last_read;
mod planning;
pub mod ports;
mod run;
mod storage;
mod store;
mod sync;
mod verifier;

pub use connections::borrow::Found as Borrowable;
pub use connections::environment::EnvironmentTokens;
pub use connections::{AccountProbe, NewAccount, NewToken, SetupError, Tested};
pub use dismissals::DismissError;
pub use executor::{ExecuteError, Execution};
pub use planning::PlanError;
pub use run::{Change, Engine, Options};
pub use storage::Storage;
pub use store::intents::{IntentError, SettleError};
pub use store::sqlite::Condition;
pub use store::{NoAnswer, StoreError};
