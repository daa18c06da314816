//! What the bundler cannot do for a Debian package: one program under two names, and a compression that packs well.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell;

/// Where the package has the terminal's program, without the leading slash.
pub(super) const TERMINAL: &str = "usr/bin/slipway-cli";
/// The program in the same folder that is the terminal's where it is started under that name.
const SAME: &str = "slipway";

/// Packs it again with xz, and with a link in place of the second copy of the commands. Without dpkg-deb, as on a
/// system that is not Debian's, the package stays as large as the bundler made it.
pub(super) fn make_small(package: &Path) -> Result<()> {
    if Command::new("dpkg-deb").arg("--version").output().is_err() {
        println!("there is no dpkg-deb: the package keeps a second copy of the commands");
        return Ok(());
    }
    let folder = package.with_extension("unpacked");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    shell::run(Command::new("dpkg-deb").arg("--raw-extract").args([package, &folder]))?;
    link(&folder)?;
    shell::run(Command::new("dpkg-deb").args(["--root-owner-group", "-Zxz", "-z9", "--build"]).args([&folder, package]))?;
    Ok(fs::remove_dir_all(&folder)?)
}

#[cfg(not(unix))]
fn link(_: &Path) -> Result<()> {
    anyhow::bail!("the package is made on Linux")
}

/// A link has no checksum of its own.
#[cfg(unix)]
fn link(folder: &Path) -> Result<()> {
    let terminal = folder.join(TERMINAL);
    fs::remove_file(&terminal).context("the package has no slipway-cli")?;
    std::os::unix::fs::symlink(SAME, &terminal)?;
    let sums = folder.join("DEBIAN/md5sums");
    let text = fs::read_to_string(&sums).context("the package has no checksums")?;
    let kept = text.lines().filter(|line| !line.ends_with(&format!(" {TERMINAL}")));
    Ok(fs::write(&sums, kept.map(|line| format!("{line}\n")).collect::<String>())?)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_second_copy_becomes_a_link_without_a_checksum() -> Result<()> {
        let folder = tempfile::tempdir()?;
        for (file, text) in [
            ("DEBIAN/md5sums", "0a usr/bin/slipway\n0b usr/bin/slipway-cli\n0c usr/bin/slipway-window\n"),
            ("usr/bin/slipway", "commands"),
            (TERMINAL, "the same commands"),
        ] {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().context("a folder")?)?;
            fs::write(path, text)?;
        }
        link(folder.path())?;
        assert_eq!(fs::read_to_string(folder.path().join("DEBIAN/md5sums"))?, "0a usr/bin/slipway\n0c usr/bin/slipway-window\n");
        assert_eq!(fs::read_to_string(folder.path().join(TERMINAL))?, "commands");
        Ok(())
    }
}
