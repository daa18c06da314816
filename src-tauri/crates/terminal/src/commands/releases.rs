//! `slipway releases`: the releases of an environment, printed page by page, so that no number of them is held.

use super::{engine, named};
use crate::exit::Exit;
use crate::look::marks::{cause_words, of_release};
use crate::look::table::{Column, Table};
use crate::look::when::Clock;
use crate::look::{Line, Tone, wrap};
use crate::print;
use anyhow::Result;
use schemars::JsonSchema;
use serde::Serialize;
use slipway_domain::humanize::short;
use slipway_domain::release::{Release, ReleaseMark};
use slipway_domain::status::ReleaseStatus;
use slipway_engine::{ListedRelease, PlanError};

/// From this width on, all pull requests of a release are listed.
const WIDE: usize = 120;

/// A line of `--json`: the release as `status --json` has it, and more.
#[derive(Serialize, JsonSchema)]
pub(super) struct ReleaseLine<'a> {
    pub(super) service: &'a str,
    pub(super) environment: &'a str,
    #[serde(flatten)]
    pub(super) release: &'a Release,
    /// Why `rollback --to` this release would be refused now; null where it may be planned.
    pub(super) rollback_refused: Option<&'a str>,
}

pub(super) async fn show(service: &str, environment: &str, most: usize, json: bool) -> Result<Exit> {
    let engine = engine(false).await?;
    // An unknown name is answered before anything is read.
    let reader = named::service(&engine, service).map(|_| ());
    let known = reader.and_then(|()| engine.releases(service, environment, most).map(drop).map_err(|error| error.to_string()));
    if let Err(unknown) = known {
        print::say(&unknown);
        return Ok(Exit::Usage);
    }
    // What a release is now depends on how the environment fares.
    engine.refresh_within(Some(service), super::STATUS).await;
    let mut reader = match engine.releases(service, environment, most) {
        Ok(reader) => reader,
        Err(error) => return Ok(unread(&error)),
    };
    let clock = Clock::at(engine.now());
    let width = wrap::width();
    let mut table = Table::new(columns(), width);
    let mut printed = 0_usize;
    loop {
        let page = match reader.next_page().await {
            Ok(page) => page,
            Err(error) => return Ok(unread(&error)),
        };
        if page.is_empty() {
            break;
        }
        printed += page.len();
        if json {
            for ListedRelease { release, rollback_refused } in &page {
                let rollback_refused = rollback_refused.as_deref();
                print::json(&ReleaseLine { service, environment, release, rollback_refused }, false)?;
            }
        } else {
            let rows: Vec<Vec<Line>> = page.iter().map(|listed| row(listed, &clock, width)).collect();
            print::lines(&table.lines(&rows))?;
        }
    }
    if printed == 0 {
        print::note(&format!("{environment} has no release yet."));
    }
    Ok(Exit::Done)
}

/// What was printed before stays; the exit code tells that it is not all.
fn unread(error: &PlanError) -> Exit {
    print::say(&error.to_string());
    Exit::Failed
}

fn columns() -> Vec<Column> {
    vec![
        Column::kept(""),
        Column::kept("state"),
        Column::kept("code"),
        Column::leaving("commit"),
        Column::kept("when"),
        Column::kept("PRs"),
        Column::giving("what", 17),
        Column::giving("who", 5),
        Column::leaving("rollback"),
    ]
}

fn row(ListedRelease { release, rollback_refused }: &ListedRelease, clock: &Clock, width: Option<usize>) -> Vec<Line> {
    let wide = width.is_none_or(|width| width >= WIDE);
    let shown = of_release(release);
    let code = release.code_version.filter(|code| *code != release.version).map(|code| format!("v{code}"));
    let tone = if release.mark == ReleaseMark::Live { Tone::Strong } else { Tone::Plain };
    // Why there is no rollback to what is live, or failed, goes without saying.
    let plain = release.mark == ReleaseMark::Past || release.mark == ReleaseMark::RolledBackFrom;
    let refused = rollback_refused.as_deref().filter(|_| plain && release.status == ReleaseStatus::Succeeded);
    vec![
        Line::of(&format!("v{}", release.version), tone),
        shown.line(),
        Line::plain(&code.unwrap_or_default()),
        Line::of(release.commit.as_deref().map(short).unwrap_or_default(), Tone::Grey),
        Line::of(&release.released_at.map_or_else(|| "not known".to_owned(), |at| clock.when(at)), Tone::Grey),
        Line::plain(&numbers(release.pull_requests.as_deref().unwrap_or_default(), wide)),
        Line::plain(&cause_words(release)),
        Line::plain(release.user.as_deref().map_or("", |user| user.split('@').next().unwrap_or(user))),
        Line::of(refused.map_or("", |_| "not eligible"), Tone::Grey),
    ]
}

/// `#482 #480 #479`, where there is room; else `#482 +2`.
fn numbers(pull_requests: &[u64], wide: bool) -> String {
    match pull_requests {
        [first, rest @ ..] if !rest.is_empty() && !wide => format!("#{first} +{}", rest.len()),
        all => all.iter().map(|number| format!("#{number}")).collect::<Vec<_>>().join(" "),
    }
}

#[cfg(test)]
mod tests;
