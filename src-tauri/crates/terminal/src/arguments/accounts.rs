//! `slipway account`.

use super::values::{on_or_off, provider};
use crate::vendors;
use clap::Subcommand;
use slipway_domain::vendor::VendorId;
use slipway_vendor::one_of;

#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Add an account; its token is read from standard input
    Add {
        /// The vendor
        #[arg(value_parser = provider)]
        provider: VendorId,
        /// The root of the API; default: the vendor's own
        #[arg(long)]
        url: Option<String>,
        #[arg(long, help = no_keychain_help())]
        no_keychain: bool,
        #[arg(long, help = borrow_help(), visible_alias = "from-cli", conflicts_with = "no_keychain")]
        borrow: bool,
        /// Add it in addition to an account of this kind at the same URL, instead of replacing that
        #[arg(long)]
        another: bool,
        /// Allow no changes through this account
        #[arg(long)]
        read_only: bool,
    },
    /// Print all accounts, where their tokens are, and whether they were tested
    List {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Ask the vendor what an account's token may do; changes nothing
    Check {
        /// The id of the account
        id: String,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Replace an account's token; the new one is read from standard input
    Token {
        /// The id of the account
        id: String,
    },
    /// Allow or forbid changes through an account
    Set {
        /// The id of the account
        id: String,
        /// Whether changes through this account are forbidden
        #[arg(long, value_name = "on|off", value_parser = on_or_off, action = clap::ArgAction::Set)]
        read_only: bool,
    },
    /// Remove an account and its token
    Remove {
        /// The id of the account
        id: String,
        /// Also delete the keychain entry of an earlier version of Slipway for it; other data folders and that
        /// version then lose the token too
        #[arg(long)]
        everywhere: bool,
    },
}

fn no_keychain_help() -> String {
    let variables: Vec<String> = vendors::known().all().map(|vendor| vendor.token_variable.to_owned()).collect();
    format!("Keep only the URL; the token comes from {}", one_of(&variables))
}

fn borrow_help() -> String {
    let programs: Vec<&str> = vendors::known().all().filter_map(|vendor| Some(vendor.cli_credentials?.program)).collect();
    format!("Use the token of the vendor's own CLI ({}), which stays its owner", programs.join(", "))
}
