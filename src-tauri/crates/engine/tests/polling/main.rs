//! How the engine paces itself, against the sandbox and by a clock that the test moves.

mod formation;
mod hour;
mod world;
