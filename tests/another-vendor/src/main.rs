//! Slipway with one more vendor: the same terminal and window with a longer list.

use std::process::ExitCode;

fn main() -> ExitCode {
    slipway_app::run(slipway_another_vendor::vendors(), std::env::args_os())
}
