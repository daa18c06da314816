//! Opens Slipway or, without a display, takes pictures of it.

use std::path::Path;
use std::process::ExitCode;
use std::{fs, io};

use anyhow::{Result, bail};

use crate::system::Purpose;
use crate::{build, setup, shell};

/// The folder of the tour's pictures, below the repository's root.
const PICTURES: &str = "artifacts/tour";

/// Milliseconds of pause after each step of the tour.
const PACE: &str = "1500";

pub(crate) fn perform(rest: &[String]) -> Result<ExitCode> {
    let arguments = match rest {
        [dashes, arguments @ ..] if dashes == "--" => arguments,
        arguments => arguments,
    };
    if !has_display() {
        println!("no display here: doing the tour on a virtual one instead");
        return tour(&[]);
    }
    setup::prepare(&[Purpose::Build])?;
    build::program()?;
    let succeeded = shell::succeeds(shell::program(shell::slipway()?).arg("--sandbox").args(arguments))?;
    Ok(if succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The main job in the real window, slowly enough to watch, with numbered pictures.
pub(crate) fn tour(rest: &[String]) -> Result<ExitCode> {
    if !rest.is_empty() {
        bail!("tour takes no arguments");
    }
    if !cfg!(target_os = "linux") {
        bail!("the tour drives WebKitGTK's window, so it needs Linux");
    }
    setup::prepare(&[Purpose::Build, Purpose::Desktop])?;
    build::program()?;
    let pictures = shell::root().join(PICTURES);
    if pictures.exists() {
        fs::remove_dir_all(&pictures)?;
    }
    fs::create_dir_all(&pictures)?;
    let succeeded = shell::succeeds(
        shell::cargo()
            .args(["test", "--package", "slipway-tests", "--test", "main_job"])
            .args(["--", "--nocapture", "--test-threads=1"])
            .env("SLIPWAY_BIN", shell::slipway()?)
            .env("SLIPWAY_PICTURES", &pictures)
            .env("SLIPWAY_PACE_MS", PACE)
            .env("SLIPWAY_WATCH", "1"),
    )?;
    let count = count_pictures(&pictures)?;
    println!("{count} pictures are in {PICTURES}");
    Ok(if succeeded && count > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn count_pictures(folder: &Path) -> io::Result<usize> {
    let mut count = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            count += count_pictures(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "png") {
            count += 1;
        }
    }
    Ok(count)
}

fn has_display() -> bool {
    let named = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || named("DISPLAY") || named("WAYLAND_DISPLAY")
}
