use super::*;
use slipway_domain::pull_request::PullRequest;
use slipway_domain::service::Service;
use slipway_domain::source::SourceState;
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use std::sync::Arc;

fn at(text: &str) -> Time {
    Time(text.parse().expect("a time"))
}

fn service(name: &str, read: bool) -> ServiceState {
    let environment = serde_json::json!({
        "name": "production", "provider": "berth", "app": "shop-production", "build_app": null, "health_url": null, "production": null,
        "stage": null
    });
    let config = Service {
        name: name.to_owned(),
        repo: "acme/shop".to_owned(),
        branch: "main".to_owned(),
        ci: None,
        environments: vec![serde_json::from_value(environment).expect("an environment")],
        accounts: Vec::new(),
        migration_paths: Vec::new(),
    };
    let mut state = ServiceState::unread(config);
    if read {
        let source = |source| SourceState {
            source,
            provider: VendorId::new("berth"),
            observed_at: Some(at("2026-11-23T14:30:00Z")),
            asked_at: None,
            error: None,
        };
        state.sources = vec![source(Source::Code), source(Source::Ci)];
        state.pull_requests = vec![pull_request(414)];
        state.main = vec![commit_of(400)];
        state.pipelines = vec![pipeline("0b5e-77", 212)];
    }
    state
}

fn pull_request(number: u64) -> PullRequest {
    let value = serde_json::json!({
        "number": number, "node_id": "", "title": "", "url": "", "author": null, "head_sha": "", "head_branch": "", "base_branch": "main",
        "created_at": null, "updated_at": null, "draft": false, "mergeable": "unknown", "merge_state": "unknown",
        "review_decision": "none", "reviews": [], "readiness": "unknown", "reasons": [],
        "checks": {"passed": 0, "failed": 0, "pending": 0, "missing": 0}, "check_list": [], "checks_complete": true, "behind_by": null,
        "additions": null, "deletions": null, "changed_files": null, "files": null, "files_complete": false, "migrations": null,
        "commits": null
    });
    serde_json::from_value(value).expect("a pull request")
}

fn commit_of(number: u64) -> slipway_domain::commit::Commit {
    let value = serde_json::json!({
        "sha": "abc", "author": null, "title": "", "committed_at": null, "pull_request": number, "pull_request_title": null, "parents": []
    });
    serde_json::from_value(value).expect("a commit")
}

fn pipeline(id: &str, number: u64) -> slipway_domain::pipeline::Pipeline {
    let value = serde_json::json!({
        "id": id, "number": number, "branch": null, "commit": null, "title": null, "url": null, "created_at": null, "stopped_at": null,
        "status": "passed", "progress": 1.0, "eta_seconds": null, "pull_request": null, "jobs": [], "workflows": null, "error": null
    });
    serde_json::from_value(value).expect("a pipeline")
}

fn world() -> Snapshot {
    let services = ["shop", "a b/c", "größe", "merge"].map(|name| Arc::new(service(name, true)));
    let unread = Arc::new(service("fresh", false));
    Snapshot { services: services.into_iter().chain([unread]).collect(), ..Snapshot::default() }
}

#[test]
fn a_link_leads_to_what_there_is() {
    let service = || "shop".to_owned();
    for (link, expected) in [
        ("slipway://service/shop", Place::Flow { service: service() }),
        ("slipway://service/shop/", Place::Flow { service: service() }),
        ("SLIPWAY://service/shop", Place::Flow { service: service() }),
        ("slipway://service/a%20b%2Fc", Place::Flow { service: "a b/c".to_owned() }),
        ("slipway://service/gr%C3%B6%C3%9Fe", Place::Flow { service: "größe".to_owned() }),
        ("slipway://service/größe", Place::Flow { service: "größe".to_owned() }),
        ("slipway://service/merge", Place::Flow { service: "merge".to_owned() }),
        ("slipway://service/shop/pipelines", Place::Pipelines { service: service() }),
        ("slipway://service/shop/timeline", Place::Timeline { service: service() }),
        ("slipway://service/shop/releases", Place::Releases { service: service() }),
        ("slipway://service/shop/pull/414", Place::PullRequest { service: service(), number: 414 }),
        ("slipway://service/shop/pull/400", Place::PullRequest { service: service(), number: 400 }),
        ("slipway://service/shop/pipeline/0b5e-77", Place::Pipeline { service: service(), pipeline: "0b5e-77".to_owned() }),
        ("slipway://service/shop/pipeline/212", Place::Pipeline { service: service(), pipeline: "0b5e-77".to_owned() }),
        ("slipway://service/shop/environment/production", Place::Environment { service: service(), environment: "production".to_owned() }),
        ("slipway://services", Place::Board),
        ("slipway://inbox", Place::Inbox),
        ("slipway://incidents", Place::Incidents),
        ("slipway://journal", Place::Journal),
        ("slipway://journal/", Place::Journal),
        ("slipway://settings", Place::Settings { tab: None }),
        ("slipway://settings/alerts", Place::Settings { tab: Some(SettingsTab::Alerts) }),
        ("slipway://service/fresh/timeline", Place::Timeline { service: "fresh".to_owned() }),
    ] {
        assert_eq!(place(link, &world()), Ok(expected), "{link}");
    }
}

#[test]
fn anything_else_is_answered_with_a_sentence() {
    let long_name = format!("slipway://service/{}", "n".repeat(1_500));
    let too_long = format!("slipway://service/{}", "n".repeat(3_000));
    let megabyte = format!("slipway://service/shop/pull/{}", "9".repeat(1 << 20));
    for (link, says) in [
        ("slipway://merge/shop/414", "“merge/shop/414” is not a place in Slipway"),
        ("slipway://merge/shop/414?yes=1", "more than a place"),
        ("slipway://rollback/shop/production?yes", "more than a place"),
        ("slipway://service/shop?merge=414", "more than a place"),
        ("slipway://service/shop#merge", "more than a place"),
        ("slipway://user@service/shop", "more than a place"),
        ("slipway://user:word@service/shop", "more than a place"),
        ("slipway://service:8080/shop", "more than a place"),
        ("slipway://service/shop/merge/414", "“merge/414” is not a place"),
        ("slipway://service/shop/pull/414/merge", "“pull/414/merge” is not a place"),
        ("slipway://service/shop/rollback", "“rollback” is not a place"),
        ("slipway://service/shop/pull/", "is not a place"),
        ("slipway://service/shop/pull/abc", "“abc” is not the number of a PR"),
        ("slipway://service/shop/pull/-1", "“-1” is not the number"),
        ("slipway://service/shop/pull/+414", "“+414” is not the number"),
        ("slipway://service/shop/pull/0", "“0” is not the number"),
        ("slipway://service/shop/pull/99999999999999999999999", "is not the number"),
        ("slipway://service/shop/pull/9", "shop has no PR “#9” that Slipway has read"),
        ("slipway://service/shop/pipeline/nope", "shop has no pipeline “nope”"),
        ("slipway://service/shop/pipeline/../../journal", "no service “journal”"),
        ("slipway://service/shop/environment/moon", "shop has no environment “moon”"),
        ("slipway://service/fresh/pull/414", "has not read fresh yet"),
        ("slipway://service/fresh/pipeline/1", "has not read fresh yet"),
        ("slipway://service/SHOP", "no service “SHOP”"),
        ("slipway://service/", "is not a place"),
        ("slipway://service", "is not a place"),
        ("slipway://service/nobody", "no service “nobody”"),
        ("slipway://service/%1b%5b31m", "no service “␛[31m”"),
        ("slipway://service/%E2%80%AEpohs", "no service “\u{fffd}pohs”"),
        ("slipway://service/<img src=x onerror=alert(1)>", "no service"),
        ("slipway://service/%ff", "not one of Slipway's"),
        ("slipway://service/%4", "not one of Slipway's"),
        ("slipway://service/%zz", "not one of Slipway's"),
        ("slipway://evil.example/service/shop", "“evil.example/service/shop” is not a place"),
        ("slipway://settings/secrets", "“settings/secrets” is not a place"),
        ("slipway://settings/accounts/remove", "is not a place"),
        ("slipway://journal/settle", "is not a place"),
        ("slipway:///service/shop", "not one of Slipway's"),
        ("slipway:service/shop", "not one of Slipway's"),
        ("slipway://", "not one of Slipway's"),
        ("slipway:", "not one of Slipway's"),
        ("https://evil.example/", "not one of Slipway's"),
        ("javascript:alert(1)", "not one of Slipway's"),
        ("", "not one of Slipway's"),
        (&long_name, "no service “nnn"),
        (&too_long, "too long"),
        (&megabyte, "too long"),
    ] {
        let told: String = link.chars().take(60).collect();
        let said = place(link, &world()).expect_err(&told).to_string();
        assert!(said.contains(says), "{told}: {said}");
        assert!(said.chars().count() < 250, "{told}: {said}");
        assert!(!said.chars().any(|c| c.is_control() || slipway_terminal::safe_text::is_direction(c)), "{told}: {said:?}");
    }
}

/// The bundler's own template gives the program no link.
#[test]
fn the_installed_entry_hands_links_over() {
    let config: serde_json::Value = serde_json::from_str(include_str!("../../tauri.conf.json")).expect("the configuration");
    assert_eq!(config["plugins"]["deep-link"]["desktop"]["schemes"], serde_json::json!([SCHEME]));
    assert_eq!(config["bundle"]["linux"]["deb"]["desktopTemplate"], "slipway.desktop.hbs");
    let entry = include_str!("../../slipway.desktop.hbs");
    assert!(entry.contains("Exec={{exec}} %u\n") && entry.contains("MimeType={{mime_type}};\n"), "{entry}");
}

proptest::proptest! {
    #[test]
    fn no_link_panics(link in "slipway:(//)?[a-z%/?#@:.0-9é]{0,40}") {
        let _ = place(&link, &world());
    }
}
