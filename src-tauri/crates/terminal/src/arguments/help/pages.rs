//! One row for each command, in the order of `--help`. Examples stand without the program's name.

/// How a command can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exits {
    Acts,
    Reads,
    /// It says yes, no, or that it is not known.
    Forecasts,
    Sets,
    Finds,
    Dismisses,
    Records,
    Checks,
    Prints,
    /// A command that only has commands below it.
    Groups,
}

/// Which variables matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variables {
    /// It speaks with vendors.
    Network,
    /// It uses the data folder alone.
    Data,
    /// It only prints.
    Output,
}

pub(super) struct Page {
    /// The words of the command; empty for the program itself.
    pub(super) path: &'static str,
    pub(super) reads: &'static str,
    pub(super) sends: &'static str,
    pub(super) examples: &'static [&'static str],
    pub(super) exits: Exits,
    pub(super) variables: Variables,
}

const NOTHING: &str = "nothing";
const ONLY_READS: &str = "nothing; its requests only read";

const fn page(
    path: &'static str,
    reads: &'static str,
    sends: &'static str,
    examples: &'static [&'static str],
    exits: Exits,
    variables: Variables,
) -> Page {
    Page { path, reads, sends, examples, exits, variables }
}

use Exits::{Acts, Checks, Dismisses, Finds, Forecasts, Groups, Prints, Reads, Records, Sets};
use Variables::{Data, Network, Output};

pub(super) const PAGES: &[Page] = &[
    page(
        "",
        "what its commands say; each has its own --help",
        "only what a command's plan has shown and a person has accepted",
        &["status", "merge shop 414", "rollback shop production", "help rollback"],
        Acts,
        Network,
    ),
    page("account", "what the command below it says", "nothing but tests of tokens", &["account list"], Groups, Network),
    page(
        "account add",
        "the token from standard input, and who it belongs to from the vendor",
        "one small request that tests the token; a token that is refused is not kept",
        &[
            "account add VENDOR < token.txt",
            "account add VENDOR --borrow",
            "account add VENDOR --url https://git.acme.example/api/v3 < token.txt",
        ],
        Sets,
        Network,
    ),
    page("account list", "the data folder, and whether the keychain answers", NOTHING, &["account list"], Reads, Network),
    page("account check", "who the token belongs to and what it may do", ONLY_READS, &["account check ID"], Reads, Network),
    page(
        "account token",
        "the new token from standard input, and who it belongs to from the vendor",
        "one small request that tests the token; a token that is refused is not kept",
        &["account token ID < token.txt"],
        Sets,
        Network,
    ),
    page("account set", "the data folder", NOTHING, &["account set ID --read-only on"], Sets, Data),
    page("account remove", "the data folder and the keychain", NOTHING, &["account remove ID"], Sets, Data),
    page("service", "what the command below it says", "nothing; services are Slipway's own", &["service list"], Groups, Network),
    page(
        "service add",
        "the repository, CI and apps that it names; one to a few requests each, none with --unchecked",
        ONLY_READS,
        &["service add shop --repo acme/shop --ci none --environment production=PLATFORM:shop-production"],
        Sets,
        Network,
    ),
    page(
        "service discover",
        "the repository's files, its CI and the apps of the platform; at most 120 requests",
        ONLY_READS,
        &["service discover acme/shop"],
        Finds,
        Network,
    ),
    page("service list", "the data folder", NOTHING, &["service list", "service list --json"], Reads, Data),
    page(
        "service edit",
        "the repository, CI and apps that change; one to a few requests each, none with --unchecked",
        ONLY_READS,
        &["service edit shop --branch trunk", "service edit shop --health production=https://shop.example/up --position first"],
        Sets,
        Network,
    ),
    page("service set", "the data folder", NOTHING, &["service set shop --environment production-eu --production yes"], Sets, Data),
    page("service remove", "the data folder", NOTHING, &["service remove shop"], Sets, Data),
    page(
        "status",
        "every source of the services once, within --timeout; while production is hurt, also both ways out",
        ONLY_READS,
        &["status", "status shop", "status shop --json"],
        Reads,
        Network,
    ),
    page(
        "merge",
        "the pull request, its checks and reviews, and what is in flight",
        "one request to merge exactly the head that was shown, after the plan was accepted",
        &["merge shop 414", "merge shop '#414' --method squash --yes", "merge shop 414 --expect-head 4be21d7 --yes --json"],
        Acts,
        Network,
    ),
    page(
        "update-branch",
        "the pull request and its base",
        "one request to merge the base into exactly the head that was shown",
        &["update-branch shop 414 --yes"],
        Acts,
        Network,
    ),
    page(
        "auto-merge",
        "the pull request, and what its repository allows",
        "one request to turn auto-merge on or off",
        &["auto-merge shop 414 --method squash", "auto-merge shop 414 --off --yes"],
        Acts,
        Network,
    ),
    page(
        "dequeue",
        "the pull request and its merge queue",
        "one request to take it out of the queue",
        &["dequeue shop 414 --yes"],
        Acts,
        Network,
    ),
    page(
        "revert",
        "the merged pull request, and whether it is reverted already",
        "one request that opens a pull request; nothing is merged",
        &["revert shop 414", "revert shop 414 --yes --json"],
        Acts,
        Network,
    ),
    page(
        "rollback",
        "the releases back to the target, and the commits, migrations and config between",
        "one request to make the release that was shown live again",
        &["rollback shop production", "rollback shop production --to v1846 --reason 'checkout is slow' --yes"],
        Acts,
        Network,
    ),
    page("rerun", "the pipeline and its workflows", "one request to run its failed jobs again", &["rerun shop 212 --yes"], Acts, Network),
    page(
        "stop",
        "the branch, its pipelines and the environment, which is pinned or hurt; then the target of each plan",
        "one request for each thing that is stopped: a cancel, auto-merge off, out of the queue",
        &["stop shop production", "stop shop production --yes --reason 'it carries #482'"],
        Acts,
        Network,
    ),
    page(
        "pin",
        "every source of the service once",
        "nothing; it is kept on this computer",
        &["pin shop production --reason 'checkout is down'", "pin shop production --bad '#482' --reason 'slow queries'"],
        Records,
        Network,
    ),
    page(
        "unpin",
        "every source of the service once",
        "nothing; it is kept on this computer",
        &["unpin shop production --reason 'fixed by config'", "unpin shop production --when-reverted yes"],
        Records,
        Network,
    ),
    page(
        "mark-bad",
        "every source of the service once",
        "nothing; it is kept on this computer",
        &["mark-bad shop production v1847 --reason 'slow queries'", "mark-bad shop production v1847 --undo --reason 'it was the cache'"],
        Records,
        Network,
    ),
    page("cancel", "the pipeline and its workflows", "one request to cancel what runs", &["cancel shop 212"], Acts, Network),
    page(
        "approve",
        "the pipeline and what waits in it",
        "one request to approve the job that was shown",
        &["approve shop 212", "approve shop 212 --job approve-release --yes"],
        Acts,
        Network,
    ),
    page(
        "promote",
        "the releases of both environments, and the commits between",
        "one request to release the code of FROM on TO",
        &["promote shop staging production", "promote shop staging production --expect-live v218 --yes"],
        Acts,
        Network,
    ),
    page(
        "release",
        "the built code, the live release, and the commits between",
        "one request to release the code that was shown",
        &["release shop production --from-build", "release shop production --code-of v1846 --yes"],
        Acts,
        Network,
    ),
    page(
        "watch",
        "every source again and again, as often as it may be asked",
        ONLY_READS,
        &["watch", "watch --service shop --json"],
        Reads,
        Network,
    ),
    page(
        "releases",
        "the service once, then the environment's releases page by page",
        ONLY_READS,
        &["releases shop production", "releases shop production --all --json"],
        Reads,
        Network,
    ),
    page(
        "pipelines",
        "every source of the service once",
        ONLY_READS,
        &["pipelines shop", "pipelines shop --limit 5 --json"],
        Reads,
        Network,
    ),
    page(
        "logs",
        "the pipeline, and of each job its failed tests and its steps",
        ONLY_READS,
        &["logs shop 212", "logs shop 212 --job unit --all"],
        Reads,
        Network,
    ),
    page(
        "compare",
        "both environments' releases and config names, and each side's commits; about 8 requests, and more for long ranges and for migrations",
        ONLY_READS,
        &["compare shop production staging", "compare shop v654 v655 --markdown", "compare shop staging:v901 staging --json"],
        Reads,
        Network,
    ),
    page(
        "forecast",
        "the pull request, the commits that it put on the branch, and the files that they touched; about 8 requests, and more where it would conflict",
        "nothing; its requests only read, and nothing is cloned",
        &["forecast shop 482", "forecast shop 482 --json"],
        Forecasts,
        Network,
    ),
    page(
        "open",
        "what was read last; a pipeline that is not among it is read once",
        "nothing; the browser opens only pages of the vendors and of the accounts' hosts",
        &["open shop", "open shop 414", "open shop production --print"],
        Reads,
        Network,
    ),
    page(
        "journal",
        "the journal; actions that are open are looked at once more",
        ONLY_READS,
        &["journal", "journal --settle ID did-not --reason 'nothing of it is there'"],
        Reads,
        Network,
    ),
    page(
        "inbox",
        "every source of the services once; actions that are open are looked at once more",
        ONLY_READS,
        &["inbox", "inbox --service shop --all", "inbox --json"],
        Reads,
        Network,
    ),
    page("incidents", "the data folder", NOTHING, &["incidents", "incidents --service shop --all", "incidents --json"], Reads, Data),
    page("incidents show", "the data folder", NOTHING, &["incidents show 32", "incidents show 32 --markdown"], Reads, Data),
    page("incidents open", "the data folder", NOTHING, &["incidents open shop production --title 'Checkout answered 500'"], Sets, Data),
    page("incidents close", "the data folder", NOTHING, &["incidents close 32 --reason 'the cache was cleared'"], Sets, Data),
    page("incidents note", "the data folder", NOTHING, &["incidents note 32 'First customer report'"], Sets, Data),
    page("incidents acknowledge", "the data folder", NOTHING, &["incidents acknowledge 32"], Sets, Data),
    page("inbox done", "the data folder", NOTHING, &["inbox done approval-3f9a1c"], Sets, Data),
    page(
        "dismiss",
        "every source of the service once",
        ONLY_READS,
        &["dismiss shop pipeline_failed-3f9a1c --reason 'run again elsewhere'"],
        Dismisses,
        Network,
    ),
    page("doctor", "this machine, the data folder and every account", ONLY_READS, &["doctor", "doctor --json"], Checks, Network),
    page(
        "sandbox",
        "nothing of yours",
        "nothing; it answers on this machine until it is stopped",
        &["sandbox --speed 60 --scenario incident"],
        Prints,
        Data,
    ),
    page("completions", "nothing", NOTHING, &["completions bash > ~/.local/share/bash-completion/completions/NAME"], Prints, Output),
    page("man", "nothing", NOTHING, &["man rollback", "man --out ~/.local/share/man/man1"], Prints, Output),
];
