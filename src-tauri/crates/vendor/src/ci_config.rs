//! What a CI configuration file tells about apps, jobs and branches.
//!
//! YAML is read as a stream of events and never built into a tree, so aliases cost nothing however large the values
//! they repeat, and nesting depth is only a counter. Values that name apps are collected with their key path.

mod walk;

use slipway_domain::discover::{CiConfig, Mention};
use slipway_domain::vendor::VendorId;
use std::collections::BTreeSet;
use std::fmt;

/// Longer files are read up to this size, in bytes.
const LARGEST: usize = 512 << 10;
/// Most elements of each list, so that the result for a hostile file stays small.
const MOST: usize = 60;

/// What one value says about a platform's apps. Given: the key, the key path and the value.
pub type PlatformScan = fn(key: &str, place: &str, value: &str) -> Scan;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Scan {
    pub apps: Vec<String>,
    /// Placeholders for an app name: `$APP_NAME`, `<< parameters.app >>`.
    pub variables: Vec<String>,
    pub urls: Vec<String>,
    /// The value is part of a release to the platform.
    pub deploys: bool,
}

/// Whether the value at a key path is a branch that releases; the second argument tells whether a job does.
pub type IsReleasingBranch = fn(&[&str], &dyn Fn(&str) -> bool) -> bool;

/// Where a CI keeps its configuration, and how it names branches.
#[derive(Clone, Copy)]
pub struct CiConfigRules {
    /// The folder of the repository whose YAML files are read.
    pub folder: &'static str,
    /// Continues the sentence "there is …" where such a configuration was found.
    pub place: &'static str,
    /// Continues the sentence "X releases, …" where this CI's configuration does not release.
    pub does_not_release: &'static str,
    /// Whether the value at a key path is a branch that releases.
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
    /// Jobs that mention the platform.
    deploying: BTreeSet<String>,
    /// Something outside a job mentions it: a command, an anchor, the job of an orb.
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

/// The job of a key path `jobs.NAME.…`; all supported CIs name jobs this way.
fn job_of(place: &[String]) -> Option<&str> {
    match place {
        [jobs, job, ..] if jobs == "jobs" => Some(job),
        _ => None,
    }
}

/// The branches on which the releasing jobs run, as far as they are plain names.
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
