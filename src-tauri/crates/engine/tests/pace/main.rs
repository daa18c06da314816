//! How the engine paces itself, against the sandbox and by a clock that the test moves.

mod hour;
mod world;
