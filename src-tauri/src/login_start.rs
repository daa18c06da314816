//! Starting at login, by a file in the folder of the desktop's autostart entries (freedesktop.org, "Desktop Application
//! Autostart Specification" and "Desktop Entry Specification"). The file is the state: nothing else is remembered.
//!
//! The crate auto-launch does not do: it ignores `XDG_CONFIG_HOME` and does not quote the program's path.

use crate::ipc::DesktopSwitch;

#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) use entry_file::{set, state};

#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(crate) fn state() -> DesktopSwitch {
    DesktopSwitch::cannot("Slipway cannot do this on this system. Add it to the programs that the system starts at login.")
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(crate) fn set(_on: bool) -> Result<(), String> {
    Err(state().cannot.unwrap_or_default())
}

#[cfg(all(unix, not(target_os = "macos")))]
mod entry_file {
    use super::DesktopSwitch;
    use slipway_terminal::safe_text::{cut, one_line};
    use slipway_terminal::started_as;
    use std::io::{ErrorKind, Write};
    use std::path::{Path, PathBuf};

    const FILE: &str = "slipway.desktop";

    /// As the file says it now.
    pub(crate) fn state() -> DesktopSwitch {
        let (file, wanted) = match (file(), exec()) {
            (Ok(file), Ok(wanted)) => (file, wanted),
            (Err(why), _) | (_, Err(why)) => return DesktopSwitch::cannot(why),
        };
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return DesktopSwitch { on: false, cannot: None, note: None },
            Err(error) => return DesktopSwitch::cannot(format!("{} cannot be read: {error}", file.display())),
        };
        match started_by(&text) {
            Some(exec) if exec == wanted => DesktopSwitch { on: true, cannot: None, note: None },
            Some(exec) => {
                let note = format!("At login another copy starts: {}", cut(&one_line(exec), 120));
                DesktopSwitch { on: false, cannot: None, note: Some(note) }
            }
            None => DesktopSwitch { on: false, cannot: None, note: None },
        }
    }

    pub(crate) fn set(on: bool) -> Result<(), String> {
        let file = file()?;
        let failed = |error: std::io::Error| format!("{} cannot be changed: {error}", file.display());
        if !on {
            return match std::fs::remove_file(&file) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(error)),
                _ => Ok(()),
            };
        }
        let text = entry(&exec()?);
        let folder = file.parent().ok_or("This system names no folder for settings.")?;
        let written = std::fs::create_dir_all(folder).and_then(|()| {
            let mut new = tempfile::Builder::new().prefix(".slipway-").tempfile_in(folder)?;
            new.write_all(text.as_bytes())?;
            new.persist(&file).map(drop).map_err(|error| error.error)
        });
        written.map_err(failed)
    }

    fn file() -> Result<PathBuf, String> {
        let folder = dirs::config_dir().ok_or("This system names no folder for settings.")?;
        Ok(folder.join("autostart").join(FILE))
    }

    /// The command of this program, as an entry writes it. A data folder of its own is named in it.
    fn exec() -> Result<String, String> {
        // An AppImage is mounted at another path each time.
        let program = match std::env::var_os("APPIMAGE").filter(|path| !path.is_empty()) {
            Some(path) => PathBuf::from(path),
            None => started_as(&std::env::current_exe().map_err(|error| format!("The program's own path is not known: {error}"))?),
        };
        let no_text = || "The program's path is no text that the entry could hold.".to_owned();
        let program = program.to_str().ok_or_else(no_text)?;
        // Linux says so of a program that was replaced while it runs, as by an upgrade.
        let replaced = program.strip_suffix(" (deleted)").filter(|_| !Path::new(program).exists());
        let program = replaced.unwrap_or(program);
        let data = match std::env::var_os("SLIPWAY_DATA_DIR").filter(|folder| !folder.is_empty()) {
            // Where the program will be started from is not known.
            Some(folder) => Some(std::path::absolute(folder).unwrap_or_default().into_os_string().into_string().map_err(|_| no_text())?),
            None => None,
        };
        command(program, data.as_deref()).ok_or_else(no_text)
    }

    /// None where a part cannot be written in one line.
    pub(super) fn command(program: &str, data: Option<&str>) -> Option<String> {
        let data = data.map(|folder| format!("SLIPWAY_DATA_DIR={folder}"));
        let before = data.iter().flat_map(|variable| ["env", variable]);
        let words: Option<Vec<String>> = before.chain([program, "--hidden"]).map(word).collect();
        words.map(|words| words.join(" "))
    }

    /// One word of the key Exec: quoted, with its percent signs doubled; and then as every value, with its backslashes
    /// doubled.
    fn word(text: &str) -> Option<String> {
        if text.chars().any(char::is_control) {
            return None;
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '=' | '+' | ':' | ',' | '@');
        if !text.is_empty() && text.chars().all(plain) {
            return Some(text.to_owned());
        }
        let mut quoted = String::from("\"");
        for c in text.chars() {
            match c {
                '"' | '`' | '$' => quoted.extend(['\\', '\\', c]),
                '\\' => quoted.push_str("\\\\\\\\"),
                '%' => quoted.push_str("%%"),
                c => quoted.push(c),
            }
        }
        quoted.push('"');
        Some(quoted)
    }

    pub(super) fn entry(exec: &str) -> String {
        format!(
            "[Desktop Entry]\nType=Application\nVersion=1.5\nName=Slipway\nComment=A desktop release manager\nExec={exec}\nIcon=slipway\n\
             Terminal=false\nX-GNOME-Autostart-enabled=true\n"
        )
    }

    /// The command that the entry starts; None where it is turned off or is none.
    pub(super) fn started_by(text: &str) -> Option<&str> {
        let own = text.lines().skip_while(|line| line.trim() != "[Desktop Entry]").skip(1).take_while(|line| !line.trim().starts_with('['));
        let value = |key: &str| {
            let mut pairs = own.clone().filter_map(|line| line.split_once('='));
            pairs.find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim())
        };
        let is_off = value("Hidden") == Some("true") || value("X-GNOME-Autostart-enabled") == Some("false");
        value("Exec").filter(|exec| !is_off && !exec.is_empty())
    }
}

#[cfg(all(test, unix, not(target_os = "macos")))]
mod tests {
    use super::entry_file::{command, entry, started_by};

    #[test]
    fn a_path_is_one_word_of_the_command() {
        for (program, data, expected) in [
            ("/usr/bin/slipway", None, Some("/usr/bin/slipway --hidden")),
            ("/opt/my programs/slipway", None, Some("\"/opt/my programs/slipway\" --hidden")),
            ("/opt/100%/slipway", None, Some("\"/opt/100%%/slipway\" --hidden")),
            ("/opt/a\"b$c`d\\e/slipway", None, Some("\"/opt/a\\\\\"b\\\\$c\\\\`d\\\\\\\\e/slipway\" --hidden")),
            ("/opt/é/slipway", None, Some("\"/opt/é/slipway\" --hidden")),
            ("/usr/bin/slipway", Some("/data"), Some("env SLIPWAY_DATA_DIR=/data /usr/bin/slipway --hidden")),
            ("/usr/bin/slipway", Some("/my data"), Some("env \"SLIPWAY_DATA_DIR=/my data\" /usr/bin/slipway --hidden")),
            ("/opt/a\nExec=evil", None, None),
        ] {
            assert_eq!(command(program, data).as_deref(), expected, "{program:?}");
        }
    }

    #[test]
    fn what_an_entry_starts_is_read_as_a_desktop_reads_it() {
        let own = entry("/usr/bin/slipway --hidden");
        assert_eq!(started_by(&own), Some("/usr/bin/slipway --hidden"));
        assert_eq!(started_by(&own.replace("Terminal", "Hidden=true\nTerminal")), None);
        assert_eq!(started_by(&own.replace("enabled=true", "enabled=false")), None);
        assert_eq!(started_by("Exec=/bin/true\n"), None, "no entry");
        assert_eq!(started_by("[Desktop Action x]\nExec=/bin/true\n[Desktop Entry]\nName=x\n"), None, "of another group");
        assert_eq!(started_by(""), None);
    }
}
