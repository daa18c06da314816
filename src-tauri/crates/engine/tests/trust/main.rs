//! What must hold when things go wrong: the engine with the real adapters, against the sandbox with
//! faults switched on. Each file names the faults it is about; `tests/README.md` has the whole list.

mod accounts;
mod acting;
mod addresses;
mod answers;
mod clocks;
mod consent;
mod deadline;
mod dismissing;
#[path = "../harness/engine_harness.rs"]
mod harness;
mod health;
mod inbox;
mod incidents;
mod internal;
mod limits;
mod notices;
mod outcome;
mod patience;
mod settling;
mod shared;
mod sharing;
mod sign_in;
mod slow_turns;
mod stored;
mod trying;
