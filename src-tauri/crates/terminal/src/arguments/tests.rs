//! Every documented command line is accepted, wrong ones are usage errors, and `--yes` is only set where it was
//! written.

use super::*;
use clap::CommandFactory;
use proptest::prelude::*;

#[test]
fn the_definition_holds() {
    CommandLine::command().debug_assert();
}

#[test]
fn the_promised_commands() {
    for line in [
        "account add github --url http://127.0.0.1:4000 --no-keychain",
        "account add github --another --borrow --read-only",
        "account add heroku --from-cli",
        "account list --json",
        "account check github-2",
        "account token github",
        "account set github --read-only on",
        "status --two-factor 123456",
        "rollback shop production --yes --two-factor -",
        "account remove github",
        "service discover acme/shop",
        "service discover acme/shop --json --account github-2 --account heroku",
        "service add shop --repo acme/shop --ci circleci:gh/acme/shop --environment production=heroku:shop",
        "service add shop --repo acme/shop --branch trunk --ci none",
        "service add shop --repo acme/shop --ci github-actions:acme/shop --environment production=heroku:shop",
        "service add shop --repo acme/shop --ci none --account github-2 --account heroku",
        "service list",
        "service remove shop",
        "service set shop --environment production-eu --production yes",
        "service set shop --branch trunk",
        "service set shop --branch trunk --environment production-eu --production no",
        "service add shop --repo acme/shop --ci none --environment production-eu=heroku:shop,production=no",
        "status --service shop --json",
        "status shop --json",
        "watch --service shop",
        "releases shop production --limit 50 --json",
        "releases shop production --all",
        "pipelines shop --limit 3",
        "logs shop 212 --job unit --lines 20",
        "logs shop #212 --all --json",
        "logs shop https://app.circleci.com/pipelines/github/acme/shop/212",
        "open shop",
        "open shop #414 --print",
        "open shop production",
        "help account add",
        "completions fish",
        "man --out pages",
        "man account add",
        "merge shop #12",
        "revert shop https://github.com/acme/shop/pull/12 --yes",
        "merge shop 12 --method squash --yes",
        "update-branch shop 12 --yes",
        "auto-merge shop 12 --method squash --json",
        "auto-merge shop 12 --off --yes",
        "dequeue shop 12",
        "rollback shop production --to v1846 --no-pin --yes",
        "rollback shop staging --pin --only-bad #482 --only-bad #483 --keep-pinned --reason slow",
        "merge shop 12 --yes --over pin --reason needed",
        "pin shop production --reason down",
        "pin shop production --bad #482 --bad 483 --reason down --json",
        "unpin shop production --reason fixed --json",
        "unpin shop production --when-reverted no",
        "mark-bad shop production v1847 --reason slow",
        "mark-bad shop production 1847 --undo --reason cache --json",
        "revert shop 12 --json",
        "rollback shop production --to v1846 --reason because --yes --timeout 5",
        "rerun shop 212",
        "cancel shop 212 --yes",
        "approve shop 5034460f-c7c4-4c43-9457-de07e2029e7b",
        "approve shop 212 --job approve-release",
        "approve shop 212 --environment production --yes",
        "promote shop staging production --yes",
        "release shop production --from-build",
        "release shop production --code-of v1846 --json",
        "release shop production --slug 5034460f-c7c4-4c43-9457-de07e2029e7b --yes --timeout 5",
        "inbox",
        "inbox --service shop --all --json",
        "inbox done approval-1f3a9c20",
        "incidents",
        "incidents --service shop --all --json",
        "incidents show 32 --markdown",
        "incidents open shop production --title hurt",
        "incidents close 32 --reason over",
        "incidents note 32 seen",
        "incidents acknowledge 32",
        "watch --json",
        "journal --json",
        "journal --settle 0198 happened --reason seen",
        "merge shop 12 --expect-head 4be21d7 --yes",
        "update-branch shop 12 --expect-head 4be21d7",
        "auto-merge shop 12 --expect-head 4be21d7",
        "rollback shop production --expect-live v1847 --yes",
        "release shop production --from-build --expect-live 1847",
        "promote shop staging production --expect-live v218",
        "doctor --json",
        "sandbox --speed 60 --scenario busy --history .",
    ] {
        let words = std::iter::once("slipway-cli").chain(line.split_whitespace());
        let taken = CommandLine::try_parse_from(words);
        let shown = taken.as_ref().is_err_and(|error| error.exit_code() == 0);
        assert!(taken.is_ok() || shown, "{line}");
    }
}

#[test]
fn wrong_usage_is_refused() {
    for line in [
        "frobnicate",
        "",
        "--sandbox",
        "merge shop twelve",
        "merge shop 12 --over pin",
        "merge shop 12 --over everything --reason needed",
        "rollback shop production --pin --no-pin",
        "rollback shop production --no-pin --only-bad #482",
        "pin shop production",
        "unpin shop production",
        "unpin shop production --reason fixed --when-reverted yes",
        "mark-bad shop production --reason slow",
        "merge shop",
        "status shop --service shop",
        "releases shop",
        "releases shop production --limit 0",
        "releases shop production --limit 5 --all",
        "logs shop",
        "logs shop 212 --lines 5 --all",
        "logs shop file:///etc/passwd",
        "completions tcsh",
        "man account --out pages",
        "help frobnicate",
        "auto-merge shop 12 --off --method squash",
        "promote shop staging",
        "release shop production",
        "release shop production --from-build --code-of v1846",
        "rollback shop production --to newest",
        "merge shop 12 --timeout 0",
        "merge shop 12 --expect-head main",
        "merge shop 12 --expect-head 4be21",
        "rollback shop production --expect-live newest",
        "journal --settle 0198 happened",
        "journal --settle 0198 --reason seen",
        "merge shop 12 --timeout 86401",
        "merge shop 12 --timeout 18446744073709551615",
        "account add gitlab",
        "account set github --read-only maybe",
        "service set shop",
        "service set shop --production yes",
        "service set shop --environment production-eu",
        "service set shop --environment production-eu --production maybe",
        "service add shop --repo acme/shop --ci none --environment production=heroku:shop,production=maybe",
        "account add github --borrow --no-keychain",
        "service add shop --repo shop --ci none",
        "service add shop --repo acme/.. --ci none",
        "service add shop --repo acme/shop --ci circleci:gl/acme/shop",
        "service add shop --repo acme/shop --ci circleci:gh/acme/..",
        "service add shop --repo acme/shop --ci github-actions:gh/acme/shop",
        "service add shop --repo acme/shop --ci jenkins:acme/shop",
        "service add shop --repo acme/shop --ci none --environment production=fly:shop",
        "service add shop --repo acme/shop --ci none --environment production=heroku:",
        "sandbox --speed 0",
        "sandbox --scenario sunny",
    ] {
        let words = std::iter::once("slipway-cli").chain(line.split_whitespace());
        let code = CommandLine::try_parse_from(words).map_err(|e| e.exit_code()).err();
        assert_eq!(code, Some(2), "{line}");
    }
}

/// Documented words, similar words, and any text.
fn word() -> impl Strategy<Value = String> {
    let promised = "account add list remove check token set service discover status merge update-branch auto-merge dequeue revert rollback \
        rerun cancel approve promote release watch journal doctor sandbox releases pipelines logs open help completions bash man github circleci heroku shop acme/shop 12 v1846 production staging \
        --url --no-keychain --borrow --from-cli --another --read-only --json --yes -y --method squash --off --to --reason --timeout 5 --from-build \
        --code-of --slug --acknowledge --speed 60 --scenario healthy --faults --history --sandbox --two-factor - -- --repo --branch main --ci none \
        circleci:gh/acme/shop --environment production=heroku:shop,build=b,health=https://x --account --help --version on off";
    prop_oneof![
        12 => prop::sample::select(promised.split_whitespace().map(str::to_owned).collect::<Vec<_>>()),
        2 => prop::sample::select(vec!["", " ", "-", "---", "--=", "--json=yes", "--to=v", "v-1", "18446744073709551616", "1e999", "NaN", "-0", "inf", "a/b/c", "../..",
            "production=heroku:,", "=heroku:x", "x=heroku:x,health=javascript:1", "circleci:", "github-actions:a/b/c", "\u{202e}", "\u{1b}[31m"]).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]
    #[test]
    fn any_line_is_taken_or_refused_as_usage(words in prop::collection::vec(word(), 0..9)) {
        match CommandLine::try_parse_from(std::iter::once("slipway-cli".to_owned()).chain(words.clone())) {
            Ok(arguments) => {
                let asked: Vec<&str> = words.iter().map(String::as_str).collect();
                if let Command::Sandbox { speed, .. } = arguments.command {
                    prop_assert!(speed.is_finite() && speed > 0.0);
                }
                // `--yes` is only set where it was written.
                let consents = format!("{:?}", arguments.command).contains("yes: true");
                prop_assert!(!consents || asked.iter().any(|w| w.starts_with("--y") || w.starts_with("-y")), "{asked:?}");
            }
            Err(error) => prop_assert!(matches!(error.exit_code(), 0 | 2), "{words:?}: {error}"),
        }
    }
}
