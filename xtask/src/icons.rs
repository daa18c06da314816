//! Draws the bitmaps of `icons/` from `icons/source/`.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::system::Purpose;
use crate::{dist, setup, shell};

/// The files that the bundle names; Tauri's other files are for other systems.
const APP: [&str; 6] = ["32x32.png", "128x128.png", "128x128@2x.png", "icon.png", "icon.icns", "icon.ico"];

/// The largest of them.
const PICTURE: &str = "icon.png";

/// One tray picture for each state.
const TRAY: [&str; 6] = ["idle", "moving", "waiting", "trouble", "hurt", "offline"];

/// Pixels: for an ordinary panel, and for one of twice the density.
const TRAY_SIZES: [&str; 2] = ["32", "64"];

pub(crate) fn perform(rest: &[String]) -> Result<ExitCode> {
    if !rest.is_empty() {
        bail!("icons takes no arguments");
    }
    setup::prepare(&[Purpose::Build])?;
    let icons = shell::root().join("icons");
    let drawn = shell::build_folder()?.join("icons");

    draw(&[], "app", &drawn)?;
    // The .icns file differs between runs; the picture inside does not.
    let changed = fs::read(drawn.join(PICTURE))? != fs::read(icons.join(PICTURE)).unwrap_or_default();
    for name in APP.into_iter().filter(|_| changed) {
        fs::copy(drawn.join(name), icons.join(name)).context(name)?;
    }
    for state in TRAY {
        draw(&["--png", &TRAY_SIZES.join(",")], &format!("tray-{state}"), &drawn)?;
        for size in TRAY_SIZES {
            let file = format!("tray/{state}-{size}.png");
            fs::copy(drawn.join(format!("{size}x{size}.png")), icons.join(&file)).context(file)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn draw(arguments: &[&str], name: &str, folder: &Path) -> Result<()> {
    shell::run_quietly(dist::tauri()?.arg("icon").args(arguments).arg(format!("icons/source/{name}.svg")).arg("--output").arg(folder))
}
