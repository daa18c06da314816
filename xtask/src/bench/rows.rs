//! The rows of the table: what each is, who measures it, beside what, and where it should be.

use anyhow::{Result, bail};

use super::options::Options;

/// Who measures it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// `engine/examples/counts`: an engine by a clock that is moved, against the sandbox.
    Engine,
    /// `tests/examples/bench`: the programs, against the sandbox or another stand-in.
    Terminal,
    /// The same, with a real window on a display of its own.
    Window,
    /// `tests/contracts/examples/peers`: other people's programs, on the sandbox.
    Peers,
    /// `npm run bench` in `ui/`.
    Interface,
    /// Files and cargo's own answers.
    Files,
}

/// What must have been built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Profile {
    /// Counts are the same in every build.
    Any,
    Release,
}

/// What should hold of the median.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Goal {
    None,
    AtMost(f64),
    /// Of the figure to its anchor.
    Ratio(f64),
    AtLeast(f64),
}

pub(super) struct Row {
    pub id: &'static str,
    pub title: &'static str,
    pub source: Source,
    pub profile: Profile,
    /// The limit or the peer.
    pub anchor: &'static str,
    pub goal: Goal,
    /// Measured only when it is named.
    pub only_by_name: bool,
}

const fn row(id: &'static str, title: &'static str, source: Source, profile: Profile, anchor: &'static str, goal: Goal) -> Row {
    Row { id, title, source, profile, anchor, goal, only_by_name: false }
}

const fn long(row: Row) -> Row {
    Row { only_by_name: true, ..row }
}

use Goal::{AtLeast, AtMost, Ratio};
use Profile::{Any, Release};
use Source::{Engine, Files, Interface, Peers, Terminal, Window};

const CHAIN: &str = "3: pipeline, workflow, job";
pub(super) const BARE: &str = "a bare Tauri window";

pub(super) const ROWS: &[Row] = &[
    row("trips-1", "dependent round trips, cold refresh, 1 service", Terminal, Any, CHAIN, AtMost(3.1)),
    row("trips-20", "the same, 20 services", Terminal, Any, CHAIN, AtMost(5.0)),
    row("trips-60", "the same, 60 services", Terminal, Any, CHAIN, AtMost(9.0)),
    row("slope-1", "the same by a clock: seconds more per second of delay, 1 service", Terminal, Release, CHAIN, AtMost(3.1)),
    row("slope-20", "the same, 20 services", Terminal, Release, CHAIN, AtMost(5.0)),
    row("requests-cold", "requests, cold refresh, 1 service", Terminal, Any, "the row peer-requests", AtMost(14.0)),
    row("requests-warm", "requests, warm refresh, 1 service", Terminal, Any, "the row peer-requests", AtMost(6.0)),
    row("requests-cold-20", "requests, cold refresh, 20 services", Terminal, Any, "", Goal::None),
    row("peer-requests", "requests of gh and heroku for the same facts", Peers, Any, "", Goal::None),
    row("idle-github", "an hour of 20 quiet services, hidden: GitHub's points", Engine, Any, "5,000", AtMost(150.0)),
    row("idle-circleci", "the same: requests to CircleCI", Engine, Any, "", AtMost(400.0)),
    row("idle-heroku", "the same: requests to Heroku", Engine, Any, "4,500", AtMost(2000.0)),
    row("idle-written", "the same: bytes given to `write`", Engine, Any, "0", AtMost(5.0)),
    row("idle-transactions", "the same: transactions of the board's database", Engine, Any, "0", Goal::None),
    row("idle-derivations", "the same: derivations for each read", Engine, Any, "", Goal::None),
    row("change-check", "bytes to the window, one check turns, 300 PRs", Engine, Any, "", AtMost(300.0)),
    row("change-release", "bytes to the window, one release, 300 PRs", Engine, Any, "", AtMost(300.0)),
    row("event-shown", "crash in the service that is shown, to its event: mean", Engine, Any, "0.5 of the interval", Goal::None),
    row("crash-mean", "crash in one of 20 services not shown, to its event: mean", Engine, Any, "", AtMost(25.0)),
    row("crash-max", "the same: longest", Engine, Any, "", AtMost(60.0)),
    row("crash-told", "20 crashes 11 s apart: how many have an event of their own", Engine, Any, "20", AtLeast(20.0)),
    row("status-cold", "`status`, empty cache, 1 service", Terminal, Release, "", Goal::None),
    row("status-quiet", "`status`, nothing changed, 1 service", Terminal, Release, "", Goal::None),
    row("calls-cli", "system calls of `slipway-cli journal`", Terminal, Release, "`gh --version`", Ratio(1.0)),
    row("calls-slipway", "system calls of `slipway journal`", Terminal, Release, "`gh --version`", Goal::None),
    row("objects-cli", "shared objects of `slipway-cli journal`", Terminal, Release, "`gh --version`", Goal::None),
    row("objects-slipway", "shared objects of `slipway journal` with GTK or WebKit in their names", Terminal, Release, "0", AtMost(0.0)),
    row("log-time", "first screen of a job's log, 100 MB beside 1 MB", Terminal, Release, "the log of 1 MB", Ratio(1.2)),
    row("log-memory", "the same: peak memory more than for 1 MB", Terminal, Release, "", AtMost(50.0)),
    row("pss-1", "memory (PSS), window with 1 service", Window, Release, BARE, Ratio(1.15)),
    row("pss-20", "memory (PSS), window with 20 busy services", Window, Release, BARE, Ratio(1.5)),
    row("first-data", "start to first data, from the cache", Window, Release, "a bare window's first frame", Ratio(1.3)),
    row("start-cpu", "CPU until then", Window, Release, "a bare window's", Ratio(1.6)),
    row("idle-cpu-hidden", "CPU of one core, 20 quiet services, hidden", Window, Release, BARE, AtMost(0.3)),
    row("idle-cpu-shown", "CPU of one core, 20 quiet services, shown", Window, Release, BARE, AtMost(1.2)),
    row("idle-io", "the same, hidden: bytes given to `write` an hour", Window, Release, "0", AtMost(5.0)),
    row("timeline-pan-p50", "frame, timeline panned, median", Interface, Any, "16.7 ms", Goal::None),
    row("timeline-pan-p95", "frame, timeline panned, 95th percentile", Interface, Any, "16.7 ms", AtMost(16.7)),
    row("palette-letter", "palette: a letter to its second frame, 20 services", Interface, Any, "", AtMost(33.0)),
    row("ui-gzip", "JavaScript and CSS, gzip", Interface, Any, "", AtMost(110.0)),
    row("size-program", "release binary `slipway-window`", Files, Release, BARE, AtMost(20.0)),
    row("size-cli", "release binary `slipway-cli`", Files, Release, "", Goal::None),
    long(row("size-deb", ".deb", Files, Release, "", AtMost(8.0))),
    row("crates", "crates in the workspace's lock file", Files, Any, "", Goal::None),
    row("duplicates", "crates in more than one version", Files, Any, "", Goal::None),
    long(row("build-time", "clean release build", Files, Release, "", AtMost(8.0))),
    long(row("many-requests", "requests of a cold refresh, `--services` services", Terminal, Any, "", Goal::None)),
    long(row("many-trips", "round trips of the same", Terminal, Any, CHAIN, Goal::None)),
    long(row("many-busy", "a cold refresh of as many busy services: seconds", Terminal, Release, "", Goal::None)),
    long(row("many-pss", "memory of the window with as many", Window, Release, BARE, Goal::None)),
];

/// Those that were asked for, in the table's order.
pub(super) fn wanted(options: &Options) -> Result<Vec<&'static Row>> {
    if options.rows == ["list"] {
        let lines: Vec<String> = ROWS.iter().map(|row| format!("{:18} {}", row.id, row.title)).collect();
        bail!("these are the rows:\n{}", lines.join("\n"));
    }
    if let Some(unknown) = options.rows.iter().find(|name| !ROWS.iter().any(|row| row.id == **name)) {
        bail!("there is no row {unknown}; `--rows list` prints their names");
    }
    let is_named = |row: &Row| options.rows.iter().any(|name| name == row.id);
    let is_usual = |row: &Row| options.rows.is_empty() && !row.only_by_name;
    let is_counted = |row: &Row| row.profile == Any && row.source != Interface;
    Ok(ROWS.iter().filter(|row| is_named(row) || (is_usual(row) && (!options.counts || is_counted(row)))).collect())
}

/// Rows that a usual run leaves out.
pub(super) fn left_out<'a>(taken: &'a [&Row]) -> impl Iterator<Item = &'static Row> + 'a {
    ROWS.iter().filter(|row| !taken.iter().any(|one| one.id == row.id))
}
