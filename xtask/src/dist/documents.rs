//! Manual pages and completions of the programs, written by the programs themselves, and where a Debian package has
//! them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::shell;

const MANUAL: &str = "/usr/share/man/man1";

/// A shell, the folder in which it looks for completions, and the file's name there with `{}` for the program.
const SHELLS: [(&str, &str, &str); 3] = [
    ("bash", "/usr/share/bash-completion/completions", "{}"),
    ("zsh", "/usr/share/zsh/vendor-completions", "_{}"),
    ("fish", "/usr/share/fish/vendor_completions.d", "{}.fish"),
];

/// Writes the documents of every program into a new folder; the files by their place in the package.
pub(super) fn written(programs: &[PathBuf], folder: &Path) -> Result<BTreeMap<String, PathBuf>> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let mut files = BTreeMap::new();
    for program in programs {
        let name = program.file_stem().and_then(|name| name.to_str()).context("a program without a name")?;
        let pages = folder.join("man").join(name);
        fs::create_dir_all(&pages)?;
        shell::run(shell::program(program.clone()).arg("man").arg("--out").arg(&pages))?;
        for page in fs::read_dir(&pages)? {
            let page = page?;
            let file = page.file_name().into_string().map_err(|name| anyhow::anyhow!("a page named {name:?}"))?;
            files.insert(format!("{MANUAL}/{file}"), page.path());
        }
        for (shell, place, form) in SHELLS {
            let file = folder.join(shell).join(form.replace("{}", name));
            fs::create_dir_all(folder.join(shell))?;
            fs::write(&file, completions(program, shell)?)?;
            files.insert(format!("{place}/{}", form.replace("{}", name)), file);
        }
    }
    Ok(files)
}

fn completions(program: &Path, shell: &str) -> Result<Vec<u8>> {
    let output = shell::program(program).args(["completions", shell]).output()?;
    if !output.status.success() || output.stdout.is_empty() {
        bail!("{} has no completions of {shell}: {}", program.display(), String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.stdout)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// In place of the programs: it writes what it was asked for.
    const PROGRAM: &str = "#!/bin/sh\nif [ \"$1\" = man ]; then echo page > \"$3/${0##*/}.1\"; else echo \"$*\"; fi\n";

    #[test]
    fn every_document_has_its_place_in_the_package() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let programs = ["slipway", "slipway-cli"].map(|name| folder.path().join(name));
        for program in &programs {
            fs::write(program, PROGRAM)?;
            fs::set_permissions(program, fs::Permissions::from_mode(0o755))?;
        }
        let files = written(&programs, &folder.path().join("documents"))?;
        let expected = [
            "/usr/share/bash-completion/completions/slipway",
            "/usr/share/bash-completion/completions/slipway-cli",
            "/usr/share/fish/vendor_completions.d/slipway-cli.fish",
            "/usr/share/fish/vendor_completions.d/slipway.fish",
            "/usr/share/man/man1/slipway-cli.1",
            "/usr/share/man/man1/slipway.1",
            "/usr/share/zsh/vendor-completions/_slipway",
            "/usr/share/zsh/vendor-completions/_slipway-cli",
        ];
        assert_eq!(files.keys().map(String::as_str).collect::<Vec<_>>(), expected);
        assert_eq!(fs::read_to_string(&files[expected[2]])?, "completions fish\n");
        fs::write(&programs[0], "#!/bin/sh\nexit 1\n")?;
        assert!(written(&programs, &folder.path().join("documents")).is_err(), "a program that writes none");
        Ok(())
    }
}
