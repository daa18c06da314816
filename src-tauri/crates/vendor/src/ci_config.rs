//! What a CI configuration file tells about apps, jobs and branches.
//!
//! YAML is read as a stream of events and never built into a tree, so an alias costs nothing
//! however often it stands for something large, and depth is a counter. What names apps is
//! collected with the way of keys to it.

mod scan;
mod walk;

use slipway_domain::discover::{CiConfig, CiSystem, Mention};
use std::collections::BTreeSet;

/// Longer files are read as far as this, in bytes.
const LARGEST: usize = 512 << 10;
/// Of each list, so that a hostile file stays a small answer.
const MOST: usize = 60;

pub fn read(system: CiSystem, path: &str, text: &str) -> CiConfig {
    let (text, cut) = head(text);
    let walked = walk::scalars(text);
    let mut found = Found::default();
    for scalar in &walked.scalars {
        found.scalar(scalar);
    }
    let deploys = !found.deploying.is_empty() || found.elsewhere;
    let branches = branches(system, &walked.scalars, &found);
    CiConfig {
        system,
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
    /// Jobs that speak of Heroku.
    deploying: BTreeSet<String>,
    /// Something outside of a job does: a command, an anchor, an orb's job in a workflow.
    elsewhere: bool,
}

impl Found {
    fn scalar(&mut self, scalar: &walk::Scalar) {
        let place = scalar.place.join(".");
        let key = scalar.place.last().map_or("", String::as_str);
        let found = scan::scan(key, &place, &scalar.value);
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

/// `jobs.NAME.…`; both systems name their jobs so.
fn job_of(place: &[String]) -> Option<&str> {
    match place {
        [jobs, job, ..] if jobs == "jobs" => Some(job),
        _ => None,
    }
}

/// Where the releasing jobs run, as far as it is a plain name.
fn branches(system: CiSystem, scalars: &[walk::Scalar], found: &Found) -> Vec<String> {
    let of = |scalar: &walk::Scalar| -> bool {
        let place: Vec<&str> = scalar.place.iter().map(String::as_str).collect();
        match (system, &place[..]) {
            (CiSystem::GithubActions, ["on", "push", "branches"]) => true,
            (CiSystem::CircleCi, ["workflows", _, "jobs", job, "filters", "branches", "only"]) => {
                found.deploying.contains(*job) || job.contains("heroku") || ["deploy", "release"].iter().any(|w| job.contains(w))
            }
            _ => false,
        }
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
