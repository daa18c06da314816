//! Rows that are read from files, and from cargo.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};

use super::measured::{Figure, Measured};
use super::programs;
use crate::{build, dist, shell};

pub(super) fn measure(rows: &[&str], bare: Result<&PathBuf, &String>, measured: &mut Measured) {
    for row in rows {
        let figure = match *row {
            "size-program" => programs::released().and_then(|path| size(&path.with_file_name("slipway-window"), bare.ok())),
            "size-cli" => programs::released().and_then(|path| size(&path.with_file_name("slipway-cli"), None)),
            "size-deb" => package(),
            "crates" => crates().map(|all| count(all.values().map(Vec::len).sum())),
            "duplicates" => crates().map(|all| duplicates(&all)),
            "build-time" => build_time(),
            unknown => Err(anyhow::anyhow!("nobody measures {unknown}")),
        };
        match figure {
            Ok(figure) => measured.add(row, figure),
            Err(error) => measured.skip(row, &format!("{error:#}")),
        }
    }
}

fn count(number: usize) -> Figure {
    Figure { samples: vec![number as f64], ..Figure::default() }
}

fn size(program: &Path, bare: Option<&PathBuf>) -> Result<Figure> {
    let megabytes = |path: &Path| fs::metadata(path).map(|file| file.len() as f64 / 1e6).with_context(|| shell::shown(path));
    let anchor = bare.map(|bare| megabytes(bare)).transpose()?;
    Ok(Figure { samples: vec![megabytes(program)?], anchor: anchor.into_iter().collect(), unit: "MB".to_owned(), note: None })
}

fn package() -> Result<Figure> {
    dist::perform(&[])?;
    let folder = programs::released()?.with_file_name("bundle").join("deb");
    let files = fs::read_dir(&folder)?.flatten().map(|file| file.path());
    let package = files.into_iter().find(|path| path.extension().is_some_and(|end| end == "deb")).context("no .deb")?;
    size(&package, None)
}

/// The versions of each crate of `Cargo.lock`.
fn crates() -> Result<BTreeMap<String, Vec<String>>> {
    let lock = fs::read_to_string(shell::root().join("Cargo.lock")).context("Cargo.lock")?;
    Ok(crates_of(&lock))
}

fn crates_of(lock: &str) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut name = "";
    for line in lock.lines() {
        let value = |key: &str| line.strip_prefix(key).and_then(|rest| rest.strip_prefix(" = \"")?.strip_suffix('"'));
        if let Some(found) = value("name") {
            name = found;
        } else if let Some(version) = value("version").filter(|_| !name.is_empty()) {
            all.entry(name.to_owned()).or_default().push(version.to_owned());
        }
    }
    all
}

fn duplicates(all: &BTreeMap<String, Vec<String>>) -> Figure {
    let several: Vec<&String> = all.iter().filter(|(_, versions)| versions.len() > 1).map(|(name, _)| name).collect();
    let names = several.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" ");
    Figure { note: Some(names), ..count(several.len()) }
}

/// In a build folder of its own, so that nothing is taken from an earlier build.
fn build_time() -> Result<Figure> {
    let folder = shell::root().join("target/bench/clean-build");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    build::interface()?;
    let began = Instant::now();
    shell::run(shell::cargo().args(["build", "--release", "--package", "slipway"]).args(build::EMBED).arg("--target-dir").arg(&folder))?;
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    fs::remove_dir_all(&folder)?;
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    Ok(Figure { samples: vec![minutes], unit: "min".to_owned(), note: Some(format!("on {cores} cores")), anchor: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_and_their_versions_are_read() {
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"a\"\nversion = \"2.0.0\"\n\
            dependencies = [\n \"b\",\n]\n\n[[package]]\nname = \"b\"\nversion = \"0.1.0\"\n";
        let all = crates_of(lock);
        assert_eq!(all["a"], ["1.0.0", "2.0.0"]);
        assert_eq!(all["b"], ["0.1.0"]);
        assert_eq!(duplicates(&all), Figure { note: Some("a".to_owned()), ..count(1) });
    }
}
