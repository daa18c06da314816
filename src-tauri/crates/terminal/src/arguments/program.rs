//! The command line of `slipway`: options of the window, or a command.

use super::values::{scenario, speed};
use super::{ABOUT, Command, SecondFactor};
use clap::{Args, Parser};
use slipway_sandbox::Scenario;
use std::ffi::OsString;

#[derive(Debug, Parser)]
#[command(name = "slipway", version, about = ABOUT)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub second_factor: SecondFactor,
    #[command(flatten)]
    pub window: WindowArguments,
}

const SCHEME: &str = "slipway";

/// How the entry that starts the program at login says it.
pub const HIDDEN: &str = "--hidden";

/// Without a command the window opens.
#[derive(Clone, Debug, Default, Args)]
pub struct WindowArguments {
    /// Open the window on simulated vendors, in a temporary folder
    #[arg(long)]
    pub sandbox: bool,
    /// The scenario of the sandbox
    #[arg(long, requires = "sandbox", value_parser = scenario)]
    pub scenario: Option<Scenario>,
    /// How many times faster than real time the sandbox runs
    #[arg(long, requires = "sandbox", value_parser = speed)]
    pub speed: Option<f64>,
    /// Start in the tray, where there is one
    #[arg(long, conflicts_with = "sandbox")]
    pub hidden: bool,
    /// A `slipway://` link, which stands alone in the command line.
    #[arg(skip)]
    pub link: Option<String>,
}

/// A link stands alone in the command line: what else is there could be taken for its options.
pub fn link_of(arguments: &[OsString]) -> Option<String> {
    match arguments {
        [_, only] => only.to_str().filter(|text| is_link(text)).map(str::to_owned),
        _ => None,
    }
}

/// Whether a text claims to be one of Slipway's links.
pub fn is_link(text: &str) -> bool {
    let start = text.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME));
    start && text[SCHEME.len()..].starts_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::{CommandLine, documented};
    use clap::CommandFactory;

    fn parsed(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(std::iter::once("slipway").chain(line.split_whitespace()))
    }

    #[test]
    fn the_definition_holds() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_window_opens_where_no_command_is_named() {
        for line in ["", HIDDEN, "--sandbox", "--sandbox --scenario incident --speed 20"] {
            assert!(parsed(line).is_ok_and(|arguments| arguments.command.is_none()), "{line}");
        }
        for line in [
            "slipway://journal",
            "--hidden status",
            "--hidden --sandbox",
            "frobnicate",
            "--scenario incident",
            "--sandbox status",
            "--sandbox --speed 0",
            "--sandbox --scenario sunny",
        ] {
            assert_eq!(parsed(line).map_err(|error| error.exit_code()).err(), Some(2), "{line}");
        }
    }

    #[test]
    fn every_command_of_the_terminal_is_a_command_here_with_the_same_help() {
        let help = |mut program: clap::Command| -> Vec<(String, String)> {
            program.build();
            let name = program.get_name().to_owned();
            let commands = program.get_subcommands_mut();
            commands.map(|c| (c.get_name().to_owned(), c.render_long_help().to_string().replace(&name, "PROGRAM"))).collect()
        };
        assert_eq!(help(documented(Arguments::command())), help(documented(CommandLine::command())));
    }

    #[test]
    fn a_link_is_the_only_argument() {
        let given = |words: &[&str]| link_of(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(given(&["slipway", "slipway://journal"]).as_deref(), Some("slipway://journal"));
        assert_eq!(given(&["slipway", "Slipway:x"]).as_deref(), Some("Slipway:x"));
        for words in [
            &["slipway"][..],
            &["slipway", "journal"],
            &["slipway", "slipway"],
            &["slipway", "slipwayx://journal"],
            &["slipway", "https://journal"],
            &["slipway", "slipway://journal", "--yes"],
            &["slipway", "--hidden", "slipway://journal"],
        ] {
            assert_eq!(given(words), None, "{words:?}");
        }
    }
}
