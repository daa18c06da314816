//! Slipway in a terminal, without Tauri or GTK: the command line, and the parts that the window's program shares
//! with it. The program `slipway-cli` is this crate alone; `slipway` has the same commands and a window.

pub mod arguments;
mod commands;
pub mod data_folder;
pub mod diagnostics;
mod doctor;
mod exit;
mod graphics;
pub mod job_output;
pub mod keychain;
pub mod links;
mod look;
pub mod pages;
mod print;
pub mod process;
pub mod relaunch;
pub mod safe_text;
pub mod setup;
pub mod token_input;
pub mod vendors;
mod window_program;

use arguments::{Command, CommandLine, SecondFactor};
use clap::CommandFactory;
pub use exit::Exit;
use slipway_vendor::Vendors;
use std::ffi::OsString;
use std::process::ExitCode;
pub use window_program::{has_display, run_beside_window, started_as};

/// The whole of `slipway-cli`, with the vendors that it supports. `arguments` begin with the program's name.
/// Arguments that cannot be parsed end the process with [`Exit::Usage`].
pub fn run<A>(known: Vendors, arguments: A) -> ExitCode
where
    A: IntoIterator<Item: Into<OsString> + Clone>,
{
    vendors::know(known);
    install_tls_provider();
    let CommandLine { command, second_factor } = arguments::parsed(arguments);
    run_command(CommandLine::command(), command, &second_factor)
}

/// Runs one command, with logging, for a program that has parsed it; `program` is its command line.
/// [`install_tls_provider`] and [`vendors::know`] must have been called before.
pub fn run_command(program: clap::Command, command: Command, second_factor: &SecondFactor) -> ExitCode {
    let keeps_state = !matches!(command, Command::Sandbox { .. } | Command::Completions { .. } | Command::Man { .. });
    // If there is no folder, the code that needs it reports why.
    diagnostics::start(keeps_state.then(|| data_folder::own().ok()).flatten().as_deref());
    commands::run(program, command, second_factor.two_factor.as_deref())
}

/// Must be called before the first HTTP client is made, because each one uses it.
pub fn install_tls_provider() {
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        eprintln!("slipway: a TLS provider is installed already");
    }
}
