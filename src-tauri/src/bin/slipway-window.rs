//! `slipway-window`: the window, which `slipway` becomes where no command is named.

use std::process::ExitCode;

fn main() -> ExitCode {
    slipway_app::run(slipway_registry::VENDORS, std::env::args_os())
}
