use super::*;
use crate::arguments::{Command, CommandLine, ServiceCommand};
use clap::Parser;
use slipway_domain::service::CiProject;
use slipway_domain::vendor::VendorId;

fn environment(name: &str) -> EnvironmentConfig {
    EnvironmentConfig {
        name: name.to_owned(),
        provider: VendorId::new("heroku"),
        app: format!("shop-{name}"),
        build_app: Some("shop-build".to_owned()),
        health_url: Some("https://shop.example/up".to_owned()),
        production: Some(name == "production"),
        stage: Some(name.to_owned()),
        watch_minutes: None,
    }
}

fn shop() -> Service {
    Service {
        name: "shop".to_owned(),
        repo: "acme/shop".to_owned(),
        branch: "main".to_owned(),
        ci: Some(CiProject { provider: VendorId::new("circleci"), project: "gh/acme/shop".to_owned() }),
        environments: vec![environment("production"), environment("staging")],
        accounts: Vec::new(),
        migration_paths: default_migration_paths(),
    }
}

fn parsed(words: &str) -> ServiceEdit {
    let line = CommandLine::try_parse_from(format!("slipway-cli service edit shop {words}").split_whitespace()).expect("it parses");
    let Command::Service(ServiceCommand::Edit(edit)) = line.command else { panic!("service edit") };
    *edit
}

/// The lines that are printed for these options.
fn lines(words: &str) -> Result<Vec<String>, String> {
    let new = edited(&shop(), &parsed(words)).map_err(|error| error.to_string())?;
    Ok(changes(&shop(), &new).iter().map(change_line).collect())
}

#[test]
fn every_field_can_be_changed_and_has_its_line() {
    let staging = "staging=heroku:shop-staging,build=shop-build,production=no,stage=staging,health=https://shop.example/up";
    let removed = format!("staging environment: {staging} -> none");
    for (words, expected) in [
        ("--rename store", &["name: shop -> store"][..]),
        ("--repo acme/store", &["repository: acme/shop -> acme/store"]),
        ("--branch refs/heads/trunk", &["branch: main -> trunk"]),
        ("--ci none", &["ci: circleci:gh/acme/shop -> none"]),
        ("--ci github-actions:acme/shop", &["ci: circleci:gh/acme/shop -> github-actions:acme/shop"]),
        ("--account github-2 --account heroku", &["accounts: none -> github-2, heroku"]),
        ("--remove-environment staging", &[&removed]),
        ("--environment eu=heroku:shop-eu", &["eu environment: none -> eu=heroku:shop-eu"]),
        ("--production staging=yes --production production=no", &["production production: yes -> no", "staging production: no -> yes"]),
        ("--health staging=none", &["staging health: https://shop.example/up -> none"]),
        ("--build staging=other-build", &["staging build app: shop-build -> other-build"]),
        ("--branch main", &[]),
    ] {
        let expected: Vec<String> = expected.iter().map(|&line| line.to_owned()).collect();
        assert_eq!(lines(words), Ok(expected), "{words}");
    }
    let migrations = lines("--migrations db/** sql/*.sql").expect("lines");
    assert!(matches!(&migrations[..], [one] if one.ends_with("-> db/** sql/*.sql")), "{migrations:?}");
    assert_eq!(edited(&shop(), &parsed("--migrations none")).expect("edited").migration_paths, Vec::<String>::new());
}

#[test]
fn an_environment_that_is_replaced_keeps_what_a_person_said_of_it() {
    let all = |words: &str| edited(&shop(), &parsed(words)).expect("edited").environments;
    let of = |words: &str| all(words).remove(0);
    let other = of("--environment production=heroku:other");
    assert_eq!((other.app.as_str(), other.production, other.stage), ("other", Some(true), None));
    assert_eq!((other.build_app, other.health_url), (None, None));
    assert_eq!(of("--environment production=heroku:shop-production").stage.as_deref(), Some("production"));
    assert_eq!(of("--environment production=heroku:other,production=no").production, Some(false));
    let order: Vec<String> = all("--environment production=heroku:other").into_iter().map(|e| e.name).collect();
    assert_eq!(order, ["production", "staging"]);
}

#[test]
fn a_wrong_name_lists_what_there_is() {
    for words in ["--remove-environment eu", "--production eu=yes", "--health eu=none", "--build eu=none"] {
        let why = lines(words).expect_err(words);
        assert_eq!(why, "shop has no environment eu. There are: production, staging.", "{words}");
    }
    assert!(lines("--environment a=heroku:x --environment a=heroku:y").expect_err("twice").contains("twice"));
    assert!(parsed("--unchecked --json").is_empty(), "these change nothing");
}
