//! An app's releases, newest first, by `Range`.
//!
//! Heroku answers 206 with `Next-Range` while there is more (default page 200, maximum 1000;
//! Platform API reference, "Ranges"). `Next-Range` is sent back as it came.

use super::{Heroku, map, wire};
use crate::http::Answer;
use crate::{ReadError, ReleasePage};
use http::{HeaderValue, StatusCode, header};
use slipway_domain::release::Release;

const LARGEST_PAGE: usize = 1000;
/// Ends a list that does not end, and bounds memory.
const MOST_PAGES: usize = 40;
const PAST_THE_END: u16 = 416;

/// The newest `limit` releases, or those older than `before`.
pub(super) async fn read(heroku: &Heroku, app: &str, before: Option<u64>, limit: usize) -> Result<ReleasePage, ReadError> {
    let mut page = ReleasePage { releases: Vec::new(), complete: true };
    if limit == 0 || before.is_some_and(|version| version <= 1) {
        return Ok(ReleasePage { complete: limit > 0, ..page });
    }
    let upper = before.map_or(String::new(), |version| (version - 1).to_string());
    let mut range = format!("version ..{upper}; order=desc, max={}", limit.min(LARGEST_PAGE));
    for _ in 0..MOST_PAGES {
        let answer = ask(heroku, app, &range).await?;
        if answer.status.as_u16() == PAST_THE_END {
            return Ok(page);
        }
        let next = next_range(&answer);
        let wires: Vec<wire::Release> = answer.decode()?;
        let added = take_older(&mut page.releases, before, wires.into_iter().filter_map(map::release));
        let full = page.releases.len() >= limit;
        // A page that brings nothing new would bring nothing new for ever, unless the vendor
        // began at its newest and has not come down to `before` yet.
        let stuck = added == 0 && !page.releases.is_empty();
        match next {
            Some(next) if !full && !stuck && next != range => range = next,
            next => {
                page.complete = next.is_none() && page.releases.len() <= limit;
                page.releases.truncate(limit);
                return Ok(page);
            }
        }
    }
    page.complete = false;
    page.releases.truncate(limit);
    Ok(page)
}

/// Adds what is older than everything so far; repeats and newer ones are dropped.
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
    heroku.account.read(call).await
}

fn next_range(answer: &Answer) -> Option<String> {
    let next = answer.headers.get("next-range").and_then(|value| value.to_str().ok()).map(str::to_owned);
    next.filter(|_| answer.status == StatusCode::PARTIAL_CONTENT)
}
