//! CI configuration files, read by the rules of all supported CIs and platforms.

use proptest::prelude::*;
use slipway_domain::discover::CiConfig;
use slipway_vendor::{VendorSpec, ci_config};

/// Bytes that are read of a file, and the most elements of each list.
const LARGEST: usize = 512 << 10;
const MOST: usize = 60;

fn read(ci: &VendorSpec, path: &str, text: &str) -> CiConfig {
    let rules = ci.ci.expect("a CI").config;
    let scan = slipway_heroku::SPEC.platform.expect("a platform").scan;
    ci_config::read(ci.id, &rules, scan, path, text)
}

const CIRCLE: &str = r#"
version: 2.1
orbs: {heroku: circleci/heroku@2.0}
defaults: &env
  HEROKU_APP_STAGING: storefront-staging
  HEROKU_APP_REGION: eu-west
x-app: &prod storefront-production
jobs:
  lint: {docker: [{image: "heroku/heroku:24-build"}], steps: [run: npm run lint]}
  deploy-staging:
    environment: *env
    steps:
      - run: git push https://heroku:$HEROKU_API_KEY@git.heroku.com/storefront-staging-build.git HEAD:main
  release:
    environment: {HEROKU_APP_NAME: *prod}
    steps:
      - run:
          name: Copy the slug
          command: |
            curl -n -X POST https://api.heroku.com/apps/storefront-production/releases
            heroku ps:wait --app "$OTHER_APP"
            curl --fail https://storefront-production-0a1b2c3d4e5f.herokuapp.com/health
workflows:
  build-release:
    jobs:
      - lint: {filters: {branches: {only: [feature]}}}
      - release: {requires: [lint], filters: {branches: {only: main}}}
"#;

#[test]
fn circleci() {
    let read = read(&slipway_circleci::SPEC, ".circleci/config.yml", CIRCLE);
    assert!(read.whole && read.deploys);
    assert_eq!(read.jobs, ["deploy-staging", "lint", "release"]);
    let said: Vec<String> = read.mentions.iter().map(|m| format!("{} {}", m.app, m.place)).collect();
    assert_eq!(
        said,
        [
            "storefront-production jobs.release.environment.HEROKU_APP_NAME",
            "storefront-production jobs.release.steps.run.command",
            "storefront-staging defaults.HEROKU_APP_STAGING",
            "storefront-staging-build jobs.deploy-staging.steps.run",
        ]
    );
    assert_eq!(read.variables, ["$OTHER_APP"]);
    assert_eq!(read.branches, ["main"], "the branch of a job that releases nothing is another matter");
    assert!(read.urls.contains(&"https://storefront-production-0a1b2c3d4e5f.herokuapp.com/health".to_owned()));
}

#[test]
fn github_actions() {
    let text = "on:\n  push:\n    branches: [release, 'v*']\njobs:\n  ship:\n    steps:\n      - uses: akhileshns/heroku-deploy@v3\n        with:\n          heroku_app_name: kiosk-live\n";
    let read = read(&slipway_github::SPEC, ".github/workflows/ship.yml", text);
    assert!(read.deploys);
    assert_eq!((read.mentions[0].app.as_str(), read.mentions[0].place.as_str()), ("kiosk-live", "jobs.ship.steps.with.heroku_app_name"));
    assert_eq!(read.branches, ["release"]);
}

#[test]
fn what_only_tests_does_not_release() {
    let text = "jobs:\n  unit:\n    docker: [{image: heroku/heroku:24}]\n    steps:\n      - run: curl https://kiosk.herokuapp.com/up\n";
    let read = read(&slipway_circleci::SPEC, "c", text);
    assert!(!read.deploys);
    assert_eq!(read.mentions.iter().map(|m| m.app.as_str()).collect::<Vec<_>>(), ["kiosk"]);
}

#[test]
fn a_bomb_of_aliases_costs_nothing() {
    let mut text = String::from("a0: &a0 [heroku, heroku]\n");
    for n in 1..60 {
        let before = n - 1;
        text.push_str(&format!("a{n}: &a{n} [{}]\n", vec![format!("*a{before}"); 9].join(",")));
    }
    text.push_str("HEROKU_APP: kiosk\n");
    let started = std::time::Instant::now();
    let read = read(&slipway_circleci::SPEC, "c", &text);
    assert!(read.whole && read.mentions.len() == 1, "{read:?}");
    assert!(started.elapsed().as_secs() < 2);
}

#[test]
fn what_comes_before_an_error_or_a_bound_is_kept() {
    let broken = read(&slipway_circleci::SPEC, "c", "HEROKU_APP: kiosk\njobs: [}\n");
    assert!(!broken.whole && broken.mentions.len() == 1, "{broken:?}");
    let deep = format!("HEROKU_APP: kiosk\nx: {}", "[".repeat(100_000));
    assert!(!read(&slipway_circleci::SPEC, "c", &deep).whole);
    let long = format!("HEROKU_APP: kiosk\nx: \"{}\"", "é".repeat(LARGEST));
    let long = read(&slipway_circleci::SPEC, "c", &long);
    assert!(!long.whole && long.mentions.len() == 1);
    let many: String = (0..5000).map(|n| format!("- git push https://git.heroku.com/app-{n}.git\n")).collect();
    assert_eq!(read(&slipway_circleci::SPEC, "c", &many).mentions.len(), MOST);
}

proptest! {
    #[test]
    fn nothing_breaks_it(text in "([a-z]{0,6}: ?|- |[\\[\\]{}&*!|>'\"%@`#]|\n {0,6}|heroku|HEROKU_APP|\\PC){0,60}") {
        let config = read(&slipway_circleci::SPEC, "c", &text);
        prop_assert!(config.mentions.len() <= MOST);
    }

    /// Valid files that were broken: cut, repeated, reordered, with misplaced anchors and tabs.
    #[test]
    fn nothing_broken_breaks_it(cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(),
        "(\\*env|&prod|<<: |\t|\\? |--- |%YAML|!!|\\|\n|>-|\u{feff}|\0|\\[|\\{|\"|'|\\PC){0,3}"), 1..12)) {
        let mut text: Vec<char> = CIRCLE.chars().collect();
        for (from, to, instead) in &cuts {
            let (from, to) = (from.index(text.len()), to.index(text.len()));
            let (from, to) = (from.min(to), from.max(to).min(from.min(to) + 40));
            text.splice(from..to, instead.chars());
            text.push('\n');
        }
        let text: String = text.into_iter().collect();
        let config = read(&slipway_circleci::SPEC, "c", &text);
        prop_assert!(config.mentions.len() <= MOST && config.jobs.len() <= MOST && config.urls.iter().all(|url| url.starts_with("https://")));
        read(&slipway_github::SPEC, "c", &text);
    }
}
