//! The program `slipway` where the window is a program of its own beside it: commands need nothing of WebKit and GTK,
//! which the system would load before the first line of a program that is linked to them.

use crate::arguments::program::{Arguments, link_of};
use crate::{Exit, arguments, install_tls_provider, relaunch, run_command, vendors};
use clap::CommandFactory;
use slipway_vendor::Vendors;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const WINDOW: &str = "slipway-window";
const WITH_COMMANDS: &str = "slipway";
/// Under this name it is the terminal's program, which has no window.
const TERMINAL: &str = "slipway-cli";

/// The whole of `slipway`: a command in the terminal, or this process becomes the window's program. `arguments` begin
/// with the program's name. Arguments that cannot be parsed end the process with [`Exit::Usage`].
pub fn run_beside_window<A>(known: Vendors, arguments: A) -> ExitCode
where
    A: IntoIterator<Item: Into<OsString> + Clone>,
{
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    if arguments.first().is_some_and(|program| Path::new(program).file_stem() == Some(TERMINAL.as_ref())) {
        return crate::run(known, arguments);
    }
    vendors::know(known);
    if link_of(&arguments).is_some() {
        return become_window(known);
    }
    let Arguments { command, second_factor, window: _ } = arguments::parsed(arguments);
    let Some(command) = command else { return become_window(known) };
    install_tls_provider();
    run_command(Arguments::command(), command, &second_factor)
}

/// It parses the same arguments again.
fn become_window(known: Vendors) -> ExitCode {
    if !has_display() {
        return Exit::Usage.into();
    }
    let error = match std::env::current_exe() {
        Ok(own) => relaunch::become_window(known, &own.with_file_name(WINDOW)),
        Err(error) => anyhow::Error::from(error).context("the program's own path is not known"),
    };
    eprintln!("slipway: {error:#}");
    ExitCode::FAILURE
}

/// Without a display the toolkit would panic. Says so where there is none.
pub fn has_display() -> bool {
    let named = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let there_is_one = !cfg!(target_os = "linux") || named("DISPLAY") || named("WAYLAND_DISPLAY");
    if !there_is_one {
        eprintln!("slipway: there is no display to open the window on; use the commands, see `slipway --help`");
    }
    there_is_one
}

/// The program by which people start the one at `own`: beside the window's program that with the commands, else itself.
pub fn started_as(own: &Path) -> PathBuf {
    match own.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix(WINDOW)) {
        Some(rest @ ("" | " (deleted)")) => own.with_file_name(format!("{WITH_COMMANDS}{rest}")),
        Some(_) | None => own.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_login_the_program_with_the_commands_is_started() {
        for (own, started) in [
            ("/usr/bin/slipway-window", "/usr/bin/slipway"),
            ("/usr/bin/slipway-window (deleted)", "/usr/bin/slipway (deleted)"),
            ("/usr/bin/slipway", "/usr/bin/slipway"),
            ("/opt/slipway-window/slipway-another-vendor", "/opt/slipway-window/slipway-another-vendor"),
            ("/opt/slipway-windows", "/opt/slipway-windows"),
        ] {
            assert_eq!(started_as(Path::new(own)), Path::new(started));
        }
    }
}
