//! `slipway`: a command in the terminal, or the window.

use std::process::ExitCode;

/// The window is a program of its own beside this one, which is linked to nothing of it.
#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    slipway_terminal::run_beside_window(slipway_registry::VENDORS, std::env::args_os())
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    slipway_app::run(slipway_registry::VENDORS, std::env::args_os())
}
