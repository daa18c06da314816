use crate::sample::{at, commit, environment, release, released};
use proptest::prelude::*;
use slipway_domain::lineage::{between, live, pull_requests};
use slipway_domain::plan::ConfirmationKind;
use slipway_domain::plan::{CrossedAddOn, choose_target, crossed_add_ons};
use slipway_domain::release::{Release, ReleaseArtifact};
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
            "an add-on's release is no code",
            &[(1, "a", "Deploy a", true), (2, "a", "Attach DATABASE", true), (3, "b", "Deploy b", true), (4, "b", "Attach REDIS", true)],
            Some(1),
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
        assert_eq!(choose_target(&environment, None, at(1_000)).ok().map(|r| r.version), *expected, "{name}");
    }
}

/// Going further back than a rollback went is asked for by name.
#[test]
fn while_a_rollback_is_live_there_is_no_default_target() {
    type History = &'static [(u64, &'static str, &'static str, bool)];
    const BACK: &[(u64, &str, &str, bool)] =
        &[(7, "z", "Deploy z", true), (8, "a", "Deploy a", true), (9, "b", "Deploy b", true), (10, "a", "Rollback to v8", true)];
    let table: &[(&str, History, Option<u64>)] = &[
        ("as it is", &[], None),
        ("with config on top", &[(11, "a", "Set A config vars", true)], None),
        ("with an add-on on top", &[(11, "a", "Attach REDIS", true), (12, "a", "Set A config vars", true)], None),
        ("with the same code again on top", &[(11, "a", "Deploy a", true)], None),
        ("with a deploy that failed on top", &[(11, "c", "Deploy c", false)], None),
        ("with a further rollback on top", &[(11, "z", "Rollback to v7", true)], None),
        ("new code ends it", &[(11, "c", "Deploy c", true)], Some(10)),
        ("a promotion ends it", &[(11, "c", "Promote staging v3", true)], Some(10)),
    ];
    for (name, top, expected) in table {
        let history: Vec<_> = BACK.iter().chain(*top).copied().collect();
        let mut environment = environment(&history);
        for release in &mut environment.releases {
            release.user = Some("joost-v".into());
        }
        let found = choose_target(&environment, None, released(10).plus(40.0));
        assert_eq!(found.as_ref().ok().map(|r| r.version), *expected, "{name}: {found:?}");
        assert!(
            choose_target(&environment, Some(7), released(10).plus(40.0)).is_ok() || name.contains("further"),
            "{name}: named, it may be"
        );
    }
    let mut back = environment(BACK);
    back.releases[0].user = Some("joost-v".into());
    let refused = "production runs v8 since a rollback 40 s ago by joost-v; name the release with `--to`";
    assert_eq!(choose_target(&back, None, released(10).plus(40.0)).unwrap_err(), refused);
    (back.releases[0].user, back.releases[0].released_at) = (None, None);
    assert_eq!(
        choose_target(&back, None, released(10).plus(40.0)).unwrap_err(),
        "production runs v8 since a rollback; name the release with `--to`",
        "what is not known is not said"
    );
}

/// What an older version stored tells no cause: nothing is guessed from it.
#[test]
fn where_no_cause_is_known_there_is_no_default_target() {
    let mut environment = environment(&[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true)]);
    environment.releases[0].cause = None;
    assert_eq!(choose_target(&environment, None, at(1_000)).unwrap_err(), "How v2 of storefront-production came to be is not known");
    assert!(choose_target(&environment, Some(1), at(1_000)).is_ok());
}

/// Apps that run images: no artifact, and the ids of the images, or not even these.
#[test]
fn images_are_code_too() {
    let with_images = |of: fn(u64) -> Vec<ReleaseArtifact>| {
        let mut environment = environment(&[
            (1, "", "Initial release", true),
            (2, "", "Deploy one", true),
            (3, "", "Set A config vars", true),
            (4, "", "Deploy two", true),
            (5, "", "Attach REDIS", true),
        ]);
        for release in &mut environment.releases {
            release.artifact_id = None;
            release.artifacts = of(release.version);
        }
        slipway_domain::lineage::settle(&mut environment, &[]);
        environment
    };
    let image = |id: &str| ReleaseArtifact { id: id.into(), kind: "oci-image".into() };
    let named = with_images(|version| {
        match version {
            2 | 3 => vec!["web", "worker"],
            4 => vec!["new-web", "worker"],
            // The same in another order.
            5 => vec!["worker", "new-web"],
            _ => vec![],
        }
        .into_iter()
        .map(|id| ReleaseArtifact { id: id.into(), kind: "oci-image".into() })
        .collect()
    });
    let untold = with_images(|_| vec![]);
    for environment in [&named, &untold] {
        assert_eq!(choose_target(environment, None, at(1_000)).map(|r| r.version), Ok(2));
        let codes: Vec<Option<u64>> = environment.releases.iter().map(|r| r.code_version).collect();
        assert_eq!(codes, [Some(4), Some(4), Some(2), Some(2), None], "newest first");
        assert_eq!(environment.releases[0].pull_requests, Some(vec![]), "an add-on's release brings nothing");
    }
    let mut back = named.clone();
    back.releases.insert(0, release(6, "", "Rollback to v2", ReleaseStatus::Succeeded));
    (back.releases[0].artifact_id, back.releases[0].artifacts) = (None, vec![image("worker"), image("web")]);
    back.releases[0].current = true;
    back.releases[1].current = false;
    slipway_domain::lineage::settle(&mut back, &[]);
    assert_eq!(back.releases[0].code_version, Some(2));
    assert!(choose_target(&back, None, at(1_000)).is_err_and(|why| why.contains("since a rollback")));
}

#[test]
fn add_ons_that_changed_between_are_named() {
    let environment = environment(&[
        (1, "a", "Attach OLD", true),
        (2, "a", "Deploy a", true),
        (3, "a", "Attach DATABASE", true),
        (4, "b", "Deploy b", true),
        (5, "b", "Attach DATABASE", true),
        (6, "b", "Attach REDIS", false),
    ]);
    let of = |version: u64| environment.releases.iter().find(|r| r.version == version).expect("a release");
    let crossed = crossed_add_ons(&environment.releases, of(5), of(2));
    assert_eq!(crossed, [CrossedAddOn { name: "DATABASE".into(), versions: vec![5, 3] }], "the failed one changed nothing");
    let asked = crossed[0].confirmation();
    assert_eq!((asked.kind, &asked.objects[..]), (ConfirmationKind::AddOnChanged, &["DATABASE".to_owned()][..]));
    assert_eq!(asked.text, "The add-on DATABASE was changed by v5, v3; its config vars from before come back");
    assert!(crossed_add_ons(&environment.releases, of(2), of(2)).is_empty());
    // Where only the plans of both releases tell.
    let plans = |release: &Release, plans: &[&str]| Release {
        add_on_plans: Some(plans.iter().map(|p| (*p).to_owned()).collect()),
        ..release.clone()
    };
    let (now, target) = (plans(of(4), &["postgresql:standard-0", "redis:mini"]), plans(of(4), &["postgresql:basic", "redis:mini"]));
    let names: Vec<String> = crossed_add_ons(&[], &now, &target).into_iter().map(|c| c.name).collect();
    assert_eq!(names, ["postgresql:standard-0", "postgresql:basic"]);
    let untold = Release { add_on_plans: None, ..now.clone() };
    assert!(crossed_add_ons(&[], &now, &untold).is_empty(), "plans that were not told are no difference");
}

#[test]
fn a_named_target_is_refused_for_what_it_is() {
    let environment = environment(&[(1, "a", "Deploy a", true), (2, "x", "Deploy x", false), (3, "b", "Deploy b", true)]);
    assert!(choose_target(&environment, Some(1), at(1_000)).is_ok());
    assert_eq!(
        choose_target(&environment, Some(2), at(1_000)).unwrap_err(),
        "v2 is failed: only a release that succeeded can be rolled back to"
    );
    assert_eq!(choose_target(&environment, Some(3), at(1_000)).unwrap_err(), "v3 is live already");
    assert_eq!(
        choose_target(&environment, Some(9), at(1_000)).unwrap_err(),
        "storefront-production has no release v9; its newest are v3, v2 and v1"
    );
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
        for (i, (artifact_id, kind)) in history.iter().enumerate() {
            let version = i as u64 + 1;
            let before = described.iter().rev().find(|d| d.3).map(|d| d.1.clone());
            let (artifact_id, text, ok) = match kind {
                0 => (before.unwrap_or_else(|| "s0".into()), "Set A config vars".to_owned(), true),
                1 => match described.iter().find(|d| d.3) {
                    Some(first) => (first.1.clone(), format!("Rollback to v{}", first.0), true),
                    None => (format!("s{artifact_id}"), "Deploy".to_owned(), true),
                },
                2 => (format!("s{artifact_id}"), "Deploy".to_owned(), false),
                _ => (format!("s{artifact_id}"), "Deploy".to_owned(), true),
            };
            described.push((version, artifact_id, text, ok));
        }
        let borrowed: Vec<(u64, &str, &str, bool)> = described.iter().map(|d| (d.0, d.1.as_str(), d.2.as_str(), d.3)).collect();
        let environment = environment(&borrowed);
        if let Ok(target) = choose_target(&environment, None, at(1_000)) {
            let now = live(&environment.releases).unwrap();
            prop_assert!(target.version < now.version);
            prop_assert_ne!(&target.artifact_id, &now.artifact_id);
            prop_assert!(target.status == ReleaseStatus::Succeeded && target.eligible_for_rollback);
            prop_assert!(!target.description.starts_with("Set "));
        }
    }
}
