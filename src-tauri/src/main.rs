//! `slipway`: the window, or a command in the terminal.

use std::process::ExitCode;

fn main() -> ExitCode {
    slipway_app::run(slipway_registry::VENDORS, std::env::args_os())
}
