//! Malformed command lines: the program never panics, ends with one of its documented exit codes, and changes
//! nothing at the vendors without `--yes`.

use anyhow::{Result, ensure};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use slipway_tests::{Cli, SandboxProcess};

const LINES: usize = 120;
const AT_ONCE: usize = 3;

/// Valid command lines; without `sandbox` and `watch`, which do not end.
const FITTING: &str = "releases storefront production --limit 3|pipelines storefront --limit 2 --json|logs storefront 215 --lines 5|\
    open storefront production --print|help rollback|completions bash|man service add|status --json|status --service storefront|journal --json|doctor --json|account list --json|service list|account check github|\
    service discover acme/storefront --json|merge storefront 488|merge storefront 489 --method squash --json|update-branch storefront 488|\
    auto-merge storefront 485 --off|dequeue storefront 489 --json|revert storefront 480|rollback storefront production --to v1846 --reason why|\
    rollback storefront staging --json|rerun storefront 212|cancel storefront 215 --timeout 5|approve storefront 215 --json|\
    promote storefront staging production|release storefront production --from-build|release storefront staging --code-of v1800 --json|\
    release storefront production --slug 5034460f-c7c4-4c43-9457-de07e2029e7b";

/// A valid line in which up to two words are replaced, missing or repeated.
fn line() -> impl Strategy<Value = Vec<String>> {
    let fitting = prop::sample::select(FITTING.split('|').collect::<Vec<_>>());
    let odd = vec![
        "",
        "-",
        "0",
        "-1",
        "1",
        "2000",
        "18446744073709551615",
        "18446744073709551616",
        "v18446744073709551615",
        "v0",
        "../../etc",
        "\u{202e}",
        "\u{1b}]0;x\u{7}",
        "👩‍👩‍👧",
        "a b",
        "'; rm",
        "%00",
        "acme/..",
        "@",
        "null",
        "storefront",
        "staging",
        "production",
        "--json",
        "--help",
        "--timeout",
        "--two-factor",
        "heroku",
        "v1846",
    ];
    let change = (any::<prop::sample::Index>(), 0..4u8, prop::sample::select(odd));
    (fitting, prop::collection::vec(change, 0..3)).prop_map(|(line, changes)| {
        let mut line: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        for (at, how, word) in changes {
            // The command stays, because without one the window would open.
            let at = 1 + at.index(line.len());
            match (how, at < line.len()) {
                (0, true) => drop(line.remove(at)),
                (1, true) => line.insert(at, line[at].clone()),
                (2, true) => line[at] = word.to_owned(),
                _ => line.insert(at.min(line.len()), word.to_owned()),
            }
        }
        line
    })
}

async fn mutations(sandbox: &SandboxProcess) -> Result<Value> {
    Ok(sandbox.truth().await?["mutations"].clone())
}

#[tokio::test]
async fn any_line_ends_well_and_changes_nothing() -> Result<()> {
    let sandbox = SandboxProcess::start(1, "healthy").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
    let mut runner = TestRunner::deterministic();
    let mut lines: Vec<Vec<String>> = Vec::new();
    for _ in 0..LINES {
        lines.push(line().new_tree(&mut runner).map_err(anyhow::Error::msg)?.current());
    }
    // Lines that failed in the past.
    for line in
        ["release storefront production --code-of v18446744073709551615", "rollback storefront production --to v18446744073709551615"]
    {
        lines.push(line.split(' ').map(str::to_owned).collect());
    }
    let mut codes = [0; 5];
    for some in lines.chunks(AT_ONCE) {
        let run = async |line: &Vec<String>| -> Result<i32> {
            let arguments: Vec<&str> = line.iter().map(String::as_str).collect();
            let outcome = terminal.run(&arguments).await?;
            ensure!((0..=4).contains(&outcome.status), "{line:?}: exit {}\n{}", outcome.status, outcome.stderr);
            ensure!(!outcome.stderr.contains("panicked"), "{line:?}: {}", outcome.stderr);
            let loose = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
            ensure!(!outcome.stdout.contains(loose) && !outcome.stderr.contains(loose), "{line:?}: {:?}", outcome.stderr);
            Ok(outcome.status)
        };
        for status in futures::future::join_all(some.iter().map(run)).await {
            codes[status? as usize] += 1;
        }
        ensure!(mutations(&sandbox).await? == json!([]), "{some:?} changed something");
    }
    println!("exit codes 0 to 4: {codes:?}");
    ensure!(codes[0] > 10 && codes[2] > 10 && codes[3] > 10, "the lines do not get far: {codes:?}");
    Ok(())
}
