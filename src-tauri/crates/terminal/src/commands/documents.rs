//! `slipway completions` and `slipway man`: what shells and `man` read of the commands.

use crate::arguments::documented;
use crate::exit::Exit;
use crate::print;
use anyhow::{Context, Result};
use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;
use slipway_domain::humanize::{count, names_there_are};
use std::path::Path;

pub(super) fn completions(program: Command, shell: Shell) -> Result<Exit> {
    print::raw(&completions_of(program, shell))?;
    Ok(Exit::Done)
}

fn completions_of(program: Command, shell: Shell) -> Vec<u8> {
    let name = program.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut documented(program), name, &mut script);
    script
}

pub(super) fn man(program: Command, command: &[String], out: Option<&Path>) -> Result<Exit> {
    let program = built(program);
    if let Some(folder) = out {
        let written = write_all(&program, folder).with_context(|| format!("cannot write to {}", folder.display()))?;
        print::text(&format!("Wrote {} to {}.", count(written, "page"), crate::safe_text::one_line(&folder.display().to_string())))?;
        return Ok(Exit::Done);
    }
    let mut at = &program;
    for word in command {
        let Some(below) = at.find_subcommand(word) else {
            let names: Vec<&str> = at.get_subcommands().map(Command::get_name).collect();
            print::say(&format!("There is no command {}. {}", command.join(" "), names_there_are(word, &names)));
            return Ok(Exit::Usage);
        };
        at = below;
    }
    print::raw(&page(at)?)?;
    Ok(Exit::Done)
}

/// With the names of its pages: `slipway-account-add`.
fn built(program: Command) -> Command {
    let mut program = documented(program).disable_help_subcommand(true);
    program.build();
    program
}

fn page(command: &Command) -> std::io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    Ok(page)
}

/// The number of pages.
fn write_all(command: &Command, folder: &Path) -> std::io::Result<usize> {
    std::fs::create_dir_all(folder)?;
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    std::fs::write(folder.join(format!("{name}.1")), page(command)?)?;
    command.get_subcommands().try_fold(1, |written, below| Ok(written + write_all(below, folder)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::CommandLine;
    use clap::CommandFactory;

    /// Every command with its words, and its own options.
    fn walk(command: &Command, path: &[String], visit: &mut impl FnMut(&[String], &[String])) {
        let long = command.get_arguments().filter(|argument| !argument.is_hide_set()).filter_map(|argument| argument.get_long());
        visit(path, &long.map(|name| format!("--{name}")).collect::<Vec<_>>());
        for below in command.get_subcommands() {
            walk(below, &[path, &[below.get_name().to_owned()]].concat(), visit);
        }
    }

    #[test]
    fn completions_have_every_command_and_option() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
            let script = String::from_utf8(completions_of(CommandLine::command(), shell)).expect("text");
            let mut lacking = Vec::new();
            let mut seen = 0;
            walk(&built(CommandLine::command()), &[], &mut |path, options| {
                let options = options
                    .iter()
                    .map(|option| if shell == Shell::Fish { option.trim_start_matches('-').to_owned() } else { option.clone() });
                for word in path.last().cloned().into_iter().chain(options) {
                    seen += 1;
                    if !script.contains(&word) {
                        lacking.push(format!("{shell} has no {word} of {}", path.join(" ")));
                    }
                }
            });
            assert!(lacking.is_empty() && seen > 100, "{seen}: {}", lacking.join("\n"));
            assert!(script.contains("slipway-cli"));
        }
    }

    #[test]
    fn every_command_has_a_page_with_its_options_and_its_help() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = built(CommandLine::command());
        let written = write_all(&program, folder.path()).expect("written");
        let mut seen = 0;
        walk(&program, &[], &mut |path, options| {
            seen += 1;
            let name = [&["slipway-cli".to_owned()], path].concat().join("-");
            let page = std::fs::read_to_string(folder.path().join(format!("{name}.1"))).unwrap_or_else(|error| panic!("{name}: {error}"));
            let plain = page.replace("\\-", "-");
            for part in options.iter().map(String::as_str).chain(["Reads: ", "Exit codes:", "SLIPWAY_DATA_DIR"]) {
                let optional = part == "SLIPWAY_DATA_DIR" && ["completions", "man"].iter().any(|only| name.ends_with(only));
                assert!(optional || plain.contains(part), "{name} has no {part}");
            }
        });
        assert_eq!(written, seen);
    }
}
