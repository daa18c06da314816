//! What a CI configuration file tells about apps, jobs and branches.
//!
//! YAML is read as a stream of events and never built into a tree, so an alias costs nothing
//! however often it stands for something large, and depth is a counter. What names apps is
//! collected with the way of keys to it.

mod walk;

use slipway_domain::discover::{CiConfig, Mention};
use slipway_domain::vendor::VendorId;
use std::collections::BTreeSet;
use std::fmt;

/// Longer files are read as far as this, in bytes.
const LARGEST: usize = 512 << 10;
/// Of each list, so that a hostile file stays a small answer.
const MOST: usize = 60;

/// What one value says of a platform's apps: its key, the way of keys to it, and the value.
pub type PlatformScan = fn(key: &str, place: &str, value: &str) -> Scan;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Scan {
    pub apps: Vec<String>,
    /// Names that stand for an app: `$APP_NAME`, `<< parameters.app >>`.
    pub variables: Vec<String>,
    pub urls: Vec<String>,
    /// It releases to the platform, or helps to.
    pub deploys: bool,
}

/// Whether the value at a way of keys is a branch that releases; the second argument tells whether a job does.
pub type IsReleasingBranch = fn(&[&str], &dyn Fn(&str) -> bool) -> bool;

/// Where a CI keeps its configuration, and what it says of branches.
#[derive(Clone, Copy)]
pub struct CiConfigRules {
    /// The folder in the repository whose YAML files are read.
    pub folder: &'static str,
    /// What there is when it is set up, after "there is".
    pub place: &'static str,
    /// After "X releases,": that this CI's configuration does not.
    pub does_not_release: &'static str,
    /// Whether the value at a way of keys is a branch that releases.
    pub is_branch: IsReleasingBranch,
}

impl fmt::Debug for CiConfigRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CiConfigRules({})", self.folder)
    }
}

pub fn read(ci: VendorId, rules: &CiConfigRules, scan: PlatformScan, path: &str, text: &str) -> CiConfig {
    let (text, cut) = head(text);
    let walked = walk::scalars(text);
    let mut found = Found::default();
    for scalar in &walked.scalars {
        found.scalar(scan, scalar);
    }
    let deploys = !found.deploying.is_empty() || found.elsewhere;
    let branches = branches(rules, &walked.scalars, &found);
    CiConfig {
        ci,
        path: path.to_owned(),
        jobs: few(walked.scalars.iter().filter_map(|s| job_of(&s.place)).map(str::to_owned)),
        deploys,
        mentions: few(found.mentions),
        variables: few(found.variables),
        branches: if deploys { branches } else { Vec::new() },
        urls: few(found.urls),
        whole: walked.whole && !cut,
    }
}

#[derive(Default)]
struct Found {
    mentions: BTreeSet<Mention>,
    variables: BTreeSet<String>,
    urls: BTreeSet<String>,
    /// Jobs that speak of the platform.
    deploying: BTreeSet<String>,
    /// Something outside of a job does: a command, an anchor, an orb's job in a workflow.
    elsewhere: bool,
}

impl Found {
    fn scalar(&mut self, scan: PlatformScan, scalar: &walk::Scalar) {
        let place = scalar.place.join(".");
        let key = scalar.place.last().map_or("", String::as_str);
        let found = scan(key, &place, &scalar.value);
        if found.deploys {
            match job_of(&scalar.place) {
                Some(job) => drop(self.deploying.insert(job.to_owned())),
                None => self.elsewhere = true,
            }
        }
        self.mentions.extend(found.apps.into_iter().map(|app| Mention { app, place: place.clone() }));
        self.variables.extend(found.variables);
        self.urls.extend(found.urls);
    }
}

/// `jobs.NAME.…`; the CIs that are known name their jobs so.
fn job_of(place: &[String]) -> Option<&str> {
    match place {
        [jobs, job, ..] if jobs == "jobs" => Some(job),
        _ => None,
    }
}

/// Where the releasing jobs run, as far as it is a plain name.
fn branches(rules: &CiConfigRules, scalars: &[walk::Scalar], found: &Found) -> Vec<String> {
    let of = |scalar: &walk::Scalar| -> bool {
        let place: Vec<&str> = scalar.place.iter().map(String::as_str).collect();
        (rules.is_branch)(&place, &|job| found.deploying.contains(job))
    };
    let plain = |name: &&str| !name.is_empty() && !name.starts_with('/') && !name.contains(['*', '$', '<', ' ']);
    few(scalars.iter().filter(|s| of(s)).map(|s| s.value.as_str()).filter(plain).map(str::to_owned))
}

fn few<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    items.into_iter().collect::<BTreeSet<T>>().into_iter().take(MOST).collect()
}

fn head(text: &str) -> (&str, bool) {
    if text.len() <= LARGEST {
        return (text, false);
    }
    let end = (0..=LARGEST).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    (&text[..end], true)
}

#[cfg(test)]
mod tests;
