//! Slipway: one engine, shown in a window and in a terminal. Wiring only.

mod ansi;
mod bindings;
pub mod cli;
mod commands;
mod data_folder;
mod embedded;
mod graphics;
mod ipc;
mod keychain;
mod links;
mod logs;
mod notify;
mod safe_text;
mod setup;
mod shell;
mod tray;
mod window;

use std::io::IsTerminal;

pub use window::open as open_window;

/// Diagnostics on standard error: `RUST_LOG`, or warnings.
pub fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    let colours = std::io::stderr().is_terminal();
    let installed = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).try_init();
    if let Err(error) = installed {
        eprintln!("slipway: no diagnostics: {error}");
    }
}
