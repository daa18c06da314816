//! A root folder like that of a small container: one program and the libraries that it is linked to.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use object::Endianness;
use object::elf::DT_NEEDED;
use object::read::elf::{ElfFile64, ProgramHeader};
use tempfile::TempDir;

use crate::terminal::Cli;

/// The folder of the program and its state, below the root.
const PROGRAM: &str = "/program";
const DATA: &str = "/data";

/// Dropping it deletes the folder.
#[derive(Debug)]
pub struct MinimalRoot {
    folder: TempDir,
    libraries: BTreeSet<PathBuf>,
}

impl MinimalRoot {
    /// Copies `program`, its loader, and all libraries that they are linked to.
    pub fn new(program: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("slipway-root-").tempdir()?;
        fs::copy(program, below(folder.path(), Path::new(PROGRAM)))?;
        fs::create_dir(below(folder.path(), Path::new(DATA)))?;
        let linked = Linked::read(program)?;
        let mut libraries: BTreeSet<PathBuf> = linked.loader.into_iter().collect();
        let mut wanted = linked.needed;
        while let Some(name) = wanted.pop() {
            let path = found(&name).with_context(|| format!("{name} is in no folder of libraries"))?;
            if libraries.insert(path.clone()) {
                wanted.extend(Linked::read(&path)?.needed);
            }
        }
        for library in &libraries {
            let copy = below(folder.path(), library);
            fs::create_dir_all(copy.parent().context("a library has a folder")?)?;
            fs::copy(library, copy)?;
        }
        Ok(Self { folder, libraries })
    }

    /// All files in it, besides the program.
    pub fn libraries(&self) -> impl Iterator<Item = &Path> {
        self.libraries.iter().map(PathBuf::as_path)
    }

    /// A terminal in which this folder is the program's root; None where this machine does not allow changing the
    /// root.
    pub fn terminal(&self) -> Result<Option<Cli>> {
        let ways: [&[&str]; 2] = [&["chroot"], &["unshare", "--user", "--map-root-user", "chroot"]];
        let Some(way) = ways.into_iter().find(|way| can_change_root(way)) else { return Ok(None) };
        let root = self.folder.path().display().to_string();
        let starter: Vec<&str> = way.iter().copied().chain([root.as_str()]).collect();
        Ok(Some(Cli::of(PROGRAM.into(), Path::new(DATA)).started_by(&starter)))
    }
}

/// The libraries that an ELF file names itself.
pub fn needed_libraries(program: &Path) -> Result<Vec<String>> {
    Ok(Linked::read(program)?.needed)
}

struct Linked {
    /// File names, such as `libc.so.6`.
    needed: Vec<String>,
    /// None: it is a library, or is statically linked.
    loader: Option<PathBuf>,
}

impl Linked {
    fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file = ElfFile64::<Endianness>::parse(&*bytes).with_context(|| format!("{} is no program", path.display()))?;
        let mut linked = Self { needed: Vec::new(), loader: None };
        for header in file.elf_program_headers() {
            if let Some(loader) = header.interpreter(file.endian(), &*bytes)? {
                linked.loader = Some(PathBuf::from(std::str::from_utf8(loader)?));
            }
        }
        let table = file.elf_dynamic_table()?;
        for entry in table.iter().filter(|entry| entry.tag == DT_NEEDED) {
            linked.needed.push(std::str::from_utf8(table.string(entry)?)?.to_owned());
        }
        Ok(linked)
    }
}

/// The default folders of the loader, on Debian and on other systems.
fn found(library: &str) -> Option<PathBuf> {
    let multiarch = format!("{}-linux-gnu", std::env::consts::ARCH);
    let folders = ["/lib", "/usr/lib"].map(|folder| Path::new(folder).join(&multiarch));
    let others = ["/lib64", "/usr/lib64", "/lib", "/usr/lib"].map(PathBuf::from);
    folders.into_iter().chain(others).map(|folder| folder.join(library)).find(|path| path.is_file())
}

fn below(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}

fn can_change_root(way: &[&str]) -> bool {
    let Some((program, arguments)) = way.split_first() else { return false };
    let mut trial = Command::new(program);
    trial.args(arguments).args(["/", "true"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    trial.status().is_ok_and(|status| status.success())
}
