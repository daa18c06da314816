//! `slipway account`.

use super::values::{on_or_off, provider};
use clap::Subcommand;
use slipway_domain::status::ProviderKind;

#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Add an account; its token is read from standard input
    Add {
        #[arg(value_parser = provider)]
        provider: ProviderKind,
        /// The API's root; without it, the vendor's own
        #[arg(long)]
        url: Option<String>,
        /// Keep only the URL; the token comes from GH_TOKEN, CIRCLE_TOKEN or HEROKU_API_KEY
        #[arg(long)]
        no_keychain: bool,
        /// Use the token of the vendor's own CLI (gh, heroku, circleci), which stays its owner
        #[arg(long, visible_alias = "from-cli", conflicts_with = "no_keychain")]
        borrow: bool,
        /// Beside an account of this kind at the same URL, not in its place
        #[arg(long)]
        another: bool,
        /// Change nothing through this account
        #[arg(long)]
        read_only: bool,
    },
    List {
        #[arg(long)]
        json: bool,
    },
    /// Ask the vendor what an account's token may do; nothing is changed
    Check {
        id: String,
        #[arg(long)]
        json: bool,
    },
    /// Replace an account's token; the new one is read from standard input
    Token { id: String },
    Set {
        id: String,
        /// Whether nothing may be changed through this account
        #[arg(long, value_name = "on|off", value_parser = on_or_off, action = clap::ArgAction::Set)]
        read_only: bool,
    },
    /// Remove an account and its token
    Remove {
        id: String,
        /// Also take out of the keychain what an earlier version of Slipway keeps there for it; other
        /// data folders, and that version, lose it too
        #[arg(long)]
        everywhere: bool,
    },
}
