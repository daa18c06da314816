use crate::sample::{commit, environment};
use proptest::prelude::*;
use slipway_domain::guard::choose_target;
use slipway_domain::lineage::{between, live, pull_requests};
use slipway_domain::status::ReleaseStatus;

#[test]
fn the_default_target_of_a_rollback() {
    type History = &'static [(u64, &'static str, &'static str, bool)];
    let table: &[(&str, History, Option<u64>)] = &[
        ("the release before", &[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true)], Some(1)),
        ("failed ones are skipped", &[(1, "a", "Deploy a", true), (2, "x", "Deploy x", false), (3, "b", "Deploy b", true)], Some(1)),
        (
            "config-only ones are skipped",
            &[(1, "a", "Deploy a", true), (2, "a", "Set A config vars", true), (3, "b", "Deploy b", true)],
            Some(1),
        ),
        (
            "and the same code as now",
            &[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true), (3, "b", "Set A config vars", true)],
            Some(1),
        ),
        (
            "never what was rolled back from",
            &[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true), (3, "a", "Rollback to v1", true), (4, "c", "Deploy c", true)],
            Some(3),
        ),
        (
            "nor its config-only stretch",
            &[
                (1, "a", "Deploy a", true),
                (2, "b", "Deploy b", true),
                (3, "b", "Set A config vars", true),
                (4, "a", "Rollback to v1", true),
            ],
            None,
        ),
        ("nothing older", &[(1, "a", "Deploy a", true)], None),
        (
            "a failed newest release leaves the live one",
            &[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true), (3, "c", "Deploy c", false)],
            Some(1),
        ),
    ];
    for (name, history, expected) in table {
        let environment = environment(history);
        assert_eq!(choose_target(&environment, None).ok().map(|r| r.version), *expected, "{name}");
    }
}

#[test]
fn a_named_target_is_refused_for_what_it_is() {
    let environment = environment(&[(1, "a", "Deploy a", true), (2, "x", "Deploy x", false), (3, "b", "Deploy b", true)]);
    assert!(choose_target(&environment, Some(1)).is_ok());
    assert_eq!(choose_target(&environment, Some(2)).unwrap_err(), "v2 is failed: only a release that succeeded can be rolled back to");
    assert_eq!(choose_target(&environment, Some(3)).unwrap_err(), "v3 is live already");
    assert_eq!(choose_target(&environment, Some(9)).unwrap_err(), "storefront-production has no release v9");
}

#[test]
fn code_versions_survive_rollbacks_and_config_changes() {
    let environment = environment(&[
        (1, "a", "Deploy a", true),
        (2, "b", "Deploy b", true),
        (3, "b", "Set A config vars", true),
        (4, "a", "Rollback to v1", true),
        (5, "c", "Deploy c", false),
    ]);
    let codes: Vec<(u64, Option<u64>)> = environment.releases.iter().map(|r| (r.version, r.code_version)).collect();
    assert_eq!(codes, [(5, Some(5)), (4, Some(1)), (3, Some(2)), (2, Some(2)), (1, Some(1))]);
    assert_eq!(environment.current.map(|r| r.version), Some(4));
}

#[test]
fn a_merge_commit_brings_its_branch_once() {
    // main: c1 <- m2 (merges b1, b2) <- s3
    let history = [
        commit("s3", &["m2"], Some(12)),
        commit("m2", &["c1", "b2"], Some(11)),
        commit("b2", &["b1"], Some(11)),
        commit("b1", &["c1"], Some(11)),
        commit("c1", &["c0"], Some(10)),
    ];
    assert_eq!(pull_requests(&between(&history, "c1", "s3").unwrap()), [12, 11]);
    assert_eq!(pull_requests(&between(&history, "m2", "s3").unwrap()), [12]);
    assert!(pull_requests(&between(&history, "s3", "c1").unwrap()).is_empty());
    assert!(between(&history, "c0", "s3").is_none(), "what is out of sight is not guessed");
}

proptest! {
    /// Whatever the history, a default target succeeded, is eligible and runs other code.
    #[test]
    fn a_target_is_always_one_that_may_be(history in proptest::collection::vec((0..4u8, 0..4u8), 1..30)) {
        let mut described: Vec<(u64, String, String, bool)> = Vec::new();
        for (i, (slug, kind)) in history.iter().enumerate() {
            let version = i as u64 + 1;
            let before = described.iter().rev().find(|d| d.3).map(|d| d.1.clone());
            let (slug, text, ok) = match kind {
                0 => (before.unwrap_or_else(|| "s0".into()), "Set A config vars".to_owned(), true),
                1 => match described.iter().find(|d| d.3) {
                    Some(first) => (first.1.clone(), format!("Rollback to v{}", first.0), true),
                    None => (format!("s{slug}"), "Deploy".to_owned(), true),
                },
                2 => (format!("s{slug}"), "Deploy".to_owned(), false),
                _ => (format!("s{slug}"), "Deploy".to_owned(), true),
            };
            described.push((version, slug, text, ok));
        }
        let borrowed: Vec<(u64, &str, &str, bool)> = described.iter().map(|d| (d.0, d.1.as_str(), d.2.as_str(), d.3)).collect();
        let environment = environment(&borrowed);
        if let Ok(target) = choose_target(&environment, None) {
            let now = live(&environment.releases).unwrap();
            prop_assert!(target.version < now.version);
            prop_assert_ne!(&target.slug, &now.slug);
            prop_assert!(target.status == ReleaseStatus::Succeeded && target.eligible_for_rollback);
            prop_assert!(!target.description.starts_with("Set "));
        }
    }
}
