//! The test programs of the workspace, each with the folder and the environment in which cargo runs it.
//!
//! Cargo is asked to run them with this program as their runner: the runner records its arguments and environment
//! and starts nothing. So each test gets everything that cargo sets, in any version of cargo.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{build, shell};

/// The subcommand with which cargo calls this program as a runner.
pub(crate) const RUNNER: &str = "note-test-program";

#[derive(Debug, PartialEq)]
pub(crate) struct Program {
    /// The package and the name of the program: `slipway-engine trust`.
    pub name: String,
    words: Vec<String>,
    folder: PathBuf,
    environment: BTreeMap<String, String>,
}

impl Program {
    pub(crate) fn command(&self) -> Command {
        let mut command = shell::program(&self.words[0]);
        command.args(&self.words[1..]).current_dir(&self.folder).envs(&self.environment);
        command
    }
}

/// Builds every test program; `None` if one does not compile.
pub(crate) fn build() -> Result<Option<Vec<Program>>> {
    let notes = shell::build_folder()?.join("test-programs.jsonl");
    fs::write(&notes, "").with_context(|| shell::shown(&notes))?;
    let runner = json!([shell::own_program()?, RUNNER, notes]);
    let mut command = shell::cargo();
    // Documentation tests have no runner and are run separately.
    command
        .args(["--config", &format!("target.'cfg(all())'.runner = {runner}"), "test", "--workspace", "--tests"])
        .args(build::EMBED)
        .env("SLIPWAY_BIN", shell::slipway()?)
        .env("SLIPWAY_PICTURES", shell::root().join("artifacts/e2e"));
    if !shell::succeeds(&mut command)? {
        return Ok(None);
    }
    fs::read_to_string(&notes)?.lines().map(read).collect::<Result<_>>().map(Some)
}

/// The runner: its arguments are the file to record to, the program, and the program's arguments.
pub(crate) fn note(words: &[String]) -> Result<()> {
    let (file, program) = words.split_first().context("no file to note the program in")?;
    let environment: BTreeMap<String, String> =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect();
    let line = json!({ "words": program, "folder": std::env::current_dir()?, "environment": environment });
    let mut file = OpenOptions::new().append(true).open(file).with_context(|| file.clone())?;
    writeln!(file, "{line}").context("cannot note the program")
}

fn read(line: &str) -> Result<Program> {
    let note: Value = serde_json::from_str(line)?;
    let words: Vec<String> = serde_json::from_value(note["words"].clone())?;
    let environment: BTreeMap<String, String> = serde_json::from_value(note["environment"].clone())?;
    let package = environment.get("CARGO_PKG_NAME").map_or("", String::as_str);
    let name = format!("{package} {}", own_name(words.first().context("a program")?));
    Ok(Program { name, words, folder: serde_json::from_value(note["folder"].clone())?, environment })
}

/// The name without its folder and cargo's hash.
fn own_name(program: &str) -> &str {
    let name = Path::new(program).file_stem().and_then(|stem| stem.to_str()).unwrap_or(program);
    name.rsplit_once('-').map_or(name, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_noted_program_is_read_with_its_surroundings() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("notes");
        fs::write(&file, "")?;
        let words = [file.display().to_string(), "/target/debug/deps/main_job-7d1f93".to_owned(), "--exact".to_owned()];
        note(&words)?;
        let text = fs::read_to_string(&file)?;
        let program = read(text.trim_end())?;
        assert_eq!(program.name, "xtask main_job");
        assert_eq!(program.words, words[1..]);
        assert_eq!(program.folder, std::env::current_dir()?);
        assert_eq!(program.environment.get("CARGO_PKG_NAME").map(String::as_str), Some("xtask"));
        Ok(())
    }

    #[test]
    fn names_are_without_folder_and_hash() {
        assert_eq!(own_name("/t/deps/two_copies-155fea13"), "two_copies");
        assert_eq!(own_name("/t/deps/plain"), "plain");
    }
}
