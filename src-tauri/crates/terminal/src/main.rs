//! `slipway-cli`: all commands, for machines without WebKit or GTK.

use std::process::ExitCode;

fn main() -> ExitCode {
    slipway_terminal::run(slipway_registry::VENDORS, std::env::args_os())
}
