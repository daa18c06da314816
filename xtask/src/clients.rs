//! Installs unmodified clients of the vendors into `target/clients`; only the tests use them.
//!
//! A client that no registry here has is named; tests that need it are skipped with a message.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::shell;

const REQUIREMENTS: &str = "tests/contracts/clients/requirements.txt";

pub(crate) fn prepare() -> Result<()> {
    let folder = shell::root().join("target/clients");
    fs::create_dir_all(&folder)?;
    python(&folder)?;
    hub(&folder);
    Ok(())
}

/// Clients from PyPI in their own environment, unless the installed ones come from this same list.
fn python(folder: &Path) -> Result<()> {
    let (environment, stamp) = (folder.join("python"), folder.join("python-installed-from"));
    let wanted = fs::read(shell::root().join(REQUIREMENTS)).context(REQUIREMENTS)?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let name = if cfg!(windows) { "python" } else { "python3" };
    if shell::answer(shell::program(name).args(["-c", "import venv, ensurepip"])).is_none() {
        println!("skipped: gh, PyGithub, githubkit, ghapi, pycircleci, heroku3: no Python with venv here (python3-venv)");
        return Ok(());
    }
    println!("installing: the Python packages of {REQUIREMENTS}");
    shell::run(shell::program(name).args(["-m", "venv", "--clear"]).arg(&environment))?;
    let pip = environment.join(if cfg!(windows) { "Scripts/pip" } else { "bin/pip" });
    shell::run(shell::program(pip).args(["install", "--quiet", "--disable-pip-version-check", "--requirement", REQUIREMENTS]))?;
    fs::write(&stamp, wanted).context("cannot note what was installed")
}

/// Clients from Debian, unpacked without installing them.
fn hub(folder: &Path) {
    let place = folder.join("hub");
    if place.join("usr/bin/hub").is_file() {
        return;
    }
    if !shell::is_on_path("apt-get") || !shell::is_on_path("dpkg-deb") {
        println!("skipped: hub: of the registries here only Debian's has it");
        return;
    }
    println!("taking: Debian's hub");
    let taken = fs::create_dir_all(&place).context("no folder").and_then(|()| {
        shell::run_quietly(shell::program("apt-get").current_dir(&place).args(["download", "hub"]))?;
        let files = fs::read_dir(&place)?.flatten().map(|file| file.path());
        let archive = files.into_iter().find(|path| path.extension().is_some_and(|end| end == "deb")).context("no archive")?;
        shell::run_quietly(shell::program("dpkg-deb").arg("-x").arg(archive).arg(&place))
    });
    if let Err(error) = taken {
        println!("skipped: hub: {error:#}");
    }
}
