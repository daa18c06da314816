//! The `set-ups` scenario: repositories set up in every usual way for `service discover` to find, and some
//! misleading ones.
//!
//! | Repository | What it is |
//! |-|-|
//! | storefront | staging and production, each with a build app; no Heroku pipeline |
//! | kiosk | one app, CircleCI |
//! | bookings | staging and production that build themselves, through CircleCI's Heroku orb |
//! | loyalty | a Heroku pipeline of apps whose names say nothing, promoted by GitHub Actions; a review app |
//! | handbook | no CI: a person pushes to its one app |
//! | payments | in both CIs: CircleCI tests, GitHub Actions releases |
//! | style-guide | CI and no app of this account |
//! | storefront-blog | a name like storefront's, its own app; a configuration that CircleCI does not follow |
//!
//! In addition storefront-blue and storefront-pr-87, which run storefront's commits.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::world::add_commit::NewCommit;
use crate::world::commit::ChangeKind;
use crate::world::history_seed::{HOUR, MINUTE};
use crate::world::release::{Build, NewRelease, ReleaseStatus};
use crate::world::{Ci, Oid, World, deploy, generate, open_kinds, sample_data};

const COMMITS: usize = 6;

/// The first service, storefront, exists already with its history.
pub(super) fn create(world: &mut World) {
    world.heroku_pipelines.clear();
    let storefront = 0;
    open_kinds::open_every_kind(world, storefront);
    let tip = world.services[storefront].repo.main().clone();
    for name in ["storefront-blue", "storefront-pr-87"] {
        let app = add_app(world, storefront, name);
        push(world, app, &tip, HOUR, deploy::CI_USER);
    }
    kiosk(world);
    bookings(world);
    loyalty(world);
    handbook(world);
    payments(world);
    style_guide(world);
    blog(world);
    world.set_past(0);
}

fn kiosk(world: &mut World) {
    let (service, commits) = repository(world, "kiosk", CIRCLECI, KIOSK);
    let app = add_app(world, service, "acme-kiosk");
    push_all(world, app, &commits, deploy::CI_USER);
}

fn bookings(world: &mut World) {
    let (service, commits) = repository(world, "bookings", CIRCLECI, BOOKINGS);
    for name in ["bookings-staging", "bookings"] {
        let app = add_app(world, service, name);
        push_all(world, app, &commits, deploy::CI_USER);
    }
}

fn loyalty(world: &mut World) {
    let (service, commits) = repository(world, "loyalty", ".github/workflows/release.yml", LOYALTY);
    world.beyond_circleci.insert(service);
    let staging = add_app(world, service, "still-lake-1177");
    let production = add_app(world, service, "fierce-canyon-4821");
    let review = add_app(world, service, "loyalty-pr-214");
    push_all(world, staging, &commits, deploy::CI_USER);
    push(world, review, &commits[COMMITS - 1], HOUR, deploy::CI_USER);
    for (n, commit) in commits.iter().enumerate().skip(1) {
        let at = -(COMMITS as i64 - n as i64) * 5 * HOUR + HOUR;
        let from = &world.apps[staging];
        let release = from.releases.iter().find(|r| world.commit_of(r) == Some(commit)).expect("staging has every commit");
        let description = format!("Promote {} v{} {}", from.name, release.version, &commit[..8]);
        let slug = release.slug.clone();
        release_slug(world, production, slug, description, at, deploy::CI_USER);
    }
    let id = world.services[service].project_id.clone();
    let pipeline = world.add_heroku_pipeline(id, "loyalty");
    for (app, stage) in [(staging, "staging"), (production, "production"), (review, "review")] {
        world.couple(pipeline, app, stage);
    }
}

fn handbook(world: &mut World) {
    let (service, commits) = repository(world, "handbook", "Procfile", "web: bin/serve\n");
    world.beyond_circleci.insert(service);
    let app = add_app(world, service, "acme-handbook");
    push_all(world, app, &commits, "hweiss@acme.example");
}

fn payments(world: &mut World) {
    let (service, commits) = repository(world, "payments", CIRCLECI, PAYMENTS_TESTS);
    world.contents.entry(service).or_default().insert(".github/workflows/deploy.yml".into(), PAYMENTS_DEPLOYS.into());
    for name in ["payments-staging", "payments-production"] {
        let app = add_app(world, service, name);
        push_all(world, app, &commits, deploy::CI_USER);
    }
}

fn style_guide(world: &mut World) {
    repository(world, "style-guide", CIRCLECI, STYLE_GUIDE);
}

fn blog(world: &mut World) {
    let (service, commits) = repository(
        world,
        "storefront-blog",
        CIRCLECI,
        "version: 2.1\njobs:\n  build: {docker: [{image: cimg/node:22.1}], steps: [run: npm test]}\n",
    );
    world.beyond_circleci.insert(service);
    let app = add_app(world, service, "storefront-blog");
    push_all(world, app, &commits, "mateo-alvarez@acme.example");
}

/// A repository with a few commits on main and one relevant file.
fn repository(world: &mut World, name: &str, path: &str, text: &str) -> (usize, Vec<Oid>) {
    let (apps, pipelines) = (world.apps.len(), world.heroku_pipelines.len());
    let service = generate::add_service(world, name, Ci::Circleci);
    // Its apps are added one by one, so that it has only those of its set-up.
    world.apps.truncate(apps);
    world.heroku_pipelines.truncate(pipelines);
    world.services[service].environments.clear();
    let mut commits: Vec<Oid> = Vec::new();
    for n in 0..COMMITS {
        world.set_past(-(COMMITS as i64 - n as i64) * 5 * HOUR - service as i64 * MINUTE);
        let files = vec![sample_data::file("README.md", &mut world.rng, if n == 0 { ChangeKind::Added } else { ChangeKind::Modified })];
        let author = sample_data::person(1 + (service + n) % 8);
        let parents = commits.last().cloned().into_iter().collect();
        let message = if n == 0 { "Begin".to_owned() } else { format!("Step {n} of {name}") };
        let new = NewCommit { parents, message, author: &author, files: Arc::new(files), pull_request: None };
        let oid = world.add_commit(service, new);
        world.services[service].repo.branches.insert("main".into(), oid.clone());
        commits.push(oid);
    }
    let files = [(path, text), ("README.md", "A service of Acme's.\n")];
    world.contents.insert(service, files.map(|(path, text)| (path.to_owned(), text.to_owned())).into());
    (service, commits)
}

/// An empty app in the form of the first service's production app.
fn add_app(world: &mut World, service: usize, name: &str) -> usize {
    let production = world.services[0].environments.last().map_or(0, |e| e.app);
    let mut app = world.apps[production].clone();
    app.id = world.rng.uuid();
    app.name = name.to_owned();
    app.service = service;
    app.environment = "development";
    app.releases.clear();
    app.builds.clear();
    app.dynos.iter_mut().for_each(|dyno| dyno.version = 0);
    world.apps.push(app);
    world.apps.len() - 1
}

fn push_all(world: &mut World, app: usize, commits: &[Oid], user: &str) {
    for (n, commit) in commits.iter().enumerate() {
        push(world, app, commit, (commits.len() - n) as i64 * 5 * HOUR, user);
    }
}

/// `git push heroku`: built on the app itself, `ago` before now.
fn push(world: &mut World, app: usize, commit: &Oid, ago: i64, user: &str) {
    world.set_past(-ago);
    let slug = world.new_slug(commit);
    let id = world.rng.uuid();
    let release = release_slug(world, app, Some(slug.clone()), format!("Deploy {}", &commit[..8]), -ago, user);
    let release = Some(world.apps[app].releases[release].id.clone());
    world.apps[app].builds.push(Build {
        id,
        status: ReleaseStatus::Succeeded,
        commit: commit.clone(),
        slug: Some(slug),
        release,
        workflow: Arc::from(""),
        created: -ago - MINUTE,
        updated: -ago,
        user: user.to_owned(),
    });
}

fn release_slug(world: &mut World, app: usize, slug: Option<Arc<str>>, description: String, at: i64, user: &str) -> usize {
    world.set_past(at);
    let config = Arc::new(BTreeMap::from([("LOG_LEVEL".to_owned(), "info".to_owned())]));
    let release = world.release(app, NewRelease { description, slug, config, code_version: None, user: user.to_owned() });
    world.run_until(at + world.span(120.0));
    release
}

const CIRCLECI: &str = ".circleci/config.yml";

const KIOSK: &str = r#"version: 2.1
jobs:
  test: {docker: [{image: cimg/node:22.1}], steps: [checkout, {run: npm test}]}
  deploy:
    docker: [{image: cimg/base:2024.02}]
    environment: {HEROKU_APP_NAME: acme-kiosk}
    steps:
      - checkout
      - run: git push "https://heroku:$HEROKU_API_KEY@git.heroku.com/$HEROKU_APP_NAME.git" HEAD:main
      - run: curl --fail --retry 5 https://acme-kiosk.herokuapp.com/up
workflows:
  main: {jobs: [test, {deploy: {requires: [test], filters: {branches: {only: main}}}}]}
"#;

const BOOKINGS: &str = r#"version: 2.1
orbs: {heroku: circleci/heroku@2.0.0}
jobs:
  test: {docker: [{image: cimg/ruby:3.3}], steps: [checkout, {run: bin/rspec}]}
workflows:
  ship:
    jobs:
      - test
      - heroku/deploy-via-git: {name: staging, app-name: bookings-staging, requires: [test], filters: {branches: {only: main}}}
      - heroku/deploy-via-git: {name: live, app-name: bookings, requires: [staging], filters: {branches: {only: main}}}
"#;

const LOYALTY: &str = r#"on: {push: {branches: [main]}}
jobs:
  test: {runs-on: ubuntu-latest, steps: [{run: bin/test}]}
  promote:
    needs: test
    runs-on: ubuntu-latest
    env: {HEROKU_API_KEY: "${{ secrets.HEROKU_API_KEY }}"}
    steps: [{run: "heroku pipelines:promote --app $STAGING_APP"}]
"#;

const PAYMENTS_TESTS: &str = r#"version: 2.1
jobs:
  test: {docker: [{image: cimg/go:1.24}], steps: [checkout, {run: go test ./...}]}
workflows: {test: {jobs: [test]}}
"#;

const PAYMENTS_DEPLOYS: &str = r#"on: {push: {branches: [main]}}
jobs:
  staging:
    runs-on: ubuntu-latest
    steps: [{uses: akhileshns/heroku-deploy@v3.14.15, with: {heroku_app_name: payments-staging}}]
  production:
    needs: staging
    runs-on: ubuntu-latest
    steps: [{uses: akhileshns/heroku-deploy@v3.14.15, with: {heroku_app_name: payments-production}}]
"#;

const STYLE_GUIDE: &str = r#"version: 2.1
jobs:
  preview:
    docker: [{image: cimg/node:22.1}]
    environment: {HEROKU_APP: style-guide-preview}
    steps: [{run: "git push https://git.heroku.com/$HEROKU_APP.git HEAD:main"}]
workflows: {preview: {jobs: [preview]}}
"#;
