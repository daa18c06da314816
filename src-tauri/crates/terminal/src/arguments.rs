//! What can be written after `slipway`. The words are promised to scripts.

pub mod values;

use clap::{Args, Parser, Subcommand, ValueEnum};
use slipway_domain::action::Code;
use slipway_domain::service::EnvironmentConfig;
use slipway_domain::status::{MergeMethod, ProviderKind};
use slipway_sandbox::Scenario;
use std::path::PathBuf;
use values::{CiChoice, ci, commit, environment, on_or_off, provider, repository, scenario, speed, version, yes_or_no};

/// A day, in seconds.
const LONGEST_WAIT: u64 = 24 * 60 * 60;

#[derive(Debug, Parser)]
#[command(name = "slipway", version, about = "What is ready, in flight and live; and merging, reverting and rolling back.")]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The code of Heroku's second factor, for this command only; - reads it from standard input
    #[arg(long, global = true, value_name = "CODE")]
    pub two_factor: Option<String>,
    #[command(flatten)]
    pub window: WindowArguments,
}

impl Command {
    /// Whether it sends something to a vendor when it succeeds.
    pub fn is_action(&self) -> bool {
        match self {
            Self::Merge { .. }
            | Self::UpdateBranch { .. }
            | Self::AutoMerge { .. }
            | Self::Dequeue { .. }
            | Self::Revert { .. }
            | Self::Rollback { .. }
            | Self::Rerun { .. }
            | Self::Cancel { .. }
            | Self::Approve { .. }
            | Self::Promote { .. }
            | Self::Release { .. } => true,
            Self::Account(_)
            | Self::Service(_)
            | Self::Status { .. }
            | Self::Watch { .. }
            | Self::Journal { .. }
            | Self::Dismiss { .. }
            | Self::Doctor { .. }
            | Self::Sandbox { .. } => false,
        }
    }
}

/// Without a command the window opens.
#[derive(Clone, Debug, Default, Args)]
pub struct WindowArguments {
    /// Open the window on simulated vendors, in a temporary folder
    #[arg(long)]
    pub sandbox: bool,
    /// What the sandbox begins with
    #[arg(long, requires = "sandbox", value_parser = scenario)]
    pub scenario: Option<Scenario>,
    /// How many times faster than life the sandbox runs
    #[arg(long, requires = "sandbox", value_parser = speed)]
    pub speed: Option<f64>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Accounts: where the vendors are reached; tokens are in the keychain
    #[command(subcommand)]
    Account(AccountCommand),
    /// Services: a repository, its CI and its environments
    #[command(subcommand)]
    Service(ServiceCommand),
    /// One refresh, then the board
    Status {
        #[arg(long)]
        service: Option<String>,
        #[arg(long)]
        json: bool,
        /// Seconds to wait; what is not read by then is said to be old [default: 30]
        #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=3600))]
        timeout: Option<u32>,
    },
    /// Merge a pull request, or add it to its branch's merge queue
    Merge {
        service: String,
        number: u64,
        #[arg(long)]
        method: Option<Method>,
        #[command(flatten)]
        expected: ExpectedHead,
        #[command(flatten)]
        consent: Consent,
    },
    /// Merge a pull request's base branch into it
    UpdateBranch {
        service: String,
        number: u64,
        #[command(flatten)]
        expected: ExpectedHead,
        #[command(flatten)]
        consent: Consent,
    },
    /// Have GitHub merge a pull request once nothing holds it back; --off: no longer
    AutoMerge {
        service: String,
        number: u64,
        #[arg(long, conflicts_with = "method")]
        off: bool,
        #[arg(long)]
        method: Option<Method>,
        #[command(flatten)]
        expected: ExpectedHead,
        #[command(flatten)]
        consent: Consent,
    },
    /// Take a pull request out of the merge queue; `merge` puts it in
    Dequeue {
        service: String,
        number: u64,
        #[command(flatten)]
        consent: Consent,
    },
    /// Open a pull request that reverts a merged one
    Revert {
        service: String,
        number: u64,
        #[command(flatten)]
        consent: Consent,
    },
    /// Put an earlier release live again
    Rollback {
        service: String,
        environment: String,
        /// A version such as v1846; without it, the newest release that suits
        #[arg(long, value_parser = version)]
        to: Option<u64>,
        /// Why, for the journal
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        expected: ExpectedLive,
        #[command(flatten)]
        consent: Consent,
    },
    /// Run a pipeline's failed jobs again
    Rerun {
        service: String,
        pipeline: String,
        #[command(flatten)]
        consent: Consent,
    },
    /// Cancel a pipeline
    Cancel {
        service: String,
        pipeline: String,
        #[command(flatten)]
        consent: Consent,
    },
    /// Approve what a pipeline waits for
    Approve {
        service: String,
        pipeline: String,
        /// Which of several holds, by its job's name
        #[arg(long, value_name = "NAME")]
        job: Option<String>,
        /// Which of several holds, by the environment it lets be released
        #[arg(long, value_name = "NAME", conflicts_with = "job")]
        environment: Option<String>,
        #[command(flatten)]
        consent: Consent,
    },
    /// Release on TO the code that runs on FROM, by the platform's pipeline
    Promote {
        service: String,
        from: String,
        to: String,
        #[command(flatten)]
        expected: ExpectedLive,
        #[command(flatten)]
        consent: Consent,
    },
    /// Release code that was built already, with the environment's present config
    Release {
        service: String,
        environment: String,
        #[command(flatten)]
        code: BuiltCode,
        #[command(flatten)]
        expected: ExpectedLive,
        #[command(flatten)]
        consent: Consent,
    },
    /// Events as they happen
    Watch {
        #[arg(long)]
        json: bool,
    },
    /// Every action taken, newest first
    Journal {
        #[arg(long)]
        json: bool,
        /// Take away the notices about Slipway's own files: they have been read
        #[arg(long)]
        acknowledge: bool,
        /// Record what became of an open action whose outcome cannot be read. Its state stays unknown
        #[arg(long, value_names = ["ID", "happened|did-not"], num_args = 2, requires = "reason", conflicts_with = "acknowledge")]
        settle: Option<Vec<String>>,
        /// Why that is known, with --settle
        #[arg(long, requires = "settle")]
        reason: Option<String>,
    },
    /// End an alert whose cause can no longer be read; a person's word, kept with who, when and why
    Dismiss {
        service: String,
        /// Its id, as `status` prints it in brackets
        alert: String,
        /// Why it is over
        #[arg(long)]
        reason: String,
        #[arg(long)]
        json: bool,
    },
    /// Check what Slipway stands on, and say what to do
    Doctor {
        #[arg(long)]
        json: bool,
    },
    /// Simulated vendors on loopback ports, until stopped
    Sandbox {
        /// How many times faster than life
        #[arg(long, default_value_t = 1.0, value_parser = speed)]
        speed: f64,
        #[arg(long, default_value_t = Scenario::default(), value_parser = scenario)]
        scenario: Scenario,
        /// A git repository whose main branch is taken as history
        #[arg(long)]
        history: Option<PathBuf>,
        /// Faults to begin with: a JSON file, as `POST /faults` on the control port takes it
        #[arg(long, value_name = "FILE")]
        faults: Option<PathBuf>,
        /// Another name under which this machine may be asked, beside loopback and *.localhost
        #[arg(long = "allow-host", value_name = "NAME")]
        allow_hosts: Vec<String>,
    },
}

/// Which built code a release means; one of them.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub struct BuiltCode {
    /// What the build app built last
    #[arg(long)]
    pub from_build: bool,
    /// The code of an earlier release such as v1846, without its config
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub code_of: Option<u64>,
    /// The platform's id of a built slug
    #[arg(long)]
    pub slug: Option<String>,
}

impl From<BuiltCode> for Code {
    fn from(code: BuiltCode) -> Self {
        match (code.code_of, code.slug) {
            (Some(version), _) => Self::Version { version },
            (None, Some(slug)) => Self::Slug { slug },
            (None, None) => Self::Build,
        }
    }
}

/// What a script knows of the pull request it means.
#[derive(Clone, Debug, Default, Args)]
pub struct ExpectedHead {
    /// Send nothing unless this is the head commit: 7 to 40 hexadecimal digits
    #[arg(long, value_name = "SHA", value_parser = commit)]
    pub expect_head: Option<String>,
}

/// What a script knows of the environment it means.
#[derive(Clone, Debug, Default, Args)]
pub struct ExpectedLive {
    /// Send nothing unless this release is live (promote: on FROM), such as v1846
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub expect_live: Option<u64>,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Consent {
    /// Accept every confirmation of the plan that is printed; never a refusal, and never another plan
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// Print the plan and the outcome as one JSON document
    #[arg(long)]
    pub json: bool,
    /// Seconds until an unverified outcome is called unknown [default: 300; rollback, promote and release 900]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=LONGEST_WAIT))]
    pub timeout: Option<u64>,
}

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

#[derive(Debug, Subcommand)]
pub enum ServiceCommand {
    Add {
        name: String,
        /// OWNER/REPO
        #[arg(long, value_parser = repository)]
        repo: String,
        #[arg(long, default_value = "main")]
        branch: String,
        /// circleci:gh/OWNER/REPO, github-actions:OWNER/REPO, or none
        #[arg(long, value_parser = ci)]
        ci: CiChoice,
        /// NAME=heroku:APP[,build=APP][,health=URL][,production=yes|no]; may be given several times
        #[arg(long = "environment", value_name = "ENVIRONMENT", value_parser = environment)]
        environments: Vec<EnvironmentConfig>,
        /// Where there are several accounts of a kind, the one to use; may be given several times
        #[arg(long = "account", value_name = "ID")]
        accounts: Vec<String>,
    },
    /// Find what a service of a repository would be: branch, CI, apps, with reasons and doubts
    ///
    /// Reads only; nothing is added. Exit codes: 0 when something was found, 1 when nothing could
    /// be read, 2 for wrong usage.
    Discover {
        /// OWNER/REPO
        #[arg(value_parser = repository)]
        repo: String,
        #[arg(long)]
        json: bool,
        /// Where there are several accounts of a kind, the one to look through; may be given several times
        #[arg(long = "account", value_name = "ID")]
        accounts: Vec<String>,
    },
    List,
    /// Follow another branch, or say whether users are served from an environment
    #[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args(["branch", "environment"]))]
    Set {
        name: String,
        /// The branch to follow, as after the repository's default branch was renamed
        #[arg(long)]
        branch: Option<String>,
        #[arg(long, requires = "production")]
        environment: Option<String>,
        /// Only production can be hurt
        #[arg(long, value_name = "yes|no", value_parser = yes_or_no, action = clap::ArgAction::Set, requires = "environment")]
        production: Option<bool>,
    },
    Remove {
        name: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Method {
    Merge,
    Squash,
    Rebase,
}

impl From<Method> for MergeMethod {
    fn from(method: Method) -> Self {
        match method {
            Method::Merge => Self::Merge,
            Method::Squash => Self::Squash,
            Method::Rebase => Self::Rebase,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use proptest::prelude::*;

    #[test]
    fn the_definition_holds() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_promised_commands() {
        for line in [
            "",
            "--sandbox",
            "--sandbox --scenario incident --speed 20",
            "account add github --url http://127.0.0.1:4000 --no-keychain",
            "account add github --another --borrow --read-only",
            "account add heroku --from-cli",
            "account list --json",
            "account check github-2",
            "account token github",
            "account set github --read-only on",
            "status --two-factor 123456",
            "rollback shop production --yes --two-factor -",
            "account remove github",
            "service discover acme/shop",
            "service discover acme/shop --json --account github-2 --account heroku",
            "service add shop --repo acme/shop --ci circleci:gh/acme/shop --environment production=heroku:shop",
            "service add shop --repo acme/shop --branch trunk --ci none",
            "service add shop --repo acme/shop --ci github-actions:acme/shop --environment production=heroku:shop",
            "service add shop --repo acme/shop --ci none --account github-2 --account heroku",
            "service list",
            "service remove shop",
            "service set shop --environment production-eu --production yes",
            "service set shop --branch trunk",
            "service set shop --branch trunk --environment production-eu --production no",
            "service add shop --repo acme/shop --ci none --environment production-eu=heroku:shop,production=no",
            "status --service shop --json",
            "merge shop 12 --method squash --yes",
            "update-branch shop 12 --yes",
            "auto-merge shop 12 --method squash --json",
            "auto-merge shop 12 --off --yes",
            "dequeue shop 12",
            "revert shop 12 --json",
            "rollback shop production --to v1846 --reason because --yes --timeout 5",
            "rerun shop 212",
            "cancel shop 212 --yes",
            "approve shop 5034460f-c7c4-4c43-9457-de07e2029e7b",
            "approve shop 212 --job approve-release",
            "approve shop 212 --environment production --yes",
            "promote shop staging production --yes",
            "release shop production --from-build",
            "release shop production --code-of v1846 --json",
            "release shop production --slug 5034460f-c7c4-4c43-9457-de07e2029e7b --yes --timeout 5",
            "watch --json",
            "journal --json",
            "journal --settle 0198 happened --reason seen",
            "merge shop 12 --expect-head 4be21d7 --yes",
            "update-branch shop 12 --expect-head 4be21d7",
            "auto-merge shop 12 --expect-head 4be21d7",
            "rollback shop production --expect-live v1847 --yes",
            "release shop production --from-build --expect-live 1847",
            "promote shop staging production --expect-live v218",
            "doctor --json",
            "sandbox --speed 60 --scenario busy --history .",
        ] {
            let words = std::iter::once("slipway").chain(line.split_whitespace());
            assert!(Arguments::try_parse_from(words).is_ok(), "{line}");
        }
    }

    #[test]
    fn wrong_usage_is_refused() {
        for line in [
            "frobnicate",
            "--scenario incident",
            "--sandbox status",
            "merge shop twelve",
            "auto-merge shop 12 --off --method squash",
            "promote shop staging",
            "release shop production",
            "release shop production --from-build --code-of v1846",
            "rollback shop production --to newest",
            "merge shop 12 --timeout 0",
            "merge shop 12 --expect-head main",
            "merge shop 12 --expect-head 4be21",
            "rollback shop production --expect-live newest",
            "journal --settle 0198 happened",
            "journal --settle 0198 --reason seen",
            "merge shop 12 --timeout 86401",
            "merge shop 12 --timeout 18446744073709551615",
            "account add gitlab",
            "account set github --read-only maybe",
            "service set shop",
            "service set shop --production yes",
            "service set shop --environment production-eu",
            "service set shop --environment production-eu --production maybe",
            "service add shop --repo acme/shop --ci none --environment production=heroku:shop,production=maybe",
            "account add github --borrow --no-keychain",
            "service add shop --repo shop --ci none",
            "service add shop --repo acme/.. --ci none",
            "service add shop --repo acme/shop --ci circleci:gl/acme/shop",
            "service add shop --repo acme/shop --ci circleci:gh/acme/..",
            "service add shop --repo acme/shop --ci github-actions:gh/acme/shop",
            "service add shop --repo acme/shop --ci jenkins:acme/shop",
            "service add shop --repo acme/shop --ci none --environment production=fly:shop",
            "service add shop --repo acme/shop --ci none --environment production=heroku:",
            "sandbox --speed 0",
            "sandbox --scenario sunny",
        ] {
            let words = std::iter::once("slipway").chain(line.split_whitespace());
            let code = Arguments::try_parse_from(words).map_err(|e| e.exit_code()).err();
            assert_eq!(code, Some(2), "{line}");
        }
    }

    /// Words that are promised, words nearly so, and anything.
    fn word() -> impl Strategy<Value = String> {
        let promised = "account add list remove check token set service discover status merge update-branch auto-merge dequeue revert rollback \
            rerun cancel approve promote release watch journal doctor sandbox github circleci heroku shop acme/shop 12 v1846 production staging \
            --url --no-keychain --borrow --from-cli --another --read-only --json --yes -y --method squash --off --to --reason --timeout 5 --from-build \
            --code-of --slug --acknowledge --speed 60 --scenario healthy --faults --history --sandbox --two-factor - -- --repo --branch main --ci none \
            circleci:gh/acme/shop --environment production=heroku:shop,build=b,health=https://x --account --help --version on off";
        prop_oneof![
            12 => prop::sample::select(promised.split_whitespace().map(str::to_owned).collect::<Vec<_>>()),
            2 => prop::sample::select(vec!["", " ", "-", "---", "--=", "--json=yes", "--to=v", "v-1", "18446744073709551616", "1e999", "NaN", "-0", "inf", "a/b/c", "../..",
                "production=heroku:,", "=heroku:x", "x=heroku:x,health=javascript:1", "circleci:", "github-actions:a/b/c", "\u{202e}", "\u{1b}[31m"]).prop_map(str::to_owned),
            1 => "\\PC{0,12}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]
        #[test]
        fn any_line_is_taken_or_refused_as_usage(words in prop::collection::vec(word(), 0..9)) {
            match Arguments::try_parse_from(std::iter::once("slipway".to_owned()).chain(words.clone())) {
                Ok(arguments) => {
                    let asked: Vec<&str> = words.iter().map(String::as_str).collect();
                    if let Some(Command::Sandbox { speed, .. }) = arguments.command {
                        prop_assert!(speed.is_finite() && speed > 0.0);
                    }
                    // Consent is only ever what was written.
                    let consents = format!("{:?}", arguments.command).contains("yes: true");
                    prop_assert!(!consents || asked.iter().any(|w| w.starts_with("--y") || w.starts_with("-y")), "{asked:?}");
                }
                Err(error) => prop_assert!(matches!(error.exit_code(), 0 | 2), "{words:?}: {error}"),
            }
        }
    }
}
