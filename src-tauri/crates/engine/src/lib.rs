//! The engine: reads what is, keeps it, and does what was asked, once.
//!
//! One loop ([`event_loop`]) owns the board. Reads run beside it and come back as inputs. Every change
//! to the outside goes plan → take the target → read again → send once → verify ([`executor`]).

mod accounts;
mod discover;
mod dismissals;
mod engine;
mod event_loop;
mod executor;
mod last_read;
mod observe;
mod plan_facts;
pub mod ports;
mod reducer;
mod scheduler;
mod shared;
mod storage;
mod store;
mod supervise;
mod verifier;

pub use accounts::cli_credentials::Found as Borrowable;
pub use accounts::environment::EnvironmentTokens;
pub use accounts::{AccountProbe, NewAccount, NewToken, SetupError, Tested};
pub use dismissals::DismissError;
pub use engine::Engine;
pub use executor::{ExecuteError, Execution};
pub use plan_facts::PlanError;
pub use shared::{Change, Options};
pub use storage::Storage;
pub use store::intents::{IntentError, SettleError};
pub use store::sqlite::Condition;
pub use store::{NoAnswer, StoreError};
