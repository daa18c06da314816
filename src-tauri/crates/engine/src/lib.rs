//! The engine: reads what is, keeps it, and does what was asked, once.
//!
//! One loop ([`event_loop`]) owns the board. Reads run beside it and come back as events. Every change
//! to the outside goes plan → take the target → read again → send once → verify ([`executor`]).

mod accounts;
mod commit_index;
mod discover;
mod dismissals;
mod engine;
mod engine_event;
mod event_loop;
mod executor;
mod issued_plans;
mod last_read;
mod locks;
mod observe;
mod pipeline_couplings;
mod plan_facts;
pub mod ports;
mod reducer;
mod scheduler;
mod service_trial;
mod sources;
mod storage;
mod store;
mod supervise;
mod verifier;

pub use accounts::cli_credentials::AvailableCli as Borrowable;
pub use accounts::environment::EnvironmentTokens;
pub use accounts::new_account::{AccountProbe, NewAccount, NewToken, SetupError};
pub use accounts::token_trial::Tested;
pub use dismissals::DismissError;
pub use engine::{Engine, InboxError, IncidentError, ListedRelease, Options, PinError, ReleaseReader};
pub use event_loop::Change;
pub use executor::{ExecuteError, Execution};
pub use plan_facts::PlanError;
pub use storage::Storage;
pub use store::intents::{IntentError, SettleError};
pub use store::sqlite::Condition;
pub use store::{NoAnswer, StoreError};
