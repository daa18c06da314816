//! A real desktop session for tests: its own display, session bus, keychain, notifications and tray, the real
//! window driven by accessible names, the terminal, and the sandbox.
//!
//! Every [`Desktop`] is private, so tests may run at the same time. See `tests/README.md`.

mod album;
pub mod attack;
#[cfg(target_os = "linux")]
mod brightness;
#[cfg(target_os = "linux")]
mod browser;
#[cfg(target_os = "linux")]
mod bus;
#[cfg(target_os = "linux")]
mod desktop;
#[cfg(target_os = "linux")]
mod display;
#[cfg(target_os = "linux")]
mod driver_port;
#[cfg(target_os = "linux")]
mod input;
#[cfg(target_os = "linux")]
mod keychain;
#[cfg(target_os = "linux")]
mod minimal_root;
mod process;
mod sandbox;
mod terminal;
#[cfg(target_os = "linux")]
mod toasts;
mod trap_server;
#[cfg(target_os = "linux")]
mod tray;
mod wait;
#[cfg(target_os = "linux")]
mod window;

pub use album::Album;
pub use sandbox::SandboxProcess;
pub use terminal::{Cli, Outcome, another_vendor_bin, slipway_bin, slipway_cli_bin, slipway_window_bin};
pub use trap_server::TrapServer;
pub use wait::{PATIENCE, wait_for, wait_within};

#[cfg(target_os = "linux")]
pub use {
    brightness::Brightness,
    browser::Browser,
    desktop::{Desktop, DesktopPlan, Scheme},
    display::XWindow,
    input::{Input, keys},
    keychain::{Keychain, PASSWORD, Secret},
    minimal_root::{MinimalRoot, needed_libraries},
    toasts::{Toast, ToastSignal, Toasts},
    tray::{MenuItem, Tray, TrayItem},
    window::{Named, Window},
};
