//! The adapters against a server whose answers the test decides byte by byte.

mod certificates_and_proxies;
mod fuzz;
mod github;
mod mutated_answers;
mod page_sizes;
mod rate_limit_store;
mod scripted_server;
mod transport;
