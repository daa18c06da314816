//! Slipway's window: the engine behind Tauri. The commands of the terminal are in the crate `terminal`.

mod ansi;
mod backend;
mod bindings;
mod commands;
mod deep_link;
mod embedded;
mod held_lines;
mod ipc;
mod login_start;
mod logs;
mod main_window;
mod notify;
mod outputs;
mod publication;
mod remembered;
mod shortcut;
mod tray;
mod wayland;
mod window;
mod window_lock;

use clap::CommandFactory;
use slipway_terminal::arguments::program::{Arguments, WindowArguments, link_of};
use slipway_terminal::{data_folder, diagnostics, vendors};
use slipway_vendor::Vendors;
use std::ffi::OsString;
use std::process::ExitCode;

/// The whole of `slipway`, with the vendors that it supports: a command in the terminal, which starts nothing of
/// the window, or the window. `arguments` begin with the program's name. Arguments that cannot be parsed end the
/// process with exit code 2.
pub fn run<A>(known: Vendors, arguments: A) -> ExitCode
where
    A: IntoIterator<Item: Into<OsString> + Clone>,
{
    vendors::know(known);
    slipway_terminal::install_tls_provider();
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    if let Some(link) = link_of(&arguments) {
        return open_window(WindowArguments { link: Some(link), ..WindowArguments::default() });
    }
    let Arguments { command, second_factor, window } = slipway_terminal::arguments::parsed(arguments);
    if let Some(command) = command {
        return slipway_terminal::run_command(Arguments::command(), command, &second_factor);
    }
    open_window(window)
}

fn open_window(window: WindowArguments) -> ExitCode {
    // On the sandbox no log is written. If there is no folder, the code that needs it reports why.
    let folder = (!window.sandbox).then(|| data_folder::own().ok()).flatten();
    diagnostics::start(folder.as_deref());
    window::open(window)
}
