//! From Heroku's words to the domain's.

use super::wire;
use slipway_domain::environment::Dyno;
use slipway_domain::release::Release;
use slipway_domain::status::ReleaseStatus;
use slipway_domain::time::Time;

/// None when it has no id or version: nothing could be done with it.
pub(super) fn release(wire: wire::Release) -> Option<Release> {
    Some(Release {
        version: wire.version?,
        code_version: None,
        id: wire.id?,
        status: wire.status.as_deref().and_then(ReleaseStatus::from_word).unwrap_or(ReleaseStatus::Unknown),
        current: wire.current.unwrap_or(false),
        eligible_for_rollback: wire.eligible_for_rollback.unwrap_or(false),
        slug: wire.slug.and_then(|slug| slug.id),
        commit: None,
        released_at: time(wire.created_at.as_deref()),
        updated_at: time(wire.updated_at.as_deref()),
        description: wire.description.unwrap_or_default(),
        user: wire.user.and_then(|user| user.email),
        pull_requests: None,
        output_url: wire.output_stream_url,
    })
}

pub(super) fn dyno(wire: wire::Dyno) -> Dyno {
    let name = wire.name.unwrap_or_default();
    let process = wire.process.unwrap_or_else(|| name.split('.').next().unwrap_or_default().to_owned());
    Dyno {
        process,
        name,
        state: wire.state.unwrap_or_else(|| "unknown".to_owned()),
        release_version: wire.release.and_then(|release| release.version),
        updated_at: time(wire.updated_at.as_deref()),
    }
}

fn time(text: Option<&str>) -> Option<Time> {
    text.and_then(Time::parse)
}
