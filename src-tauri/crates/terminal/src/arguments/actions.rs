//! Actions: what is sent to a vendor once a person has consented.

use super::values::{commit, version};
use clap::{Args, Subcommand, ValueEnum};
use slipway_domain::action::Code;
use slipway_domain::status::MergeMethod;

/// A day, in seconds.
const LONGEST_WAIT: u64 = 24 * 60 * 60;

#[derive(Debug, Subcommand)]
pub enum ActionCommand {
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
    /// Have the code host merge a pull request once nothing holds it back; --off: no longer
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
    /// The platform's id of a built artifact
    #[arg(id = "slug", long = "slug")]
    pub artifact_id: Option<String>,
}

impl From<BuiltCode> for Code {
    fn from(code: BuiltCode) -> Self {
        match (code.code_of, code.artifact_id) {
            (Some(version), _) => Self::Version { version },
            (None, Some(artifact_id)) => Self::Artifact { artifact_id },
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
