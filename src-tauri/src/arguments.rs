//! The command line of `slipway`: options of the window, or a command.

use clap::{Args, Parser};
use slipway_sandbox::Scenario;
use slipway_terminal::arguments::values::{scenario, speed};
use slipway_terminal::arguments::{ABOUT, Command, SecondFactor};

#[derive(Debug, Parser)]
#[command(name = "slipway", version, about = ABOUT)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) second_factor: SecondFactor,
    #[command(flatten)]
    pub(crate) window: WindowArguments,
}

/// How the entry that starts the program at login says it.
pub(crate) const HIDDEN: &str = "--hidden";

/// Without a command the window opens.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct WindowArguments {
    /// Open the window on simulated vendors, in a temporary folder
    #[arg(long)]
    pub(crate) sandbox: bool,
    /// The scenario of the sandbox
    #[arg(long, requires = "sandbox", value_parser = scenario)]
    pub(crate) scenario: Option<Scenario>,
    /// How many times faster than real time the sandbox runs
    #[arg(long, requires = "sandbox", value_parser = speed)]
    pub(crate) speed: Option<f64>,
    /// Start in the tray, where there is one
    #[arg(long, conflicts_with = "sandbox")]
    pub(crate) hidden: bool,
    /// A `slipway://` link, which stands alone in the command line.
    #[arg(skip)]
    pub(crate) link: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use slipway_terminal::arguments::{CommandLine, documented};

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
}
