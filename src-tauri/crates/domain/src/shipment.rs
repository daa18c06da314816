//! What an action changes of what runs: what leaves, what comes, what ships over it, and what it
//! would ship again that was rolled back. Compared by id when consent is checked.

use crate::commit::Commit;
use crate::history::change_id;
use crate::humanize::short;
use crate::plan::consented::Consented;
use crate::pull_request::{CheckCounts, PullRequest, ReviewState};
use crate::status::vocabulary;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Shipment {
    /// Changes that run now and would not run any more.
    pub takes_out: Vec<Change>,
    /// Changes that would run and do not run now.
    pub brings: Vec<Change>,
    /// What is on its way and would replace the result of this action.
    pub ships_over: Vec<InFlight>,
    /// Changes that were rolled back, are not reverted, and would run again.
    pub ships_again: Vec<RolledBackChange>,
}

/// A pull request, or a commit that came without one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Change {
    /// `#414`, or the commit's sha.
    pub id: String,
    pub number: Option<u64>,
    pub title: String,
    pub author: Option<String>,
    /// None where it was not read.
    pub checks: Option<CheckCounts>,
    /// Reviews that approve it; None where it was not read.
    pub approvals: Option<u32>,
    pub url: Option<String>,
}

vocabulary!(
    /// What is on its way to an environment.
    InFlightKind { Pipeline = "pipeline", MergeQueue = "merge_queue", AutoMerge = "auto_merge", Build = "build", Release = "release" });

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct InFlight {
    pub kind: InFlightKind,
    /// The vendor's id of the pipeline, build or release; `#414` for a pull request.
    pub id: String,
    /// For people: `Pipeline #2318`.
    pub label: String,
    /// Pull requests it carries that the result of this action would not.
    pub carries: Vec<u64>,
    /// Seconds until it is live by its usual time; None where that is not known.
    pub ships_in_seconds: Option<u64>,
    /// What it waits for before it ships, such as an approval; None: it ships by itself.
    pub waits_for: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct RolledBackChange {
    #[serde(flatten)]
    pub change: Change,
    /// The environment that was rolled back from it.
    pub environment: String,
    /// The release that carried it, `v10`.
    pub release: Option<String>,
    /// False: whether it is contained could not be learnt, so it is treated as contained.
    pub known: bool,
    /// Id of the pin that keeps it out; None where the environment is not pinned against it.
    #[serde(default)]
    pub pin: Option<String>,
}

impl Change {
    /// An open pull request with what is known of its checks and reviews.
    pub fn of_pull_request(pr: &PullRequest) -> Self {
        Self {
            id: format!("#{}", pr.number),
            number: Some(pr.number),
            title: pr.title.clone(),
            author: pr.author.clone(),
            checks: pr.checks_complete.then_some(pr.checks),
            approvals: Some(pr.reviews.iter().filter(|review| review.state == ReviewState::Approved).count() as u32),
            url: Some(pr.url.clone()).filter(|url| !url.is_empty()),
        }
    }

    /// What a commit brought: its pull request, or itself.
    pub fn of_commit(commit: &Commit) -> Self {
        let title = commit.pull_request_title.clone().filter(|_| commit.pull_request.is_some());
        Self {
            id: change_id(commit),
            number: commit.pull_request,
            title: title.unwrap_or_else(|| commit.title.clone()),
            author: commit.author.clone(),
            ..Self::default()
        }
    }

    /// `#414`, or the beginning of the commit's sha.
    pub fn name(&self) -> String {
        if self.number.is_some() { self.id.clone() } else { short(&self.id).to_owned() }
    }

    /// `#414 Faster checkout, nadia-k`
    pub fn line(&self) -> String {
        let author = self.author.as_ref().map_or(String::new(), |author| format!(", {author}"));
        format!("{} {}{author}", self.name(), self.title).trim_end().to_owned()
    }
}

impl Shipment {
    pub(crate) fn consented(&self) -> impl Iterator<Item = Consented> {
        let line = |change: &Change| format!("{} {}", change.id, change.title).trim_end().to_owned();
        let takes_out = self.takes_out.iter().map(move |c| Consented::new("takes_out", &c.id, &format!("{} leaves", line(c))));
        let brings = self.brings.iter().map(move |c| Consented::new("brings", &c.id, &format!("{} comes", line(c))));
        let ships_over = self.ships_over.iter().map(|f| Consented::new("ships_over", &f.id, &format!("{} would ship over it", f.label)));
        let ships_again = self
            .ships_again
            .iter()
            .map(move |c| Consented::new("ships_again", &c.change.id, &format!("{} would ship again", line(&c.change))));
        takes_out.chain(brings).chain(ships_over).chain(ships_again).collect::<Vec<_>>().into_iter()
    }
}
