//! Actions: changes that are sent to a vendor after a person has agreed to their plan.

use super::values::{PipelineName, PullRequestName, commit, pipeline, pull_request, version};
use clap::{Args, Subcommand, ValueEnum};
use slipway_domain::action::{Code, PinChoice};
use slipway_domain::status::MergeMethod;

/// A day, in seconds.
pub(super) const LONGEST_WAIT: u64 = 24 * 60 * 60;

#[derive(Debug, Subcommand)]
pub enum ActionCommand {
    /// Merge a pull request, or add it to its branch's merge queue
    Merge {
        /// The name of the service
        service: String,
        /// The pull request: its number, '#' and its number in quotes, or its address
        #[arg(value_parser = pull_request)]
        number: PullRequestName,
        /// How to merge [default: squash, else merge, else rebase, as far as they are allowed]
        #[arg(long)]
        method: Option<Method>,
        #[command(flatten)]
        expected: ExpectedHead,
        #[command(flatten)]
        consent: Consent,
    },
    /// Merge a pull request's base branch into it
    UpdateBranch {
        /// The name of the service
        service: String,
        /// The pull request: its number, '#' and its number in quotes, or its address
        #[arg(value_parser = pull_request)]
        number: PullRequestName,
        #[command(flatten)]
        expected: ExpectedHead,
        #[command(flatten)]
        consent: Consent,
    },
    /// Turn auto-merge on: the code host merges the pull request as soon as it can be merged; --off turns it off
    AutoMerge {
        /// The name of the service
        service: String,
        /// The pull request: its number, '#' and its number in quotes, or its address
        #[arg(value_parser = pull_request)]
        number: PullRequestName,
        /// Turn it off
        #[arg(long, conflicts_with = "method")]
        off: bool,
        /// How to merge [default: squash, else merge, else rebase, as far as they are allowed]
        #[arg(long)]
        method: Option<Method>,
        #[command(flatten)]
        expected: ExpectedHead,
        #[command(flatten)]
        consent: Consent,
    },
    /// Remove a pull request from the merge queue; `merge` adds it
    Dequeue {
        /// The name of the service
        service: String,
        /// The pull request: its number, '#' and its number in quotes, or its address
        #[arg(value_parser = pull_request)]
        number: PullRequestName,
        #[command(flatten)]
        consent: Consent,
    },
    /// Open a pull request that reverts a merged one
    Revert {
        /// The name of the service
        service: String,
        /// The pull request: its number, '#' and its number in quotes, or its address
        #[arg(value_parser = pull_request)]
        number: PullRequestName,
        #[command(flatten)]
        consent: Consent,
    },
    /// Make an earlier release live again
    Rollback {
        /// The name of the service
        service: String,
        /// The name of the environment
        environment: String,
        /// A version such as v1846; default: the newest suitable release
        #[arg(long, value_parser = version)]
        to: Option<u64>,
        #[command(flatten)]
        pinning: Pinning,
        #[command(flatten)]
        expected: ExpectedLive,
        #[command(flatten)]
        consent: Consent,
    },
    /// Run the failed jobs of a pipeline again
    Rerun {
        /// The name of the service
        service: String,
        /// The pipeline: its number, its id, or its address
        #[arg(value_parser = pipeline)]
        pipeline: PipelineName,
        #[command(flatten)]
        consent: Consent,
    },
    /// Cancel a pipeline
    Cancel {
        /// The name of the service
        service: String,
        /// The pipeline: its number, its id, or its address
        #[arg(value_parser = pipeline)]
        pipeline: PipelineName,
        #[command(flatten)]
        consent: Consent,
    },
    /// Approve a job that a pipeline waits for
    Approve {
        /// The name of the service
        service: String,
        /// The pipeline: its number, its id, or its address
        #[arg(value_parser = pipeline)]
        pipeline: PipelineName,
        /// Which of several approvals, by the name of its job
        #[arg(long, value_name = "NAME")]
        job: Option<String>,
        /// Which of several approvals, by the environment that it releases to
        #[arg(long, value_name = "NAME", conflicts_with = "job")]
        environment: Option<String>,
        #[command(flatten)]
        consent: Consent,
    },
    /// Release the code of FROM on TO, through the platform's pipeline
    Promote {
        /// The name of the service
        service: String,
        /// The environment whose code is released
        from: String,
        /// The environment that it is released on
        to: String,
        #[command(flatten)]
        expected: ExpectedLive,
        #[command(flatten)]
        consent: Consent,
    },
    /// Release code that was built earlier, with the environment's current config
    Release {
        /// The name of the service
        service: String,
        /// The name of the environment
        environment: String,
        #[command(flatten)]
        code: BuiltCode,
        #[command(flatten)]
        expected: ExpectedLive,
        #[command(flatten)]
        consent: Consent,
    },
}

/// Which built code to release; exactly one of them.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub struct BuiltCode {
    /// The newest build of the build app
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

/// What a script expects of the pull request.
#[derive(Clone, Debug, Default, Args)]
pub struct ExpectedHead {
    /// Send nothing unless this is the head commit: 7 to 40 hexadecimal digits
    #[arg(long, value_name = "SHA", value_parser = commit)]
    pub expect_head: Option<String>,
}

/// What a script expects of the environment.
#[derive(Clone, Debug, Default, Args)]
pub struct ExpectedLive {
    /// Send nothing unless this release is live (promote: on FROM), such as v1846
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub expect_live: Option<u64>,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Consent {
    /// Accept every confirmation of the printed plan; never a refusal, and never a changed plan
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// Print the plan and the outcome as one JSON document
    #[arg(long)]
    pub json: bool,
    /// Seconds until an outcome that could not be verified is reported as unknown [default: 300; rollback, promote
    /// and release 900]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=LONGEST_WAIT))]
    pub timeout: Option<u64>,
    /// The reason, for the journal
    #[arg(long)]
    pub reason: Option<String>,
    /// Go over what a person has decided and --yes does not cover; needs --reason
    #[arg(long, value_name = "WHAT", requires = "reason")]
    pub over: Vec<Over>,
}

/// A person's decision that is gone over knowingly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Over {
    /// The pin of an environment
    Pin,
}

/// Whether a rollback pins its environment.
#[derive(Clone, Debug, Default, Args)]
pub struct Pinning {
    /// Pin the environment: what the rollback takes out stays out until it is reverted [default: for production]
    #[arg(long, conflicts_with = "no_pin")]
    pub pin: bool,
    /// Do not pin production
    #[arg(long)]
    pub no_pin: bool,
    /// Only this must stay out, such as '#482'; may be repeated [default: all that the rollback takes out]
    #[arg(long, value_name = "CHANGE", conflicts_with = "no_pin")]
    pub only_bad: Vec<String>,
    /// Ask before the pin ends
    #[arg(long, conflicts_with = "no_pin")]
    pub keep_pinned: bool,
}

impl Pinning {
    /// `production`: the default there is to pin.
    pub fn choice(&self, production: bool) -> Option<PinChoice> {
        let wanted = self.pin || !self.only_bad.is_empty() || self.keep_pinned || (production && !self.no_pin);
        let bad = (!self.only_bad.is_empty()).then(|| self.only_bad.clone());
        wanted.then_some(PinChoice { bad, ends_by_itself: !self.keep_pinned })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// With a merge commit
    Merge,
    /// As one commit
    Squash,
    /// Commit by commit, without a merge commit
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
