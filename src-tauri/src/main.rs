//! `slipway`: the window, or a command in the terminal. Nothing of the window starts for a command.

use clap::Parser;
use slipway_terminal::arguments::Arguments;
use slipway_terminal::{commands, diagnostics};
use std::process::ExitCode;

fn main() -> ExitCode {
    // First of all: the HTTP client and parts of the window look for it.
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        eprintln!("slipway: a TLS provider is installed already");
    }
    let arguments = Arguments::parse();
    diagnostics::start(slipway_app::log_folder(&arguments).as_deref());
    match arguments.command {
        Some(command) => commands::run(command, arguments.two_factor.as_deref()),
        None => slipway_app::open_window(arguments.window),
    }
}
