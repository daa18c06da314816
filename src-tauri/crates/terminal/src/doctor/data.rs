//! Checks the data folder, its databases and the log.

use super::Check;
use crate::{data_folder, diagnostics};
use slipway_engine::Condition;
use slipway_engine::Engine;
use std::io::Write;
use std::path::Path;

/// A file that is written and removed to test whether the folder is writable.
const PROBE: usize = 256 * 1024;
const LITTLE: u64 = 200 * 1024 * 1024;
const FREE: &str = "Free some space or check the folder's permissions, or set SLIPWAY_DATA_DIR to another folder. \
     Until then nothing is sent and nothing new is kept.";

pub(super) fn checks(engine: Option<&Engine>) -> Vec<Check> {
    let folder = match data_folder::own() {
        Ok(folder) => folder,
        Err(_) => return vec![Check::problem("data_folder", "Data folder", "it cannot be made", FREE)],
    };
    let mut checks = vec![writable(&folder), private(&folder)];
    checks.extend(databases(&folder, engine));
    checks.push(log(&folder));
    checks
}

fn writable(folder: &Path) -> Check {
    let (id, name) = ("data_folder", "Data folder");
    let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(&vec![0; PROBE])?;
        file.as_file().sync_all()
    });
    match (written, free(folder)) {
        (Err(error), _) => Check::problem(id, name, format!("{} cannot be written: {}", shown(folder), error.kind()), FREE),
        (Ok(()), Some(free)) if free < LITTLE => {
            Check::warning(id, name, format!("{} has {} MB left", shown(folder), free / 1_000_000), "Free some space.")
        }
        (Ok(()), Some(free)) => Check::ok(id, name, format!("{} can be written; {} GB free", shown(folder), free / 1_000_000_000)),
        (Ok(()), None) => Check::ok(id, name, format!("{} can be written", shown(folder))),
    }
}

#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let system = rustix::fs::statvfs(folder).ok()?;
    Some(system.f_bavail.saturating_mul(system.f_frsize))
}

#[cfg(not(unix))]
fn free(_folder: &Path) -> Option<u64> {
    None
}

#[cfg(unix)]
fn private(folder: &Path) -> Check {
    use std::os::unix::fs::PermissionsExt;
    let (id, name) = ("data_folder_private", "Only yours");
    match std::fs::metadata(folder).map(|m| m.permissions().mode() & 0o077) {
        Ok(0) => Check::ok(id, name, "other users cannot look into the data folder"),
        Ok(_) => Check::warning(id, name, "other users can look into the data folder", "Run `chmod 700` on it."),
        Err(error) => Check::problem(id, name, format!("it cannot be looked at: {}", error.kind()), FREE),
    }
}

#[cfg(not(unix))]
fn private(_folder: &Path) -> Check {
    Check::ok("data_folder_private", "Only yours", "it lies in your own profile")
}

fn databases(folder: &Path, engine: Option<&Engine>) -> Vec<Check> {
    let parts = [("journal", "Journal", "intents.db"), ("cache", "Cache", "cache.db")];
    let Some(engine) = engine else {
        let advice = "Close other copies of Slipway and try again. If that does not help, move the data folder away: \
             accounts and services must then be added again.";
        return parts.map(|(id, name, _)| Check::problem(id, name, "it could not be opened", advice)).into();
    };
    let storage = engine.storage();
    let notes = storage.notes().join(" ");
    let conditions = [&storage.journal, &storage.cache];
    let check = |((id, name, file), condition): ((&str, &str, &str), &Condition)| match condition {
        Condition::Sound if id == "journal" && storage.unreadable > 0 => {
            Check::warning(id, name, format!("{} entries could not be read and were put aside", storage.unreadable), notes.clone())
        }
        Condition::Sound => match damaged_before(folder, file) {
            0 => Check::ok(id, name, "sound"),
            kept => Check::warning(
                id,
                name,
                format!("sound; {kept} damaged before, kept beside it"),
                format!("When you no longer need them, delete {file}.damaged* in the data folder."),
            ),
        },
        Condition::SetAside { rows_saved, .. } => {
            Check::problem(id, name, format!("it was damaged and set aside just now; {rows_saved} rows were kept"), notes.clone())
        }
        Condition::Unwritable { .. } => Check::problem(id, name, "it cannot be written", FREE),
        Condition::Newer { .. } => {
            Check::problem(id, name, "a newer Slipway has written it, so this one changes nothing", "Use the newer Slipway.")
        }
    };
    parts.into_iter().zip(conditions).map(check).collect()
}

fn damaged_before(folder: &Path, file: &str) -> usize {
    let of_it = |name: &str| {
        name.strip_prefix(file).is_some_and(|rest| {
            rest.starts_with(".damaged") && !rest.ends_with("-wal") && !rest.ends_with("-shm") && !rest.ends_with("-journal")
        })
    };
    let Ok(files) = std::fs::read_dir(folder) else { return 0 };
    files.flatten().filter(|f| of_it(&f.file_name().to_string_lossy())).count()
}

fn log(folder: &Path) -> Check {
    let logs = folder.join(diagnostics::FOLDER);
    let newest = std::fs::read_dir(&logs).map(|files| files.flatten().count());
    match newest {
        Ok(files) if files > 0 => {
            Check::ok("log", "Log", format!("{files} {} in {}", if files == 1 { "file" } else { "files" }, shown(&logs)))
        }
        Ok(_) | Err(_) => Check::warning("log", "Log", "none is kept", "Check the data folder's permissions and free space."),
    }
}

/// The path without the user's name: relative to the home folder, or the variable that set it.
fn shown(path: &Path) -> String {
    if let Some(own) = std::env::var_os("SLIPWAY_DATA_DIR").filter(|v| !v.is_empty())
        && let Ok(rest) = path.strip_prefix(&own)
    {
        return if rest.as_os_str().is_empty() { "$SLIPWAY_DATA_DIR".to_owned() } else { format!("$SLIPWAY_DATA_DIR/{}", rest.display()) };
    }
    match dirs::home_dir().and_then(|home| Some(path.strip_prefix(home).ok()?.to_owned())) {
        Some(rest) => format!("~/{}", rest.display()),
        None => "the data folder".to_owned(),
    }
}
