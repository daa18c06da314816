//! `slipway inbox`: what needs a person, and news, of every service.

use super::engine;
use crate::arguments::{InboxArguments, InboxCommand};
use crate::exit::Exit;
use crate::print;
use crate::safe_text::one_line;
use anyhow::Result;
use schemars::JsonSchema;
use serde::Serialize;
use slipway_domain::action::{Action, ActionKind, Code, OpenChange, PipelineChange, PullRequestChange, ReleaseChange};
use slipway_domain::humanize::{count, names_there_are, shell_word, span};
use slipway_domain::inbox::{InboxChange, InboxItem, InboxKind, counts};
use slipway_domain::snapshot::Snapshot;
use slipway_domain::time::Time;
use slipway_engine::InboxError;

/// The document of `--json`.
#[derive(Serialize, JsonSchema)]
pub(super) struct Document<'a> {
    /// The newest read of any source.
    pub(super) observed_at: Option<Time>,
    /// Open items that need a person, of those below.
    pub(super) needs_you: usize,
    pub(super) news: usize,
    /// Services of which something was not read now: what needs a person there may not be known.
    pub(super) unread: Vec<String>,
    /// By service, the most urgent first; with `--all` what is done comes after what is open.
    pub(super) items: Vec<&'a InboxItem>,
}

impl<'a> Document<'a> {
    pub(super) fn of(observed_at: Option<Time>, items: Vec<&'a InboxItem>) -> Self {
        let (needs_you, news) = counts(items.iter().copied());
        Self { observed_at, needs_you, news, unread: Vec::new(), items }
    }
}

pub(super) async fn run(arguments: InboxArguments) -> Result<Exit> {
    match arguments.command {
        Some(InboxCommand::Done { id }) => done(id).await,
        None => show(arguments.service.as_deref(), arguments.all, arguments.json).await,
    }
}

/// Reads once, as `status` does, so that what has ended is not shown as open.
async fn show(service: Option<&str>, all: bool, json: bool) -> Result<Exit> {
    let engine = engine(false).await?;
    if let Some(name) = service.filter(|name| !engine.services().iter().any(|s| s.name == *name)) {
        let known: Vec<String> = engine.services().into_iter().map(|s| s.name).collect();
        print::say(&format!("There is no service {name}. {}", names_there_are(name, &known)));
        return Ok(Exit::Usage);
    }
    tokio::join!(super::settle(&engine, super::STATUS), engine.refresh_within(service, super::STATUS));
    let snapshot = engine.caught_up().await;
    let is_meant = |item: &&InboxItem| service.is_none() || item.service.as_deref() == service;
    let items: Vec<&InboxItem> = snapshot.inbox.iter().filter(is_meant).filter(|item| all || item.is_open()).collect();
    let unread = unread(&snapshot, service);
    let document = Document { unread: unread.iter().map(|(name, _)| name.clone()).collect(), ..Document::of(snapshot.observed_at, items) };
    if json {
        print::json(&document, true)?;
    } else {
        print::text(&text(&document, engine.now()))?;
    }
    for (name, what) in &unread {
        print::say(&format!("{name}: {what} not read now"));
    }
    let meant = snapshot.services.iter().filter(|state| service.is_none_or(|name| state.name == name)).count();
    let missed = unread.iter().filter(|(_, what)| what.is_everything).count();
    Ok(if meant > 0 && missed == meant { Exit::Failed } else { Exit::Done })
}

/// What of a service was not read now.
struct Missed {
    sources: usize,
    is_everything: bool,
}

impl std::fmt::Display for Missed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_everything { f.write_str("nothing of it is") } else { write!(f, "{} of it", count(self.sources, "source")) }
    }
}

/// Services of which something was not read now, so that what needs a person there may not be known.
fn unread(snapshot: &Snapshot, service: Option<&str>) -> Vec<(String, Missed)> {
    let meant = snapshot.services.iter().filter(|state| service.is_none_or(|name| state.name == name));
    meant
        .filter_map(|state| {
            let missed = state.sources.iter().filter(|source| source.error.is_some() || source.observed_at.is_none()).count();
            let is_everything = missed == state.sources.len();
            (state.stale || missed > 0).then(|| (state.name.clone(), Missed { sources: missed, is_everything }))
        })
        .collect()
}

async fn done(id: String) -> Result<Exit> {
    match engine(false).await?.change_inbox(vec![id], InboxChange::Done).await {
        Ok(items) => {
            for item in &items {
                print::text(&format!("done: {}", one_line(&item.text)))?;
            }
            Ok(Exit::Done)
        }
        Err(error) => {
            print::say(&error.to_string());
            Ok(match error {
                InboxError::NoSuchItem(_) => Exit::Usage,
                InboxError::Refused(_) | InboxError::Store(_) => Exit::Failed,
            })
        }
    }
}

fn text(document: &Document<'_>, now: Time) -> String {
    let mut lines = vec![sentence(document.needs_you, document.news, document.unread.len())];
    let mut group = None;
    let (open, done): (Vec<&InboxItem>, Vec<&InboxItem>) = document.items.iter().partition(|item| item.is_open());
    for item in open {
        let service = item.service.as_deref().map_or_else(|| "accounts".to_owned(), one_line);
        if group.as_ref() != Some(&service) {
            lines.push(service.clone());
            group = Some(service);
        }
        lines.extend(open_lines(item, now));
    }
    if !done.is_empty() {
        lines.push("done".to_owned());
    }
    lines.extend(done.into_iter().map(|item| done_line(item, now)));
    lines.join("\n")
}

fn sentence(needs_you: usize, news: usize, unread: usize) -> String {
    let needs = match needs_you {
        0 if unread > 0 => "Nothing is known to need you; not everything was read.".to_owned(),
        0 => "Nothing needs you.".to_owned(),
        1 => "1 thing needs you.".to_owned(),
        n => format!("{n} things need you."),
    };
    match news {
        0 => needs,
        1 => format!("{needs} 1 is news."),
        n => format!("{needs} {n} are news."),
    }
}

fn open_lines(item: &InboxItem, now: Time) -> Vec<String> {
    let age = span(now.since(item.since));
    let mut lines = vec![format!("  {}  {}  ({age})", item.id, one_line(&item.text))];
    lines.extend(item.detail.as_ref().map(|detail| format!("      {}", one_line(detail))));
    lines.extend(item.blocked.as_ref().map(|why| format!("      {}", one_line(why))));
    lines.extend(command(item).map(|command| format!("      {}", one_line(&command))));
    lines.extend(item.remind_at.map(|at| format!("      reminds in {}", span(at.since(now)))));
    lines
}

fn done_line(item: &InboxItem, now: Time) -> String {
    let (ago, how) = item.done.as_ref().map_or_else(Default::default, |done| (span(now.since(done.at)), done.sentence()));
    let service = item.service.as_deref().map_or_else(String::new, |service| format!("{}: ", one_line(service)));
    format!("  {}  {service}{}  ({}, {ago} ago)", item.id, one_line(&item.text), one_line(&how))
}

/// What most likely ends it, as it is typed.
fn command(item: &InboxItem) -> Option<String> {
    if let (InboxKind::OutcomeUnknown, Some(entry)) = (item.kind, &item.entry) {
        return Some(format!("slipway journal --settle {entry} HAPPENED-OR-DID-NOT --reason TEXT"));
    }
    if let (InboxKind::ProductionNotSaid, Some(service), Some(environment)) = (item.kind, &item.service, &item.subject.environment) {
        return Some(format!(
            "slipway service set {} --environment {} --production YES-OR-NO",
            shell_word(service),
            shell_word(environment)
        ));
    }
    item.action.as_ref().map(|action| format!("slipway {}", words(action)))
}

fn words(action: &Action) -> String {
    let service = shell_word(&action.service);
    match &action.kind {
        ActionKind::PullRequest(pull_request) => {
            let verb = match pull_request.change {
                PullRequestChange::Open(OpenChange::Merge { .. } | OpenChange::Enqueue) => "merge",
                PullRequestChange::Open(OpenChange::Dequeue) => "dequeue",
                PullRequestChange::Open(OpenChange::EnableAutoMerge { .. } | OpenChange::DisableAutoMerge) => "auto-merge",
                PullRequestChange::Open(OpenChange::UpdateBranch) => "update-branch",
                PullRequestChange::Revert => "revert",
            };
            format!("{verb} {service} {}", pull_request.number)
        }
        ActionKind::Pipeline(pipeline) => {
            let (verb, job) = match &pipeline.change {
                PipelineChange::Rerun => ("rerun", None),
                PipelineChange::Cancel => ("cancel", None),
                PipelineChange::Approve { job } => ("approve", job.as_ref()),
            };
            let job = job.map_or(String::new(), |job| format!(" --job {}", shell_word(job)));
            format!("{verb} {service} {}{job}", shell_word(&pipeline.pipeline))
        }
        ActionKind::Release(release) => {
            let environment = shell_word(&release.environment);
            match &release.change {
                ReleaseChange::RollBack { .. } => format!("rollback {service} {environment}"),
                ReleaseChange::Promote { from } => format!("promote {service} {} {environment}", shell_word(from)),
                ReleaseChange::Release { code: Code::Build | Code::Artifact { .. } } => {
                    format!("release {service} {environment} --from-build")
                }
                ReleaseChange::Release { code: Code::Version { version } } => {
                    format!("release {service} {environment} --code-of v{version}")
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn item(id: &str, more: serde_json::Value) -> InboxItem {
        let mut value = json!({
            "id": id, "service": "shop", "kind": "approval", "concern": "needs_you", "text": "Waits for approval: pipeline #212",
            "detail": "approve-release, 2 PRs", "since": "2026-11-23T14:32:00Z", "opened_at": "2026-11-23T14:32:05Z",
            "subject": {"pull_request": null, "pipeline": "p-212", "environment": null, "release": null},
            "action": {"action": "approve", "service": "shop", "pipeline": "p-212", "job": null}, "blocked": null, "entry": null,
            "read_at": null, "remind_at": null, "reminded_at": null, "done": null, "cause": "c", "holds": true, "seen": "2026-11-23T14:32:04Z"
        });
        for (name, of) in more.as_object().into_iter().flatten() {
            value[name] = of.clone();
        }
        serde_json::from_value(value).expect("an item")
    }

    #[test]
    fn what_is_open_says_how_it_ends_and_what_is_done_how_it_ended() {
        let now = Time::parse("2026-11-23T15:20:00Z").expect("a time");
        let unknown = json!({"service": "loyalty", "kind": "outcome_unknown", "text": "Rerun of #131: outcome unknown", "detail": null,
            "action": null, "entry": "0198", "since": "2026-11-23T14:20:00Z"});
        let asked = json!({"service": "pay it", "kind": "production_not_said", "text": "Is eu production?", "detail": null, "action": null,
            "subject": {"pull_request": null, "pipeline": null, "environment": "eu", "release": null}});
        let news = json!({"service": "shop", "kind": "live", "concern": "news", "text": "Your PR #474\u{1b}[31m is live on v9", "detail": null,
            "action": null});
        let ended = json!({"done": {"at": "2026-11-23T15:10:00Z", "how": "acting", "by": "joost-v", "words": "approved"}});
        let items = [item("a-1", json!({})), item("l-1", news), item("o-1", unknown), item("p-1", asked), item("a-2", ended)];
        let document = Document::of(None, items.iter().collect());
        let printed = text(&document, now);
        assert_eq!(
            printed,
            "3 things need you. 1 is news.\n\
             shop\n  a-1  Waits for approval: pipeline #212  (48 min)\n      approve-release, 2 PRs\n      slipway approve shop p-212\n  \
             l-1  Your PR #474␛[31m is live on v9  (48 min)\n\
             loyalty\n  o-1  Rerun of #131: outcome unknown  (1 h)\n      \
             slipway journal --settle 0198 HAPPENED-OR-DID-NOT --reason TEXT\n\
             pay it\n  p-1  Is eu production?  (48 min)\n      slipway service set 'pay it' --environment eu --production YES-OR-NO\n\
             done\n  a-2  shop: Waits for approval: pipeline #212  (approved by joost-v, 10 min ago)"
        );
    }

    #[test]
    fn nothing_is_said_too() {
        assert_eq!(text(&Document::of(None, Vec::new()), Time::from_unix(0)), "Nothing needs you.");
        assert_eq!(sentence(1, 2, 0), "1 thing needs you. 2 are news.");
        assert_eq!(sentence(0, 0, 1), "Nothing is known to need you; not everything was read.");
    }
}
