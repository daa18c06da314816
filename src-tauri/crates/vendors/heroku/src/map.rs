//! Maps Heroku's answers to the domain's types.

use super::{release_cause, wire};
use slipway_domain::environment::{Build, Instance, ProcessType};
use slipway_domain::release::ReleaseMark;
use slipway_domain::release::{Release, ReleaseArtifact};
use slipway_domain::status::ReleaseStatus;
use slipway_domain::time::Time;
use slipway_vendor::PromotionTarget;

/// None without an id or version, since nothing could be done with it.
pub(super) fn release(wire: wire::Release) -> Option<Release> {
    let user = wire.user.and_then(|user| user.email);
    let description = wire.description.unwrap_or_default();
    Some(Release {
        version: wire.version?,
        code_version: None,
        id: wire.id?,
        status: wire.status.as_deref().and_then(ReleaseStatus::from_word).unwrap_or(ReleaseStatus::Unknown),
        mark: ReleaseMark::Unknown,
        current: wire.current.unwrap_or(false),
        eligible_for_rollback: wire.eligible_for_rollback.unwrap_or(false),
        artifact_id: wire.slug.and_then(|slug| slug.id),
        artifacts: wire.artifacts.into_iter().flatten().flatten().filter_map(artifact).collect(),
        commit: None,
        released_at: time(wire.created_at.as_deref()),
        updated_at: time(wire.updated_at.as_deref()),
        cause: Some(release_cause::of(&description, user.as_deref())),
        description,
        add_on_plans: wire.addon_plan_names.map(plans),
        user,
        pull_requests: None,
        output_url: wire.output_stream_url,
        watch: None,
        marked_bad: None,
    })
}

fn artifact(wire: wire::Artifact) -> Option<ReleaseArtifact> {
    Some(ReleaseArtifact { id: wire.id?, kind: wire.kind.unwrap_or_default() })
}

fn plans(names: Vec<Option<String>>) -> Vec<String> {
    let mut names: Vec<String> = names.into_iter().flatten().collect();
    names.sort_unstable();
    names
}

/// None without an id.
pub(super) fn build(wire: wire::Build) -> Option<Build> {
    Some(Build {
        id: wire.id?,
        status: wire.status.as_deref().and_then(ReleaseStatus::from_word).unwrap_or(ReleaseStatus::Unknown),
        commit: wire.source_blob.and_then(|source| source.version).filter(|version| !version.is_empty()),
        artifact_id: wire.slug.and_then(|slug| slug.id),
        created_at: time(wire.created_at.as_deref()),
        updated_at: time(wire.updated_at.as_deref()),
        output_url: wire.output_stream_url,
        released: None,
    })
}

pub(super) fn promotion_target(wire: wire::PromotionTarget) -> PromotionTarget {
    PromotionTarget {
        app_id: wire.app.and_then(|app| app.id),
        release_id: wire.release.and_then(|release| release.id),
        status: wire.status.as_deref().and_then(ReleaseStatus::from_word).unwrap_or(ReleaseStatus::Unknown),
        error: wire.error_message.filter(|message| !message.is_empty()),
    }
}

pub(super) fn dyno(wire: wire::Dyno) -> Instance {
    let name = wire.name.unwrap_or_default();
    // A dyno that somebody is attached to is a one-off dyno, whatever its type.
    let process = match (wire.attach_url, wire.process) {
        (Some(_), _) => "run".to_owned(),
        (None, Some(process)) => process,
        (None, None) => name.split('.').next().unwrap_or_default().to_owned(),
    };
    Instance {
        process,
        name,
        state: wire.state.unwrap_or_else(|| "unknown".to_owned()),
        release_version: wire.release.and_then(|release| release.version),
        updated_at: time(wire.updated_at.as_deref()),
    }
}

/// None if the type or the quantity is missing.
pub(super) fn process_type(wire: wire::Formation) -> Option<ProcessType> {
    Some(ProcessType { name: wire.process?, quantity: wire.quantity? })
}

pub(super) fn time(text: Option<&str>) -> Option<Time> {
    text.and_then(Time::parse)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;
    use slipway_contracts::mutated::{changes, mutated};

    fn sample() -> serde_json::Value {
        json!([
            { "id": "r", "version": 7, "status": "failed", "current": false, "eligible_for_rollback": false, "description": "Deploy",
              "slug": { "id": "s" }, "user": { "email": "e", "id": "u" }, "created_at": "2026-11-23T10:00:00Z",
              "updated_at": "2026-11-23T10:01:00Z", "output_stream_url": "https://x", "addon_plan_names": ["p"],
              "artifacts": [{ "id": "i", "type": "oci-image" }] },
            { "name": "web.1", "type": "web", "state": "crashed", "release": { "id": "r", "version": 7 }, "updated_at": "2026-11-23T10:00:00Z" }
        ])
    }

    proptest! {
        #[test]
        fn what_is_missing_or_new_breaks_nothing_and_turns_nothing_green(changes in changes()) {
            let all = mutated(sample(), &changes);
            let part = |index: usize| match &all[index] { part @ serde_json::Value::Object(_) => part.clone(), _ => json!({}) };
            let found = release(serde_json::from_value(part(0)).unwrap());
            prop_assert!(found.is_none_or(|r| r.status != ReleaseStatus::Succeeded && !r.current && !r.eligible_for_rollback));
            prop_assert!(dyno(serde_json::from_value(part(1)).unwrap()).state != "up");
        }
    }

    #[test]
    fn the_whole_answer_is_read() {
        let mut wires = sample();
        let read = release(serde_json::from_value(wires[0].take()).unwrap()).unwrap();
        assert_eq!(
            (read.version, read.status, read.artifact_id.as_deref(), read.user.as_deref()),
            (7, ReleaseStatus::Failed, Some("s"), Some("e"))
        );
        assert_eq!((read.artifacts[0].kind.as_str(), read.add_on_plans), ("oci-image", Some(vec!["p".to_owned()])));
        assert_eq!(read.cause, Some(slipway_domain::release::ReleaseCause::Deploy));
        assert!(read.released_at < read.updated_at && read.output_url.is_some());
        assert_eq!(dyno(serde_json::from_value(wires[1].take()).unwrap()).release_version, Some(7));
        // Dynos of an app that was never deployed have no release; `run.1` has no process type of its own.
        assert_eq!(dyno(serde_json::from_value(json!({ "name": "run.1" })).unwrap()).process, "run");
    }
}
