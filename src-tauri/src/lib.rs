//! Slipway's window: the engine wired to Tauri. The commands of the terminal are the crate `terminal`.

mod ansi;
mod arguments;
mod backend;
mod bindings;
mod commands;
mod embedded;
mod graphics;
mod ipc;
mod links;
mod logs;
mod notify;
mod outputs;
mod relaunch;
mod tray;
mod window;
mod window_lock;

use arguments::Arguments;
use clap::Parser;
use slipway_terminal::{data_folder, diagnostics, vendors};
use slipway_vendor::Vendors;
use std::ffi::OsString;
use std::process::ExitCode;

/// The whole of `slipway`, with the vendors that it can connect: a command in the terminal, for which nothing of the window starts, or the
/// window. `arguments` begin with the program's name. What cannot be parsed ends the process, with exit
/// code 2.
pub fn run<A>(known: Vendors, arguments: A) -> ExitCode
where
    A: IntoIterator<Item: Into<OsString> + Clone>,
{
    vendors::know(known);
    slipway_terminal::install_tls_provider();
    let Arguments { command, second_factor, window } = Arguments::parse_from(arguments);
    if let Some(command) = command {
        return slipway_terminal::run_command(command, &second_factor);
    }
    // On the sandbox nothing is left behind. Whoever needs the folder says why there is none.
    let folder = (!window.sandbox).then(|| data_folder::own().ok()).flatten();
    diagnostics::start(folder.as_deref());
    window::open(window)
}
