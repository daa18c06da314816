//! The only transport: time-outs, credentials, conditional requests, limits, retries.
//!
//! A read (a GET, or a GraphQL query) has up to three tries within 28 s; a write is sent exactly once. Redirects
//! are off: a GET is redirected at most once, and only within its origin; no credentials are ever sent to another
//! host. Requests without credentials (logs behind signed links, health URLs) use `AccountClient::fetch` and
//! `Http::probe`.

mod account;
mod address;
mod answer;
mod cache;
mod call;
mod certificate_authorities;
mod dialect;
mod error;
mod exchange;
mod health_url;
mod intermediary;
pub mod lenient_list;
mod limits;
mod messages;
mod rate_limit_store;
mod read;
mod refusal;
mod request_queue;
mod secret;
mod tail;
mod text;
mod token_redaction;
mod transport;
mod unauthenticated;
mod usage;
mod wait_recheck;
mod write;
mod write_turn;

pub use account::{AccountClient, Usage};
pub use address::{Address, BadUrl, Origin, written_url};
pub use answer::{Answer, Slot};
pub use call::{Call, Purpose};
pub use certificate_authorities::{CertificateAuthorities, bundles_of_environment};
pub use dialect::{Base, HttpDialect, Roots};
pub use error::{Intermediary, ReadError, Refusal, SendError};
pub use health_url::{BadHealthUrl, HealthAnswer, HealthUrl};
pub use limits::Budget;
pub use rate_limit_store::{Lock, RateLimitStore};
pub use request_queue::{AtOnce, Urgency, with_urgency};
pub use secret::{KnownToken, Secret, TokenSource};
pub use tail::{LONGEST_LOG, LogText, Tail};
pub use text::plain;
pub use transport::{Http, NoTransport, Now};
pub use unauthenticated::Fetched;
pub use write_turn::WriteTurn;
