//! The sections of a command's help.

use super::pages::{Exits, Page, Variables};
use crate::vendors;

/// The column at which an explanation begins.
const INDENT: usize = 20;

pub(super) fn text(page: &Page, program: &str) -> String {
    let examples: Vec<String> = page.examples.iter().map(|line| format!("  {program} {}", example(line)).trim_end().to_owned()).collect();
    [
        format!("Reads: {}\n\nSends: {}", page.reads, page.sends),
        format!("{}:\n{}", if examples.len() == 1 { "Example" } else { "Examples" }, examples.join("\n")),
        format!(
            "Exit codes:\n{}",
            exits(page.exits).iter().map(|(code, meaning)| format!("  {code}  {meaning}")).collect::<Vec<_>>().join("\n")
        ),
        format!("Variables:\n{}", variables(page.variables).join("\n")),
    ]
    .join("\n\n")
}

/// The example with the name of a vendor and of a platform of this program in place of VENDOR and PLATFORM.
pub(super) fn example(line: &str) -> String {
    let vendors = vendors::known();
    let vendor = vendors.all().next().map_or_else(|| "VENDOR".to_owned(), |vendor| vendor.id.to_string());
    let platform = vendors.platforms().next().map_or_else(|| "PLATFORM".to_owned(), |(vendor, _)| vendor.id.to_string());
    line.replace("VENDOR", &vendor).replace("PLATFORM", &platform)
}

fn exits(exits: Exits) -> &'static [(u8, &'static str)] {
    match exits {
        Exits::Acts => &[
            (0, "done and verified"),
            (1, "sent, and refused or failed"),
            (2, "wrong usage"),
            (3, "nothing was sent: refused, not confirmed, or changed since it was shown"),
            (4, "the outcome was unknown at the deadline"),
        ],
        Exits::Reads => &[(0, "read and printed"), (1, "it could not be read"), (2, "wrong usage, or no such name")],
        Exits::Forecasts => &[
            (0, "a revert would apply cleanly"),
            (1, "it would conflict, or nothing is left to revert"),
            (2, "wrong usage, no such name, or not merged"),
            (4, "it is not known"),
        ],
        Exits::Sets => &[(0, "done"), (1, "refused, or it could not be kept"), (2, "wrong usage, or no such name")],
        Exits::Finds => &[(0, "something was found"), (1, "nothing could be read"), (2, "wrong usage")],
        Exits::Dismisses => &[
            (0, "dismissed"),
            (1, "it could not be kept"),
            (2, "wrong usage, or no such name"),
            (3, "refused: the cause can be read, or ends by itself"),
        ],
        Exits::Records => {
            &[(0, "recorded"), (1, "it could not be kept"), (2, "wrong usage, or no such name"), (3, "refused: there is nothing to change")]
        }
        Exits::Checks => &[(0, "no problem was found"), (1, "there are problems"), (2, "wrong usage")],
        Exits::Prints => &[(0, "printed"), (1, "it could not be written"), (2, "wrong usage")],
        Exits::Groups => &[(0, "as the command below it says"), (2, "wrong usage")],
    }
}

fn variables(variables: Variables) -> Vec<String> {
    let line = |name: &str, meaning: &str| {
        if name.len() + 4 > INDENT { format!("  {name}\n{:INDENT$}{meaning}", "") } else { format!("  {name:<17} {meaning}") }
    };
    let mut lines = Vec::new();
    if variables == Variables::Network {
        let tokens: Vec<&str> = vendors::known().all().map(|vendor| vendor.token_variable).collect();
        lines.push(line(&tokens.join(", "), "tokens for this run; they are never stored"));
    }
    if variables != Variables::Output {
        lines.push(line("SLIPWAY_DATA_DIR", "the folder of all state"));
    }
    if variables == Variables::Network {
        lines.push(line("HTTPS_PROXY, ALL_PROXY, NO_PROXY", "the proxy to go through, and the hosts that need none"));
        lines.push(line("SLIPWAY_CA_BUNDLE, SSL_CERT_FILE", "a PEM file of certificate authorities to trust as well"));
    }
    lines.push(line("NO_COLOR", "when set, no colours; CLICOLOR_FORCE=1: colours everywhere"));
    lines.push(line("COLUMNS", "the width where standard output is no terminal"));
    lines
}
