//! A run's logs: a signed link to an archive with one file for each job, as GitHub packs them.

use super::super::answers::not_found;
use super::logs::{GOOD_FOR_MS, stored};
use super::runs::Run;
use crate::http::{Call, Reply, Vendor};
use crate::state::Shared;
use crate::world::{Service, World, wall_ms};

/// 302 to the archive of an attempt, counted from 0.
pub(crate) fn link(shared: &Shared, service: usize, s: &Service, run: Run, attempt: usize) -> Reply {
    let Some(workflow) = run.attempts(s).get(attempt).copied() else { return not_found() };
    let until = (wall_ms() + GOOD_FOR_MS) / 1000;
    let link =
        format!("{}/actions-results/run/{service}-{workflow}?se={until}&sig={}", shared.url(Vendor::Logs), signature(s, workflow, until));
    Reply { body: Vec::new(), ..Reply::text(302, "") }.with("Location", link)
}

/// The answer of the log store.
pub(crate) fn answer(world: &World, call: &Call, name: &str) -> Reply {
    let gone = || Reply::text(404, "<?xml version=\"1.0\"?><Error><Code>BlobNotFound</Code></Error>");
    let place =
        name.split_once('-').and_then(|(service, workflow)| Some((service.parse::<usize>().ok()?, workflow.parse::<usize>().ok()?)));
    let Some((service, workflow)) = place else { return gone() };
    let Some(s) = world.services.get(service).filter(|s| workflow < s.workflows.len()) else { return gone() };
    let until: i64 = call.param("se").and_then(|text| text.parse().ok()).unwrap_or_default();
    if call.param("sig") != Some(&signature(s, workflow, until)) || wall_ms() > until * 1000 {
        return Reply::text(403, "<?xml version=\"1.0\"?><Error><Code>AuthenticationFailed</Code></Error>");
    }
    let ended = s.workflows[workflow].jobs.iter().filter(|job| job.started.is_some() && job.stopped.is_some() && job.approval.is_none());
    let files: Vec<(String, Vec<u8>)> =
        ended.enumerate().map(|(n, job)| (format!("{n}_{}.txt", job.name), stored(world, job).into_bytes())).collect();
    Reply { content_type: "application/zip", body: zip(&files), ..Reply::text(200, "") }
}

fn signature(s: &Service, workflow: usize, until: i64) -> String {
    format!("{}{until:x}", &s.workflows[workflow].id[..8])
}

/// A zip archive with uncompressed files.
fn zip(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let mut crc = flate2::Crc::new();
        crc.update(text);
        let size = (text.len() as u32).to_le_bytes();
        // Version 2.0, no flags, stored, no time, 1 January 1980.
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        common.extend(crc.sum().to_le_bytes());
        common.extend(size);
        common.extend(size);
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend((archive.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        archive.extend(b"PK\x03\x04");
        archive.extend(&common);
        archive.extend(name.as_bytes());
        archive.extend(text);
    }
    let (start, count) = (archive.len() as u32, (files.len() as u16).to_le_bytes());
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06\x00\x00\x00\x00");
    archive.extend(count);
    archive.extend(count);
    archive.extend((directory.len() as u32).to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend([0, 0]);
    archive
}
