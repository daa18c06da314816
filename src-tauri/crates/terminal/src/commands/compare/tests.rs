//! The names of releases, and the text.

use super::*;
use crate::look::plain_page;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use slipway_domain::comparison::Comparison;
use slipway_domain::service::{EnvironmentConfig, Service};
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;

fn shop(environments: &[(&str, bool)]) -> ServiceState {
    let config = |(name, production): &(&str, bool)| EnvironmentConfig {
        name: (*name).to_owned(),
        provider: VendorId::new("heroku"),
        app: format!("shop-{name}"),
        build_app: None,
        health_url: None,
        production: Some(*production),
        stage: None,
        watch_minutes: None,
    };
    ServiceState::unread(Service {
        name: "shop".to_owned(),
        repo: "acme/shop".to_owned(),
        branch: "main".to_owned(),
        ci: None,
        environments: environments.iter().map(config).collect(),
        accounts: Vec::new(),
        migration_paths: Vec::new(),
    })
}

#[test]
fn releases_by_every_name() {
    let one = shop(&[("staging", false), ("production", true)]);
    let two = shop(&[("eu", true), ("us", true)]);
    let named = |environment: &str, version| Ok(ReleaseName { environment: environment.to_owned(), version });
    for (state, text, meant) in [
        (&one, "staging", named("staging", None)),
        (&one, "staging:v901", named("staging", Some(901))),
        (&one, "staging:901", named("staging", Some(901))),
        (&one, "v655", named("production", Some(655))),
        (&one, "655", named("production", Some(655))),
        (&two, "us:v7", named("us", Some(7))),
        (&two, "v7", Err("Which environment's v7 is meant is not clear: write ENVIRONMENT:v7. There are: eu, us.")),
        (&one, "prodution", Err("shop has no environment prodution. Did you mean production? There are: staging, production.")),
        (&one, "stagin:v1", Err("shop has no environment stagin. Did you mean staging? There are: staging, production.")),
        (&one, "staging:", Err("staging:: use a version such as v1846")),
        (&one, "staging:latest", Err("staging:latest: use a version such as v1846")),
        (&one, "", Err("shop has no environment . There are: staging, production.")),
    ] {
        assert_eq!(release(state, text), meant.map_err(str::to_owned), "{text}");
    }
}

fn change(number: Option<u64>, title: &str, migrations: Value) -> Value {
    json!({ "pull_request": number, "sha": "77d1c2a00000", "title": title, "author": "marek-d", "commits": 1, "migrations": migrations })
}

fn comparison(more: Value) -> Comparison {
    let release = |environment: &str, version: u64| {
        json!({ "environment": environment, "app": format!("shop-{environment}"), "version": version, "code_version": version,
            "commit": "6c20e1b55555", "released_at": "2026-11-27T11:00:01Z", "live": true })
    };
    let none = json!({ "changes": [], "cancelling": [], "commits": 0, "complete": true, "people": [] });
    let mut all = json!({ "service": "shop", "base": release("production", 655), "head": release("staging", 902), "relation": "same",
        "brings": none, "lacks": none, "config": [], "config_same": 14, "gaps": [] });
    for (name, value) in more.as_object().expect("an object") {
        all[name] = value.clone();
    }
    serde_json::from_value(all).expect("a comparison")
}

fn shown(comparison: &Comparison) -> String {
    let clock = Clock { now: Time::parse("2026-11-27T12:00:00Z").expect("a time"), zone: TimeZone::UTC };
    plain_page(&text::lines(comparison, &clock))
}

#[test]
fn what_staging_brings() {
    let drops = json!([{ "path": "db/migrate/1.rb", "effect": "drops" }, { "path": "db/migrate/2.rb", "effect": "adds" }]);
    let text = shown(&comparison(json!({ "relation": "ahead",
        "brings": {
            "changes": [change(Some(1176), "Drop carts.legacy_token", drops), change(Some(1187), "Refuse expired cards", json!([])),
                change(None, "Fix the runbook link", Value::Null)],
            "cancelling": [{ "change": change(Some(1172), "Cache tax rates", json!([])),
                "revert": change(Some(1175), "Revert", json!([])) }],
            "commits": 5, "complete": true, "people": ["marek-d", "lena-h"] },
        "config": [{ "name": "GIFT_CARDS", "base": "not_set", "head": "set", "changed_at": null },
            { "name": "OLD_CART", "base": "set", "head": "not_set", "changed_at": null }],
    })));
    assert_eq!(
        text,
        "shop  Staging brings 2 PRs and 1 commit.\n  \
           from  production v655  6c20e1b, live, released 60 min ago\n  \
           to    staging v902  6c20e1b, live, released 60 min ago\n\n\
         Changes to the database\n  \
           #1176    Drop carts.legacy_token  marek-d\n    \
             ! drops data: no way back brings it back  db/migrate/1.rb\n    \
             adds to the database; old code should ignore it  db/migrate/2.rb\n\n\
         Other pull requests\n  \
           #1187    Refuse expired cards  marek-d\n\n\
         Commits without a pull request\n  \
           77d1c2a  Fix the runbook link  marek-d\n    \
             ? whether it changes the database is not known\n\n\
         Cancel each other\n  \
           #1172    Cache tax rates, and its revert #1175\n  \
           5 commits, of which 2 cancel each other: all that were compared\n\n\
         Config names that differ\n  \
           GIFT_CARDS  not set on production, set on staging\n  \
           OLD_CART  set on production, not set on staging\n  \
           14 more names set on both\n\n\
         People\n  \
           marek-d, lena-h"
    );
}

#[test]
fn what_is_not_known_is_said() {
    let unknown = json!({ "relation": "unknown", "config": null, "config_same": null,
        "gaps": ["The commit of production v655 is not known", "The names of staging's config could not be read: 403"] });
    assert!(shown(&comparison(unknown)).ends_with(
        "\n\nNot known\n  ? The commit of production v655 is not known\n  ? The names of staging's config could not be read: 403"
    ));
    let unrelated = shown(&comparison(json!({ "relation": "unknown" })));
    assert!(unrelated.ends_with("? The two commits have nothing that tells which is the later one"), "{unrelated}");
    let same = shown(&comparison(json!({})));
    assert!(same.starts_with("shop  The same code and the same names of config.\n") && !same.contains("Not known"), "{same}");
    let cut = json!({ "relation": "behind", "lacks": { "changes": [change(Some(7), "Hurry", json!([]))], "cancelling": [],
        "commits": 1000, "complete": false, "people": [] }, "gaps": ["Only the first 1000 commits were compared"] });
    let cut = shown(&comparison(cut));
    assert!(cut.contains("Not on staging: pull requests\n  #7") && cut.contains("  1000 commits: and there are more"), "{cut}");
    assert!(cut.contains("Nothing to bring: production is ahead by more than 1000 commits."), "{cut}");
}
