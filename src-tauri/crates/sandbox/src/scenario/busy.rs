//! The `busy` scenario: many services, many pull requests, and one app with a very long history.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::world::history_seed::MINUTE;
use crate::world::release::{Release, ReleaseStatus};
use crate::world::{World, generate, sample_data};

const SERVICES: usize = 20;
const OPEN: usize = 300;
const RELEASES: u64 = 10_000;

const NAMES: [&str; 19] = [
    "checkout-api",
    "search-indexer",
    "accounts",
    "billing",
    "catalogue",
    "couriers",
    "emails",
    "exports",
    "fraud",
    "gift-cards",
    "images",
    "inventory",
    "loyalty",
    "pricing",
    "returns",
    "reviews",
    "sessions",
    "taxes",
    "warehouses",
];

pub(super) fn fill(world: &mut World) {
    for name in NAMES.into_iter().take(SERVICES - world.services.len()) {
        generate::invent(world, name, 8);
    }
    for service in 0..world.services.len() {
        generate::open_many(world, service, OPEN / SERVICES);
    }
    deepen(world, 0);
}

/// Adds older releases before those of the service's production app, so that the live release has version 10,000.
fn deepen(world: &mut World, service: usize) {
    let Some(app) = world.services[service].environments.last().map(|e| e.app) else { return };
    let commits = world.services[service].repo.log(world.services[service].repo.main());
    let oldest = commits.last().expect("main has a commit").oid.clone();
    let recent = std::mem::take(&mut world.apps[app].releases);
    let missing = RELEASES - recent.len() as u64;
    let mut config = Arc::new(BTreeMap::from([("LOG_LEVEL".to_owned(), "info".to_owned())]));
    let start = recent[0].created - missing as i64 * 20 * MINUTE;
    let mut slug = world.new_slug(&oldest);
    let mut code_version = 1;
    let mut releases = Vec::with_capacity(RELEASES as usize);
    for version in 1..=missing {
        let configures = version % 4 == 3;
        if configures {
            let mut next = (*config).clone();
            next.insert(sample_data::CONFIG[version as usize % sample_data::CONFIG.len()].into(), format!("deep-{version}"));
            config = Arc::new(next);
        } else {
            code_version = version;
            if version % 50 == 1 {
                slug = world.new_slug(&oldest);
            }
        }
        let created = start + version as i64 * 20 * MINUTE;
        let description = match configures {
            true => format!("Set {} config vars", sample_data::CONFIG[version as usize % sample_data::CONFIG.len()]),
            false => format!("Deploy {}", &oldest[..8]),
        };
        let status = if version % 97 == 5 { ReleaseStatus::Failed } else { ReleaseStatus::Succeeded };
        releases.push(Release {
            id: world.rng.uuid(),
            version,
            status,
            description,
            slug: Some(slug.clone()),
            config: config.clone(),
            plans: Vec::new(),
            code_version,
            user: "ci@acme.example".into(),
            created,
            updated: created + MINUTE,
        });
    }
    let shift = |v: u64| v + missing + 1 - recent[0].version;
    for mut release in recent.clone() {
        release.version = shift(release.version);
        release.code_version = shift(release.code_version);
        if let Some(old) = release.description.strip_prefix("Rollback to v").and_then(|v| v.parse().ok()) {
            release.description = format!("Rollback to v{}", shift(old));
        }
        releases.push(release);
    }
    let app = &mut world.apps[app];
    app.releases = releases;
    let version = app.current().map_or(0, |n| app.releases[n].version);
    app.dynos.iter_mut().for_each(|dyno| dyno.version = version);
}
