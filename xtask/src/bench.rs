//! Measures Slipway beside what people would use instead, row by row, and writes one table.
//!
//! A row's figure comes from a program that prints it as a line of JSON: examples of the workspace, `npm run bench` in
//! `ui/`, and what this program measures of files. Counts need no release build; timings and sizes do.

mod bare_window;
mod compared;
mod files;
mod measured;
mod options;
mod programs;
mod rows;
mod table;

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::system::Purpose;
use crate::{build, clients, contracts, setup, shell};
use measured::Measured;
use options::Options;
use rows::{Profile, Row, Source};

pub(crate) fn perform(rest: &[String]) -> Result<ExitCode> {
    let options = Options::read(rest)?;
    let rows = rows::wanted(&options)?;
    let is_wanted = |source: Source| rows.iter().any(|row| row.source == source);
    setup::prepare(if is_wanted(Source::Window) { &[Purpose::Build, Purpose::Desktop] } else { &[Purpose::Build] })?;
    build::interface()?;
    if is_wanted(Source::Peers) || is_wanted(Source::Terminal) {
        prepare_peers();
    }
    let mut measured = Measured::default();
    for profile in [Profile::Any, Profile::Release] {
        let of_it: Vec<&Row> = rows.iter().copied().filter(|row| row.profile == profile).collect();
        if !of_it.is_empty() {
            programs::measure(profile, &of_it, &options, &mut measured)?;
        }
    }
    write(&rows, &measured, &options)
}

/// A peer that cannot be had is named by the rows that need it.
fn prepare_peers() {
    for (name, prepared) in [("contracts", contracts::prepare()), ("clients", clients::prepare())] {
        if let Err(error) = prepared {
            println!("not there: {name}: {error:#}");
        }
    }
}

fn write(rows: &[&Row], measured: &Measured, options: &Options) -> Result<ExitCode> {
    let folder = shell::root().join("target/bench");
    fs::create_dir_all(&folder)?;
    let json = table::json(rows, measured, options);
    let mut text = table::markdown(rows, measured);
    let mut code = ExitCode::SUCCESS;
    if let Some(earlier) = &options.compare {
        let (lines, agrees) = compared::with(&json, earlier)?;
        text.push_str(&lines);
        if !agrees {
            code = ExitCode::FAILURE;
        }
    }
    for (name, content) in [("table.json", format!("{json:#}\n")), ("table.md", text.clone())] {
        fs::write(folder.join(name), content).with_context(|| name.to_owned())?;
    }
    println!("\n{text}\n{} and table.json beside it", shell::shown(&folder.join("table.md")));
    Ok(code)
}
