//! Slipway with one vendor more: the same terminal and the same window, given a longer list.

use std::process::ExitCode;

fn main() -> ExitCode {
    slipway_app::run(slipway_another_vendor::vendors(), std::env::args_os())
}
