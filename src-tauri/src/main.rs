//! `slipway`: the window, or a command in the terminal.

use std::process::ExitCode;

fn main() -> ExitCode {
    slipway_app::run(std::env::args_os())
}
