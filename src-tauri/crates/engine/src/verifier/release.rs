//! What became of a rollback, a release or a promotion.

use super::{Learnt, Verification};
use slipway_domain::journal::{Entry, Expectation};
use slipway_domain::plan::ReleaseRef;
use slipway_domain::release::Release;
use slipway_domain::status::ReleaseStatus;
use slipway_vendor::{Platform, ReadError};

const FIRST_PAGE: usize = 30;
const PAGE: usize = 200;
/// Pages of older releases: 10,000 releases since the request was sent.
const MOST_PAGES: usize = 50;
/// Releases of others that are named one by one.
const NAMED: usize = 20;

pub(super) async fn look(platform: &dyn Platform, entry: &Entry, learnt: &mut Learnt) -> Result<Verification, ReadError> {
    match &entry.expectation {
        Expectation::RolledBack { app, target_version, target_code, after_version, release, .. } => {
            let like = |r: &Release| match r.rollback_to() {
                Some(to) => to == *target_version,
                None => target_code.as_ref().is_some_and(|code| r.runs_code(code)) && !r.changes_config_only(),
            };
            let what = format!("the code and config of v{target_version}");
            let search = Search { app, after: *after_version, own: release.as_ref().map(|r| r.id.as_str()), what: &what, like: &like };
            search.look(platform, learnt).await
        }
        Expectation::Released { app, code, after_version, promotion, release } => {
            let mut own = release.as_ref().map(|r| r.id.clone());
            if let (Some(promotion), None) = (promotion, &own) {
                match promoted(platform, app, promotion).await? {
                    Promoted::Release(id) => own = Some(id),
                    Promoted::Failed(why) => return Ok(Verification::Impossible(why)),
                    Promoted::UnderWay => return Ok(Verification::InProgress(format!("The promotion to {app} is under way"))),
                    // By an older API that does not name the release: by what it carries.
                    Promoted::Unnamed => {}
                }
            }
            let like = |r: &Release| r.runs_code(code) && !r.changes_config_only() && r.rollback_to().is_none();
            let search = Search { app, after: *after_version, own: own.as_deref(), what: "this code", like: &like };
            search.look(platform, learnt).await
        }
        Expectation::Merged { .. }
        | Expectation::Enqueued { .. }
        | Expectation::Dequeued { .. }
        | Expectation::AutoMergeOn { .. }
        | Expectation::AutoMergeOff { .. }
        | Expectation::BranchUpdated { .. }
        | Expectation::RevertOpened { .. }
        | Expectation::Reran { .. }
        | Expectation::Canceled { .. }
        | Expectation::Approved { .. } => Ok(Verification::Indeterminate("It is not looked for among releases".to_owned())),
    }
}

enum Promoted {
    Release(String),
    Failed(String),
    UnderWay,
    Unnamed,
}

/// What the platform says of our own promotion. It has one target.
async fn promoted(platform: &dyn Platform, app: &str, promotion: &str) -> Result<Promoted, ReadError> {
    let targets = platform.promotion_targets(promotion).await?;
    let Some(target) = targets.into_iter().next() else { return Ok(Promoted::UnderWay) };
    Ok(match (target.status, target.release_id) {
        (ReleaseStatus::Failed, _) => {
            let why = target.error.unwrap_or_else(|| "the platform gives no reason".to_owned());
            Promoted::Failed(format!("The promotion to {app} failed: {why}"))
        }
        (_, Some(id)) => Promoted::Release(id),
        (ReleaseStatus::Pending, None) => Promoted::UnderWay,
        (ReleaseStatus::Succeeded | ReleaseStatus::Expired | ReleaseStatus::Unknown, None) => Promoted::Unnamed,
    })
}

struct Search<'a> {
    app: &'a str,
    /// The newest version when the action was consented to: ours is newer.
    after: u64,
    /// Our own release, as the answer named it.
    own: Option<&'a str>,
    what: &'a str,
    /// Whether a release could be ours, where the answer was lost.
    like: &'a (dyn Fn(&Release) -> bool + Sync),
}

impl Search<'_> {
    async fn look(&self, platform: &dyn Platform, learnt: &mut Learnt) -> Result<Verification, ReadError> {
        let (releases, whole) = self.since(platform).await?;
        let newer: Vec<&Release> = releases.iter().filter(|r| r.version > self.after).collect();
        match self.own {
            Some(id) => Ok(match newer.iter().find(|r| r.id == id) {
                Some(ours) => self.state(ours, &newer, "", learnt),
                None => self.absent(whole, "is not listed yet"),
            }),
            None => self.resembling(platform, &newer, whole, learnt).await,
        }
    }

    /// Everything newer than what was seen when consent was given, newest first, and whether the
    /// list goes back that far.
    async fn since(&self, platform: &dyn Platform) -> Result<(Vec<Release>, bool), ReadError> {
        let mut page = platform.releases(self.app, FIRST_PAGE).await?;
        let mut releases = std::mem::take(&mut page.releases);
        let mut ended = page.complete;
        for _ in 0..MOST_PAGES {
            let oldest = releases.last().map_or(0, |r| r.version);
            let found = self.own.is_some_and(|id| releases.iter().any(|r| r.id == id));
            if oldest <= self.after || ended || found {
                return Ok((releases, oldest <= self.after || ended));
            }
            let older = platform.releases_before(self.app, oldest, PAGE).await?;
            ended = older.complete || older.releases.is_empty();
            releases.extend(older.releases);
        }
        Ok((releases, false))
    }

    /// The answer was lost: the oldest release that could be ours, by the account that sent it. It
    /// is said that it was recognised by what it is, not by its id.
    async fn resembling(
        &self,
        platform: &dyn Platform,
        newer: &[&Release],
        whole: bool,
        learnt: &mut Learnt,
    ) -> Result<Verification, ReadError> {
        let like: Vec<&&Release> = newer.iter().rev().filter(|r| (self.like)(r)).collect();
        if like.is_empty() {
            return Ok(self.absent(whole, "is not there"));
        }
        let me = platform.whoami().await.ok().and_then(|identity| identity.user);
        let by_another = |r: &Release| me.is_some() && r.user.is_some() && r.user != me;
        let Some(ours) = like.into_iter().find(|r| !by_another(r)) else {
            return Ok(self.absent(whole, "is only there by somebody else"));
        };
        let known = if me.is_some() && ours.user.is_some() { "by the same account" } else { "by whom is not known" };
        let aside = format!(" It was recognised by what it is, {known}: the answer that would have named it was lost.");
        Ok(match self.state(ours, newer, &aside, &mut Learnt::default()) {
            // A failed release that only resembles ours proves nothing of ours.
            Verification::Impossible(why) => Verification::Indeterminate(why),
            satisfied @ Verification::Satisfied(_) => {
                self.state(ours, newer, &aside, learnt);
                satisfied
            }
            other @ (Verification::InProgress(_) | Verification::NotObserved(_) | Verification::Indeterminate(_)) => other,
        })
    }

    fn absent(&self, whole: bool, how: &str) -> Verification {
        let text = format!("A new release of {} with {} {how}", self.app, self.what);
        if whole {
            Verification::NotObserved(text)
        } else {
            Verification::Indeterminate(format!("{text}, as far as the list could be read"))
        }
    }

    fn state(&self, ours: &Release, newer: &[&Release], aside: &str, learnt: &mut Learnt) -> Verification {
        let version = ours.version;
        let succeeded_after = |r: &&&Release| r.version > version && r.status == ReleaseStatus::Succeeded;
        match ours.status {
            ReleaseStatus::Succeeded => {
                let after: Vec<&&Release> = newer.iter().filter(succeeded_after).collect();
                if after.is_empty() && !ours.current {
                    return Verification::InProgress(format!("v{version} is not current yet"));
                }
                // A config change on top runs the same code.
                let replacing = after.iter().rev().find(|r| r.code() != ours.code());
                learnt.release = Some(ReleaseRef::from(ours));
                learnt.replaced_by = replacing.map(|r| ReleaseRef::from(**r));
                learnt.overtook = self.overtaken(version, newer);
                let undone = overtook_words(&learnt.overtook);
                let text = match replacing {
                    Some(other) => format!("v{version} went live with {}, then v{} replaced it.{undone}{aside}", self.what, other.version),
                    None => format!("v{version} is live on {} with {}.{undone}{aside}", self.app, self.what),
                };
                Verification::Satisfied(text.trim_end_matches('.').to_owned())
            }
            ReleaseStatus::Failed | ReleaseStatus::Expired => {
                Verification::Impossible(format!("v{version} failed in its release phase; what was live stays.{aside}"))
            }
            ReleaseStatus::Pending => Verification::InProgress(format!("v{version} is being released")),
            ReleaseStatus::Unknown => Verification::Indeterminate(format!("How v{version} stands is told in a word that is not known")),
        }
    }

    /// Releases between what was seen and ours that went live: ours undid them without their having
    /// been shown. One that is not listed any more is named by its number.
    fn overtaken(&self, ours: u64, newer: &[&Release]) -> Vec<ReleaseRef> {
        let between = (self.after.saturating_add(1)..ours).take(NAMED);
        let found = between.map(|version| match newer.iter().find(|r| r.version == version) {
            Some(release) if matches!(release.status, ReleaseStatus::Failed | ReleaseStatus::Expired) => None,
            Some(release) => Some(ReleaseRef::from(*release)),
            None => Some(ReleaseRef { id: String::new(), label: format!("v{version}"), ordinal: Some(version) }),
        });
        found.flatten().collect()
    }
}

fn overtook_words(overtook: &[ReleaseRef]) -> String {
    let names: Vec<&str> = overtook.iter().map(|r| r.label.as_str()).collect();
    match names[..] {
        [] => String::new(),
        [one] => format!(" {one}, which was not seen, was undone."),
        [..] => format!(" {}, which were not seen, were undone.", names.join(", ")),
    }
}
