//! What plans say of what ships, against the sandbox over HTTP: what is taken out, brought, shipped
//! over and shipped again.

mod approvals;
mod doubted;
#[path = "../harness/engine_harness.rs"]
mod harness;
mod landing;
mod pins;
mod releasing;
mod stage;
