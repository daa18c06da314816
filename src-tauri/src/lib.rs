//! Slipway: one engine, shown in a window and in a terminal. Wiring only.

mod ansi;
mod bindings;
pub mod cli;
mod commands;
mod data_folder;
pub mod diagnostics;
mod doctor;
mod embedded;
mod graphics;
mod ipc;
mod keychain;
mod links;
mod logs;
mod notify;
mod outputs;
mod relaunch;
mod safe_text;
mod setup;
mod shell;
mod tray;
mod window;

pub use window::open as open_window;

/// Where state and the log are kept; None when the command keeps none.
pub fn log_folder(arguments: &cli::args::Arguments) -> Option<std::path::PathBuf> {
    let keeps = match &arguments.command {
        Some(command) => !matches!(command, cli::args::Command::Sandbox { .. }),
        None => !arguments.window.sandbox,
    };
    // Whoever needs the folder says why there is none.
    keeps.then(|| data_folder::own().ok()).flatten()
}
