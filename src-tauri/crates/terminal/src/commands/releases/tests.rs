//! The table of releases at several widths.

use super::*;
use jiff::tz::TimeZone;
use serde_json::json;
use slipway_domain::time::Time;

fn listed(version: u64, mark: &str, more: serde_json::Value) -> ListedRelease {
    let mut release = json!({
        "version": version, "code_version": version, "id": "r", "status": "succeeded", "mark": mark, "current": false,
        "eligible_for_rollback": true, "slug": null, "commit": "4be21d7a", "released_at": "2026-11-27T11:00:01Z", "updated_at": null,
        "description": "Something else", "cause": {"cause": "deploy"}, "user": "nadia-k@acme.example", "pull_requests": [482],
        "output_url": null,
    });
    for (name, value) in more.as_object().expect("an object") {
        release[name] = value.clone();
    }
    let release: Release = serde_json::from_value(release).expect("a release");
    let rollback_refused = (!release.eligible_for_rollback).then(|| "not eligible for rollback".to_owned());
    ListedRelease { release, rollback_refused }
}

fn page() -> Vec<ListedRelease> {
    vec![
        listed(1850, "live", json!({"code_version": 1846, "cause": {"cause": "rollback", "to": 1846}, "pull_requests": []})),
        listed(1849, "rolled_back_from", json!({"pull_requests": [479, 480, 481], "released_at": "2026-11-27T02:00:00Z"})),
        listed(1848, "failed", json!({"status": "failed", "commit": null, "released_at": "2026-11-24T09:30:00Z"})),
        listed(
            1847,
            "past",
            json!({"code_version": 1846, "cause": {"cause": "config", "names": ["DELIVERY_SLOTS", "EXCHANGE_RATES_URL"]},
            "pull_requests": [], "eligible_for_rollback": false, "released_at": "2026-10-01T09:30:00Z"}),
        ),
    ]
}

fn shown(width: Option<usize>) -> Vec<String> {
    let clock = Clock { now: Time::parse("2026-11-27T12:00:00Z").expect("a time"), zone: TimeZone::UTC };
    let rows: Vec<Vec<Line>> = page().iter().map(|listed| row(listed, &clock, width)).collect();
    let lines = Table::new(columns(), width).lines(&rows);
    assert!(width.is_none_or(|width| lines.iter().all(|line| line.width() <= width)));
    lines.iter().map(|line| line.text().trim_end().to_owned()).collect()
}

#[test]
fn at_200_columns_all_is_there() {
    assert_eq!(
        shown(Some(200)),
        [
            "       state               code   commit   when        PRs             what                                       who      rollback",
            "v1850  ● live              v1846  4be21d7  60 min ago                  rollback to v1846                          nadia-k",
            "v1849  ⊘ rolled back from         4be21d7  02:00       #479 #480 #481  deploy                                     nadia-k",
            "v1848  ✗ failed                            Tue 09:30   #482            deploy                                     nadia-k",
            "v1847  ✓ released          v1846  4be21d7  1 Oct 2026                  config DELIVERY_SLOTS, EXCHANGE_RATES_URL  nadia-k  not eligible",
        ]
    );
}

/// Versions, states, numbers and times are whole at 80 columns.
#[test]
fn at_80_columns_names_give_way() {
    let lines = shown(Some(80));
    for whole in ["v1849", "⊘ rolled back from", "v1846", "#479 +2", "rollback to v1846", "1 Oct 2026", "Tue 09:30"] {
        assert!(lines.iter().any(|line| line.contains(whole)), "{whole}: {lines:#?}");
    }
    assert!(lines[4].contains('…'), "{lines:#?}");
}
