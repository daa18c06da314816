//! From evidence to a proposal: a table of set-ups, and what holds for any evidence.

use proptest::prelude::*;
use slipway_domain::discover::*;
use slipway_domain::service::EnvironmentConfig;
use slipway_domain::vendor::{CiProfile, PlatformProfile, VendorId, Vocabulary};
use std::collections::BTreeSet;

/// `app: commit's origin, artifact`; `@pipeline/stage` couples it; `!` builds its artifact itself.
fn app(text: &str) -> AppFacts {
    let mut words = text.split_whitespace();
    let name = words.next().unwrap_or_default();
    let (mut origin, mut artifact_id, mut coupling, mut builds, mut description) = (None, None, None, false, "Deploy abcdef01".to_owned());
    let mut looked = false;
    for word in words {
        match word {
            "main" => origin = Some(Origin::Main),
            "older" => origin = Some(Origin::Repository),
            "foreign" => origin = Some(Origin::Foreign),
            "!" => builds = true,
            "promoted" => description = "Promote shop-staging v3 abcdef01".to_owned(),
            _ if word.starts_with('@') => {
                let (pipeline, stage) = word[1..].split_once('/').unwrap_or((&word[1..], "production"));
                coupling = Some(Coupling { pipeline: pipeline.to_owned(), stage: stage.to_owned() });
            }
            _ => artifact_id = Some(word.to_owned()),
        }
        looked = looked || !word.starts_with('@');
    }
    let release = ReleaseFacts {
        version: 7,
        description,
        user: None,
        artifact_id: artifact_id.clone(),
        commit: origin.map(|_| "abcdef01".to_owned()),
        origin,
    };
    let built = artifact_id.is_some().then(|| if builds { artifact_id.into_iter().collect() } else { Vec::new() });
    let inside = Inside { releases: vec![release], built };
    AppFacts {
        name: name.to_owned(),
        owner: None,
        region: None,
        build_stack: None,
        web_url: Some(format!("https://{name}-0123456789ab.herokuapp.com/")),
        released_at: None,
        coupling,
        inside: if looked { Look::Seen(inside) } else { Look::Unseen("it was not looked into".to_owned()) },
    }
}

/// `app=place` for a mention, `#branch` for a branch, `$NAME` for a variable, a URL for itself.
fn config(ci: &str, path: &str, said: &str) -> CiConfig {
    let of = |first: char| said.split_whitespace().filter(move |w| w.starts_with(first));
    CiConfig {
        ci: VendorId::new(ci),
        path: path.to_owned(),
        jobs: vec!["test".to_owned()],
        deploys: !said.is_empty(),
        mentions: said
            .split_whitespace()
            .filter(|w| !w.starts_with("https"))
            .filter_map(|w| w.split_once('='))
            .map(|(app, place)| Mention { app: app.to_owned(), place: place.to_owned() })
            .collect(),
        variables: of('$').map(str::to_owned).collect(),
        branches: of('#').map(|w| w[1..].to_owned()).collect(),
        urls: said.split_whitespace().filter(|w| w.starts_with("https")).map(str::to_owned).collect(),
        whole: true,
    }
}

fn cis(knows: Look<Option<bool>>) -> Vec<CiCandidate> {
    let profile = |title, name| CiProfile { title, name, ..CiProfile::default() };
    vec![
        CiCandidate {
            vendor: VendorId::new("circleci"),
            profile: profile("CircleCI", "circleci"),
            project: "gh/acme/shop".to_owned(),
            configuration: ".circleci/config.yml",
            does_not_release: "CircleCI's configuration does not",
            knows: Some(knows),
        },
        CiCandidate {
            vendor: VendorId::new("github"),
            profile: profile("GitHub Actions", "github-actions"),
            project: "acme/shop".to_owned(),
            configuration: "a workflow in .github/workflows",
            does_not_release: "no workflow of GitHub Actions does",
            knows: None,
        },
    ]
}

fn traits() -> PlatformTraits {
    let vocabulary = Vocabulary { artifact: "slug", ..Vocabulary::default() };
    PlatformTraits {
        vendor: VendorId::new("heroku"),
        profile: PlatformProfile { title: "Heroku", vocabulary, ..PlatformProfile::default() },
        key_word: "HEROKU",
        is_app_host: |host, app| host == format!("{app}-0123456789ab.herokuapp.com") || host == format!("{app}.herokuapp.com"),
    }
}

fn circle(said: &str) -> CiConfig {
    config("circleci", ".circleci/config.yml", said)
}

fn actions(said: &str) -> CiConfig {
    config("github", ".github/workflows/ship.yml", said)
}

fn evidence(configs: Vec<CiConfig>, apps: &[&str]) -> Evidence {
    Evidence {
        repo: "acme/shop".to_owned(),
        code: Look::Seen(RepoFacts { default_branch: Some("main".to_owned()), archived: false, configs }),
        cis: cis(Look::Seen(Some(true))),
        platform_traits: traits(),
        code_host: VendorId::new("github"),
        platform: Look::Seen(PlatformFacts { apps: apps.iter().map(|text| app(text)).collect(), complete: true }),
        gaps: Vec::new(),
    }
}

/// `production=shop+shop-build sure/likely`
fn environments(proposal: &Proposal) -> Vec<String> {
    let text = |e: &EnvironmentConfig| {
        let word = |kind| proposal.part(kind, Some(&e.name)).map_or("-", |p| p.confidence.word());
        let build = e.build_app.as_ref().map_or(String::new(), |app| format!("+{app}/{}", word(PartKind::BuildApp)));
        format!("{}={}/{}{build}", e.name, e.app, word(PartKind::Environment))
    };
    proposal.service.environments.iter().map(text).collect()
}

#[test]
fn set_ups() {
    let table: &[(&str, CiConfig, &[&str], &[&str])] = &[
        ("one app", circle(""), &["acme-shop main s1 !"], &["production=acme-shop/likely"]),
        (
            "by the repository's own name",
            circle(""),
            &["shop main s1 !", "shop-staging main s2 !"],
            &["production=shop/likely", "staging=shop-staging/sure"],
        ),
        (
            "build apps that feed",
            circle(""),
            &["shop-production main s1", "shop-production-build main s1 !", "shop-stg main s2", "shop-stg-build main s2 !"],
            &["production=shop-production/sure+shop-production-build/sure", "staging=shop-stg/sure+shop-stg-build/sure"],
        ),
        (
            "build apps by name alone",
            circle("shop-prod=jobs.release.HEROKU_APP shop-prod-builder=jobs.build.HEROKU_APP"),
            &["shop-prod", "shop-prod-builder"],
            &["production=shop-prod/likely+shop-prod-builder/likely"],
        ),
        (
            "a build app that is called otherwise",
            circle(""),
            &["shop-production main s1", "workshop-shop main s1 !"],
            &["production=shop-production/sure+workshop-shop/likely"],
        ),
        (
            "a pipeline promotes: no build app",
            actions(""),
            &["blue-lake-1 main s1 ! @shop/staging", "red-hill-2 main s1 promoted @shop/production"],
            &["production=red-hill-2/sure", "staging=blue-lake-1/sure"],
        ),
        (
            "staging's slugs copied on, without a pipeline",
            circle(""),
            &["shop-staging main s1 !", "shop-production main s1"],
            &["production=shop-production/sure", "staging=shop-staging/sure"],
        ),
        ("named by CI, not looked into", circle("lake-1=jobs.deploy-production.HEROKU_APP"), &["lake-1"], &["production=lake-1/likely"]),
        ("named only by a like name", circle(""), &["shop-staging", "other-staging"], &["staging=shop-staging/guess"]),
        ("older commits are ours too", circle(""), &["shop-qa older s1 !"], &["qa=shop-qa/sure"]),
        (
            "two regions",
            circle(""),
            &["shop-eu-production main s1 !", "shop-us-production main s2 !"],
            &["production=shop-eu-production/sure", "shop-us-production=shop-us-production/guess"],
        ),
        ("nobody's", circle(""), &["other main-ish", "shopping foreign s1 !"], &[]),
    ];
    for (name, config, apps, expected) in table {
        let proposal = propose(&evidence(vec![config.clone()], apps));
        assert_eq!(environments(&proposal), *expected, "{name}: {proposal:#?}");
    }
}

#[test]
fn the_platforms_stage_is_kept_and_never_taken_for_a_persons_word() {
    let apps = [
        "blue-lake-1 main s1 ! @shop/staging",
        "red-hill-2 main s1 promoted @shop/production",
        "green-sea-3 main s1 promoted @shop/production",
    ];
    let proposal = propose(&evidence(vec![actions("")], &apps));
    let stages: Vec<_> = proposal.service.environments.iter().map(|e| (e.app.as_str(), e.stage.as_deref(), e.production)).collect();
    assert!(stages.contains(&("blue-lake-1", Some("staging"), None)), "{stages:?}");
    for app in ["red-hill-2", "green-sea-3"] {
        assert!(stages.contains(&(app, Some("production"), None)), "{stages:?}");
    }
    let asked: Vec<_> = proposal.service.environments.iter().filter(|e| e.asks_for_production()).map(|e| e.name.as_str()).collect();
    assert_eq!(asked.len(), 1, "the one that could not be called production: {asked:?}");
    assert!(propose(&evidence(vec![circle("")], &["shop-production main s1 !"])).service.environments[0].stage.is_none());
}

#[test]
fn what_misleads_is_set_aside_with_its_reason() {
    let apps = [
        "shop-production main s1 !",
        "shop-blog foreign s9 !",
        "shop-pr-12 main s3 !",
        "shop-blue main s4 !",
        "lake-7 main s5 ! @x/review",
    ];
    let proposal = propose(&evidence(vec![circle("")], &apps));
    assert_eq!(environments(&proposal), ["production=shop-production/sure"]);
    let aside: Vec<(&str, &str)> = proposal.set_aside.iter().map(|s| (s.app.as_str(), s.reason.as_str())).collect();
    assert_eq!(
        aside,
        [
            ("lake-7", "a review app: it lives and goes with a PR"),
            ("shop-blog", "its v7 runs abcdef0, which is no commit of acme/shop"),
            ("shop-blue", "carries this repository's commits but belongs to no environment"),
            ("shop-pr-12", "a review app: it lives and goes with a PR"),
        ]
    );
    assert_eq!(
        proposal.questions,
        ["shop-blue carries this repository's commits but belongs to no environment: is it a review app, or an environment of its own?"]
    );
}

#[test]
fn doubts_are_asked() {
    let asked = |evidence: &Evidence, words: &str| {
        let proposal = propose(evidence);
        assert!(proposal.questions.iter().any(|q| q.contains(words)), "{words}: {:#?}", proposal.questions);
        proposal
    };
    asked(&evidence(vec![circle("gone-app=jobs.x.HEROKU_APP")], &[]), "gone-app, which this Heroku account does not show");
    asked(&evidence(vec![circle("shop-production=jobs.x.HEROKU_APP")], &["shop-production foreign s1 !"]), "is it this repository's?");
    asked(&evidence(vec![circle("$HEROKU_APP")], &[]), "$HEROKU_APP, whose value only CI knows");
    asked(&evidence(vec![], &["shop-staging main s1 ! @shop/production"]), "its name says staging: which is it?");
    asked(&evidence(vec![], &["shop main s1 !", "shop-qa-build"]), "shop-qa-build looks like a build app");
    let none = asked(&evidence(vec![], &[]), "No environment was found");
    assert!(none.service.ci.is_none() && none.part(PartKind::Ci, None).is_some_and(|p| p.confidence == Confidence::Sure));
    let archived = Evidence { code: Look::Seen(RepoFacts { archived: true, ..RepoFacts::default() }), ..evidence(vec![], &[]) };
    asked(&archived, "is archived");
    let unknown = Evidence { cis: cis(Look::Seen(Some(false))), ..evidence(vec![circle("")], &["shop main s1 !"]) };
    assert_eq!(
        asked(&unknown, "CircleCI shows no project gh/acme/shop").part(PartKind::Ci, None).map(|p| p.confidence),
        Some(Confidence::Guess)
    );
    let cut = evidence(vec![CiConfig { whole: false, ..circle("") }], &["shop main s1 !"]);
    asked(&cut, "could be read in part only");
}

#[test]
fn of_two_cis_the_one_that_releases() {
    let ci = |configs: Vec<CiConfig>| {
        let proposal = propose(&evidence(configs, &["shop main s1 !"]));
        let part = proposal.part(PartKind::Ci, None).expect("a part for the CI").clone();
        let asked = proposal.questions.iter().any(|q| q.contains("GitHub Actions") || q.contains("both speak"));
        (part.value.unwrap_or_default(), part.confidence.word(), part.alternatives.len(), asked)
    };
    let named = "shop=jobs.x.HEROKU_APP";
    let (circleci, github) = ("circleci:gh/acme/shop".to_owned(), "github-actions:acme/shop".to_owned());
    assert_eq!(ci(vec![circle(named)]), (circleci.clone(), "sure", 0, false));
    assert_eq!(ci(vec![circle(named), actions("")]), (circleci.clone(), "likely", 1, true));
    assert_eq!(ci(vec![circle(""), actions(named)]), (github, "likely", 1, true));
    assert_eq!(ci(vec![circle(named), actions(named)]), (circleci.clone(), "guess", 1, true));
    assert_eq!(ci(vec![circle(""), actions("")]), (circleci, "guess", 1, true));
}

#[test]
fn the_branch_that_goes_live() {
    let branch = |said: &str| {
        let proposal = propose(&evidence(vec![circle(said)], &[]));
        (proposal.service.branch.clone(), proposal.part(PartKind::Branch, None).map(|p| p.confidence.word()))
    };
    let named = "shop=jobs.x.HEROKU_APP";
    assert_eq!(branch(named), ("main".to_owned(), Some("sure")));
    assert_eq!(branch(&format!("{named} #main #develop")), ("main".to_owned(), Some("sure")));
    assert_eq!(branch(&format!("{named} #release")), ("release".to_owned(), Some("likely")));
    assert_eq!(branch(&format!("{named} #one #two")), ("main".to_owned(), Some("guess")));
}

#[test]
fn health_is_taken_only_from_the_apps_own_address() {
    let health =
        |url: &str| propose(&evidence(vec![circle(&format!("x=y {url}"))], &["shop main s1 !"])).service.environments[0].health_url.clone();
    for url in ["https://shop.herokuapp.com/up", "https://shop-0123456789ab.herokuapp.com/api/health?full=1"] {
        assert_eq!(health(url).as_deref(), Some(url));
    }
    for url in [
        "https://shop.herokuapp.com/",
        "https://shop-evil.herokuapp.com/up",
        "https://example.com/up",
        "https://shop.herokuapp.com.evil.test/up",
    ] {
        assert_eq!(health(url), None, "{url}");
    }
}

#[test]
fn what_was_not_looked_at_is_said_and_the_rest_is_proposed() {
    let no_heroku = Evidence {
        platform: Look::Unseen("No Heroku account is connected".to_owned()),
        ..evidence(vec![circle("shop-production=jobs.x.HEROKU_APP")], &[])
    };
    let proposal = propose(&no_heroku);
    assert_eq!(environments(&proposal), ["production=shop-production/likely"]);
    assert_eq!(proposal.unread, [Unread { source: "heroku".into(), message: "No Heroku account is connected".into() }]);
    let no_github = Evidence { code: Look::Unseen("no token".to_owned()), ..evidence(vec![], &["shop-staging"]) };
    let proposal = propose(&no_github);
    assert_eq!(environments(&proposal), ["staging=shop-staging/guess"]);
    assert_eq!(
        (proposal.service.branch.as_str(), proposal.part(PartKind::Branch, None).map(|p| p.confidence)),
        ("main", Some(Confidence::Guess))
    );
    let nothing = Evidence { code: Look::Unseen("no".into()), platform: Look::Unseen("no".into()), ..evidence(vec![], &[]) };
    assert!(!propose(&nothing).found());
}

fn any_app() -> impl Strategy<Value = String> {
    let name = "(shop|acme-shop|lake|shop-shop)?(-production|-staging|-prod|-qa|-build|-builder|-pr-1|-eu|-blue|-build-staging){0,2}";
    let origin = prop::sample::select(vec!["", "main", "older", "foreign"]);
    let artifact_id = prop::sample::select(vec!["", "s1", "s1 !", "s2", "s2 !", "s1 promoted"]);
    let coupling = prop::sample::select(vec!["", "@shop/production", "@shop/staging", "@shop/review", "@other/production", "@shop/odd"]);
    (name, origin, artifact_id, coupling)
        .prop_map(|(name, origin, artifact_id, coupling)| format!("a{name} {origin} {artifact_id} {coupling}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn whatever_is_seen(apps in prop::collection::vec(any_app(), 0..9), named in prop::collection::vec(any_app(), 0..4), unseen: bool) {
        let names: BTreeSet<String> = apps.iter().filter_map(|a| a.split(' ').next()).map(str::to_owned).collect();
        let apps: Vec<&String> = names.iter().filter_map(|n| apps.iter().find(|a| a.split(' ').next() == Some(n))).collect();
        let said: String = named.iter().filter_map(|a| a.split(' ').next()).map(|a| format!("{a}=jobs.deploy.HEROKU_APP ")).collect();
        let texts: Vec<&str> = apps.iter().map(|a| a.as_str()).collect();
        let mut seen = evidence(vec![circle(&said)], &texts);
        if unseen {
            seen.platform = Look::Unseen("not connected".to_owned());
        }
        let proposal = propose(&seen);
        let environments = &proposal.service.environments;
        let release: BTreeSet<&str> = environments.iter().map(|e| e.app.as_str()).collect();
        let called: BTreeSet<&str> = environments.iter().map(|e| e.name.as_str()).collect();
        prop_assert_eq!(release.len(), environments.len(), "an app is in one environment");
        prop_assert_eq!(called.len(), environments.len(), "a name is one environment's");
        for e in environments {
            prop_assert!(e.build_app.as_deref().is_none_or(|b| !release.contains(b)), "a build app releases nothing");
            prop_assert!(proposal.part(PartKind::Environment, Some(&e.name)).is_some_and(|p| !p.reasons.is_empty()));
            prop_assert!(!proposal.set_aside.iter().any(|s| s.app == e.app), "proposed and set aside");
        }
        if let Look::Seen(platform) = &mut seen.platform {
            platform.apps.reverse();
        }
        prop_assert_eq!(propose(&seen), proposal, "the order of the apps says nothing");
    }
}
