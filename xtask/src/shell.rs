//! Runs other programs in the repository.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the repository")
}

/// The folder of development builds, in which this program was built.
pub(crate) fn build_folder() -> Result<PathBuf> {
    let own = std::env::current_exe().context("cannot find this program's own file")?;
    let folder = own.parent().context("this program's own file has no folder")?;
    Ok(folder.to_path_buf())
}

/// A copy of this program, made at its first use, because building the workspace replaces the original.
pub(crate) fn own_program() -> Result<PathBuf> {
    static COPY: OnceLock<PathBuf> = OnceLock::new();
    if let Some(copy) = COPY.get() {
        return Ok(copy.clone());
    }
    let copy = build_folder()?.join(format!("xtask-of-this-run{}", std::env::consts::EXE_SUFFIX));
    // A copy of an earlier run may still be in use.
    let _ = std::fs::remove_file(&copy);
    std::fs::copy(std::env::current_exe()?, &copy).context("cannot copy this program's own file")?;
    Ok(COPY.get_or_init(|| copy).clone())
}

/// The development build of Slipway.
pub(crate) fn slipway() -> Result<PathBuf> {
    Ok(build_folder()?.join(format!("slipway{}", std::env::consts::EXE_SUFFIX)))
}

/// `cargo` without the variables that the `cargo run` around this program has set, which would make build scripts
/// run again.
pub(crate) fn cargo() -> Command {
    let mut command = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name.as_ref());
        }
    }
    command
}

/// `npm`, in `ui/`.
pub(crate) fn npm() -> Command {
    let mut command = program(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(root().join("ui"));
    command
}

/// A program that starts in the repository's root.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    command
}

/// Prints the command, runs it, and fails if it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    if !succeeds(command)? {
        bail!("`{}` failed", words(command));
    }
    Ok(())
}

/// As [`run`], but shows the output only if the command fails.
pub(crate) fn run_quietly(command: &mut Command) -> Result<()> {
    println!("$ {}", words(command));
    let output = command.output().with_context(|| format!("cannot start `{}`", words(command)))?;
    if !output.status.success() {
        bail!("`{}` failed: {}", words(command), String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// Prints the command, runs it, and returns whether it succeeded.
pub(crate) fn succeeds(command: &mut Command) -> Result<bool> {
    println!("$ {}", words(command));
    let status = command.status().with_context(|| format!("cannot start `{}`", words(command)))?;
    Ok(status.success())
}

/// As [`succeeds`], and passes every line of standard output to `reader` besides showing it.
pub(crate) fn succeeds_read(command: &mut Command, mut reader: impl FnMut(&str)) -> Result<bool> {
    println!("$ {}", words(command));
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{}`", words(command)))?;
    let output = child.stdout.take().context("no standard output")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        reader(&line);
    }
    Ok(child.wait()?.success())
}

/// The output of a program, or `None` if it is absent or fails. Prints nothing.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program of this name is on the PATH.
pub(crate) fn is_on_path(name: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(name).is_file() || folder.join(format!("{name}.exe")).is_file())
    })
}

/// A path for messages: relative to the repository if it is inside.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn words(command: &Command) -> String {
    let name = Path::new(command.get_program());
    let mut words = vec![name.file_stem().map_or_else(|| name.display().to_string(), |stem| stem.to_string_lossy().into_owned())];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}
