//! The steps of a job, and its log once the job is over.
//!
//! GitHub keeps one log per job and offers it when the job is over (404 before): a redirect to a signed link on
//! another host that is valid for a minute. It is requested right before the log is read, and followed without
//! credentials.

use super::client::GithubActions;
use super::ids::{Repo, asked};
use super::log::ActionsLog;
use super::map::time;
use super::{status_map, wire};
use http::{StatusCode, header};
use slipway_http::Call;
use slipway_vendor::{LogStep, LogText, ReadError};

/// The name of the log in the list of steps, because GitHub's log does not say where a step begins.
const WHOLE: &str = "Log of the whole job";

pub(super) async fn steps(ci: &GithubActions, repo: &Repo, job: u64) -> Result<Vec<LogStep>, ReadError> {
    let number = job.to_string();
    let wire: wire::Job = ci.get(repo, &["jobs", &number], &[]).await?.decode()?;
    let status = status_map::job(wire.status.as_deref(), wire.conclusion.as_deref());
    let mut steps: Vec<LogStep> = wire.steps.into_iter().flatten().flatten().map(step).collect();
    if status.is_over() {
        let url = ci.url(repo, &["jobs", &number, "logs"], &[]);
        steps.push(LogStep { name: WHOLE.to_owned(), status, output_url: Some(url), seconds: None, exit_code: None });
    }
    Ok(steps)
}

pub(super) async fn output(ci: &GithubActions, url: &str) -> Result<LogText, ReadError> {
    let ours = url.strip_prefix(ci.account.address().rest()).is_some_and(|rest| rest.starts_with("/repos/"));
    if !ours {
        return Err(ReadError::NotFound("The log's address is not one of this account's".to_owned()));
    }
    let mut call = asked(Call::get(url));
    call.also = &[302];
    let answer = ci.account.read(call).await?;
    let mut log = ActionsLog::default();
    if answer.status != StatusCode::FOUND {
        // Enterprise Server may return the log itself instead of a redirect.
        log.push(&answer.body);
        return Ok(log.finish());
    }
    let link = answer.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    let link = link.ok_or_else(|| ReadError::Garbled("GitHub's link to the log cannot be read".to_owned()))?;
    ci.account.fetch(link, |piece| log.push(piece)).await?;
    Ok(log.finish())
}

fn step(wire: wire::Step) -> LogStep {
    let (start, end) = (time(wire.started_at.as_deref()), time(wire.completed_at.as_deref()));
    LogStep {
        name: wire.name.unwrap_or_default(),
        status: status_map::job(wire.status.as_deref(), wire.conclusion.as_deref()),
        output_url: None,
        seconds: start.zip(end).map(|(start, end)| end.since(start).max(0.0)),
        exit_code: None,
    }
}
