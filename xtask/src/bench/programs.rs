//! Builds and runs the programs that measure, and takes the lines that they print.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::bare_window;
use super::files;
use super::measured::Measured;
use super::options::Options;
use super::rows::{Profile, Row, Source};
use crate::{build, shell};

pub(super) fn measure(profile: Profile, rows: &[&Row], options: &Options, measured: &mut Measured) -> Result<()> {
    let of = |source: Source| rows.iter().filter(|row| row.source == source).map(|row| row.id).collect::<Vec<_>>();
    let needs_bare = rows.iter().any(|row| row.anchor == super::rows::BARE || row.source == Source::Window);
    if [Source::Engine, Source::Terminal, Source::Window, Source::Peers].iter().any(|source| !of(*source).is_empty()) {
        shell::run(shell::cargo().args(["build", "--workspace", "--bins", "--examples"]).args(build::EMBED))?;
    }
    if profile == Profile::Release && rows.iter().any(|row| row.id != "build-time") {
        let packages = ["--package", "slipway", "--package", "slipway-terminal"];
        shell::run(shell::cargo().args(["build", "--release"]).args(packages).args(build::EMBED))?;
    }
    let bare = if needs_bare && profile == Profile::Release {
        bare_window::build().map_err(|why| format!("{why:#}"))
    } else {
        Err("not needed".to_owned())
    };
    for (source, example) in [(Source::Engine, "counts"), (Source::Peers, "peers"), (Source::Terminal, "bench"), (Source::Window, "bench")]
    {
        let rows = of(source);
        if rows.is_empty() {
            continue;
        }
        if source == Source::Window && !cfg!(target_os = "linux") {
            rows.iter().for_each(|row| measured.skip(row, "the window's harness is for Linux"));
            continue;
        }
        run(&mut example_command(example, profile, &rows, options, bare.as_ref().ok())?, &rows, measured);
    }
    interface(&of(Source::Interface), measured);
    files::measure(&of(Source::Files), bare.as_ref(), measured);
    Ok(())
}

fn program(profile: Profile) -> Result<PathBuf> {
    let developed = shell::slipway()?;
    Ok(match profile {
        Profile::Any => developed,
        Profile::Release => released()?,
    })
}

/// The release build of `slipway`.
pub(super) fn released() -> Result<PathBuf> {
    Ok(shell::build_folder()?.with_file_name("release").join(format!("slipway{}", std::env::consts::EXE_SUFFIX)))
}

fn example_command(name: &str, profile: Profile, rows: &[&str], options: &Options, bare: Option<&PathBuf>) -> Result<Command> {
    let path = shell::build_folder()?.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let mut command = shell::program(path);
    command.args(["--rows", &rows.join(","), "--runs", &options.runs.to_string(), "--services", &options.services.to_string()]);
    if let Some(file) = &options.stand_in {
        command.arg("--stand-in").arg(file);
    }
    if let Some(bare) = bare {
        command.arg("--bare").arg(bare);
    }
    command.env("SLIPWAY_BIN", program(profile)?);
    Ok(command)
}

/// A program that fails leaves the rows that it has not told of, with its failure as the reason.
fn run(command: &mut Command, rows: &[&str], measured: &mut Measured) {
    let mut unreadable = Ok(());
    let ran = shell::succeeds_read(command, |line| {
        if let Err(error) = measured.take(line) {
            unreadable = Err(error);
        }
    });
    let why = match (ran.context("it did not start"), unreadable) {
        (Err(error), _) | (_, Err(error)) => format!("{error:#}"),
        (Ok(false), Ok(())) => "the measuring program failed, see its output".to_owned(),
        (Ok(true), Ok(())) => "the measuring program did not tell of it".to_owned(),
    };
    rows.iter().for_each(|row| measured.skip(row, &why));
}

fn interface(rows: &[&str], measured: &mut Measured) {
    if rows.is_empty() {
        return;
    }
    let script = shell::answer(shell::npm().args(["pkg", "get", "scripts.bench"]));
    if !script.is_some_and(|answer| answer.trim().starts_with('"')) {
        rows.iter().for_each(|row| measured.skip(row, "there is no `npm run bench` in ui/"));
        return;
    }
    run(shell::npm().args(["run", "--silent", "bench"]), rows, measured);
}
