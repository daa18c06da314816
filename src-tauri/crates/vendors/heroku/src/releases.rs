//! An app's releases, newest first, by `Range`.
//!
//! Heroku answers 206 with `Next-Range` while there is more (default page 200, maximum 1000;
//! Platform API reference, "Ranges"). `Next-Range` is sent back as it came.

use super::client::Heroku;
use super::{map, token_access, wire};
use http::{HeaderValue, StatusCode, header};
use slipway_domain::release::Release;
use slipway_http::Answer;
use slipway_vendor::{ReadError, ReleasePage};

const LARGEST_PAGE: usize = 1000;
/// The most releases that are read of a list, which also bounds memory.
const MOST_PAGES: usize = 40;
const PAST_THE_END: u16 = 416;

/// The newest `limit` releases, or those older than `before`.
pub(super) async fn read(heroku: &Heroku, app: &str, before: Option<u64>, limit: usize) -> Result<ReleasePage, ReadError> {
    if limit == 0 {
        return Ok(ReleasePage { releases: Vec::new(), complete: false });
    }
    for (start, is_last) in starts(before) {
        let page = walk(heroku, app, before, limit, start, is_last).await?;
        if is_last || !page.releases.is_empty() {
            return Ok(page);
        }
    }
    Ok(ReleasePage { releases: Vec::new(), complete: true })
}

/// Heroku does not document which bound comes first in a descending range. The form of `Next-Range` is tried first,
/// then the reverse, then reading from the newest release down. Version 1 is the oldest.
fn starts(before: Option<u64>) -> Vec<(String, bool)> {
    match before {
        None => vec![("version ..".to_owned(), true)],
        Some(0 | 1) => Vec::new(),
        Some(version) => {
            vec![(format!("version ]{version}.."), false), (format!("version ..{}", version - 1), false), ("version ..".to_owned(), true)]
        }
    }
}

/// Reads from `start` as far as `Next-Range` leads and `limit` allows.
async fn walk(
    heroku: &Heroku,
    app: &str,
    before: Option<u64>,
    limit: usize,
    start: String,
    is_last: bool,
) -> Result<ReleasePage, ReadError> {
    let mut releases = Vec::new();
    let mut range = format!("{start}; order=desc, max={}", limit.min(LARGEST_PAGE));
    for _ in 0..MOST_PAGES {
        let answer = ask(heroku, app, &range).await?;
        if answer.status.as_u16() == PAST_THE_END {
            return Ok(ReleasePage { releases, complete: true });
        }
        let next = next_range(&answer);
        let wires: Vec<Option<wire::Release>> = answer.decode()?;
        let added = take_older(&mut releases, before, wires.into_iter().flatten().filter_map(map::release));
        // A page without a new release ends the list, unless reading started at the newest and has not reached
        // `before` yet.
        let stuck = added == 0 && !(is_last && releases.is_empty());
        match next {
            Some(next) if releases.len() < limit && !stuck && next != range => range = next,
            next => {
                let complete = next.is_none() && releases.len() <= limit;
                releases.truncate(limit);
                return Ok(ReleasePage { releases, complete });
            }
        }
    }
    releases.truncate(limit);
    Ok(ReleasePage { releases, complete: false })
}

/// Adds the releases that are older than all so far; repeated and newer ones are dropped.
fn take_older(releases: &mut Vec<Release>, before: Option<u64>, page: impl Iterator<Item = Release>) -> usize {
    let mut page: Vec<Release> = page.collect();
    page.sort_by_key(|release| std::cmp::Reverse(release.version));
    let known = releases.len();
    for release in page {
        let bound = releases.last().map(|last| last.version).or(before);
        if bound.is_none_or(|bound| release.version < bound) {
            releases.push(release);
        }
    }
    releases.len() - known
}

async fn ask(heroku: &Heroku, app: &str, range: &str) -> Result<Answer, ReadError> {
    let value = HeaderValue::from_str(range).map_err(|_| ReadError::Garbled("Heroku's next range cannot be sent".to_owned()))?;
    let mut call = heroku.call(&["apps", app, "releases"]).header(header::RANGE, value);
    call.also = &[PAST_THE_END];
    heroku.account.read(call).await.map_err(|error| token_access::of_app(app, error))
}

fn next_range(answer: &Answer) -> Option<String> {
    let next = answer.headers.get("next-range").and_then(|value| value.to_str().ok()).map(str::to_owned);
    next.filter(|_| answer.status == StatusCode::PARTIAL_CONTENT)
}
