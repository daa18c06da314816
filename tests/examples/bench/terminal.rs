//! What a command costs that asks nobody, beside `gh --version`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::json;
use slipway_contracts::client_program;
use slipway_tests::{slipway_bin, slipway_cli_bin};

use crate::Told;
use crate::processes::{Trace, is_there, traced};

#[derive(Clone, Copy)]
pub(crate) enum Program {
    Cli,
    /// The one with a window.
    Window,
}

impl Program {
    fn path(self) -> Result<PathBuf> {
        match self {
            Self::Cli => slipway_cli_bin(),
            Self::Window => slipway_bin(),
        }
    }
}

/// None: strace is not there.
fn journal(program: Program) -> Result<Option<Trace>> {
    if !is_there("strace") {
        return Ok(None);
    }
    let folder = tempfile::tempdir()?;
    // The first run makes the databases.
    traced(&program.path()?, &["journal"], folder.path())?;
    traced(&program.path()?, &["journal"], folder.path()).map(Some)
}

/// `gh --version`.
fn peer() -> Result<Option<Trace>> {
    let Some(gh) = client_program("python/bin/gh") else { return Ok(None) };
    let folder = tempfile::tempdir()?;
    traced(&gh, &["--version"], folder.path()).map(Some)
}

pub(crate) async fn calls(program: Program) -> Result<Told> {
    let Some(trace) = journal(program)? else { return Ok(no_strace()) };
    let peer = peer()?;
    let note = if peer.is_none() { Some("gh is not there") } else { None };
    Ok(Told::Row(json!({
        "samples": [trace.calls], "unit": "calls", "anchor": peer.iter().map(|peer| peer.calls).collect::<Vec<_>>(), "note": note,
    })))
}

pub(crate) async fn objects(program: Program) -> Result<Told> {
    let Some(trace) = journal(program)? else { return Ok(no_strace()) };
    let names = |objects: &BTreeSet<String>| objects.iter().map(|path| name(path)).collect::<Vec<_>>().join(" ");
    match program {
        Program::Cli => {
            let peer: Vec<usize> = peer()?.iter().map(|peer| peer.objects.len()).collect();
            Ok(Told::Row(json!({"samples": [trace.objects.len()], "unit": "objects", "anchor": peer, "note": names(&trace.objects)})))
        }
        Program::Window => {
            let of_the_window: Vec<&String> = trace
                .objects
                .iter()
                .filter(|path| ["gtk", "webkit", "gdk", "javascriptcore"].iter().any(|part| path.contains(part)))
                .collect();
            let note = format!("of {} in all", trace.objects.len());
            Ok(Told::Row(json!({"samples": [of_the_window.len()], "unit": "objects", "note": note})))
        }
    }
}

fn name(path: &str) -> String {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path).to_owned()
}

fn no_strace() -> Told {
    Told::Skipped("strace is not there".to_owned())
}
