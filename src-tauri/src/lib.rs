//! Slipway's window: wiring of the engine to Tauri. What is typed in a terminal is the crate `terminal`.

mod ansi;
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
mod shell;
mod tray;
mod window;
mod window_lock;

pub use window::open as open_window;

/// Where state and the log are kept; None when the command keeps none.
pub fn log_folder(arguments: &slipway_terminal::arguments::Arguments) -> Option<std::path::PathBuf> {
    let keeps = match &arguments.command {
        Some(command) => !matches!(command, slipway_terminal::arguments::Command::Sandbox { .. }),
        None => !arguments.window.sandbox,
    };
    // Whoever needs the folder says why there is none.
    keeps.then(|| slipway_terminal::data_folder::own().ok()).flatten()
}
