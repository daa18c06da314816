//! Health URLs: which ones are asked, and what an answer is. Saving, trying and reading a service use this one rule.

use super::address;
use super::exchange::Fault;
use super::transport::Http;
use http::header;
use slipway_domain::environment::HealthProbe;
use std::time::{Duration, Instant};
use url::Url;

/// Until the head of the answer; the body is never read.
const LONGEST: Duration = Duration::from_secs(10);
const LONGEST_URL: usize = 2000;

/// The URL of an app's own page that says whether it works: https, or plain http on this machine.
///
/// Plain http elsewhere is refused although no token is sent there: an answer decides whether production is shown as
/// healthy or as hurt, and on plain http anybody on the way can give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthUrl(Url);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadHealthUrl(&'static str);

impl HealthUrl {
    pub fn parse(text: &str) -> Result<Self, BadHealthUrl> {
        let text = text.trim();
        let Some(url) = address::written_url(text) else {
            return Err(BadHealthUrl("The health URL begins with https:// and a host"));
        };
        if !matches!(url.scheme(), "https" | "http") || url.host().is_none() {
            return Err(BadHealthUrl("The health URL begins with https:// and a host"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadHealthUrl("The health URL must not carry a user name or password: it is kept and shown as it is"));
        }
        if !address::is_safe(&url) {
            return Err(BadHealthUrl(
                "The health URL begins with https://; on plain http anybody on the way could answer in the app's place",
            ));
        }
        if text.len() > LONGEST_URL {
            return Err(BadHealthUrl("The health URL has at most 2,000 characters"));
        }
        Ok(Self(url))
    }
}

/// What a health URL answered. Redirects are not followed: what they lead to is another page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HealthAnswer {
    Answered {
        status: u16,
        milliseconds: u64,
    },
    /// `to`: without its query, which may be signed.
    Redirected {
        status: u16,
        milliseconds: u64,
        to: Option<String>,
    },
    /// Why there was no answer, as the end of a sentence.
    None(String),
    /// It was not asked, or our own proxy did not let it through: that says nothing of the app.
    NotAsked(String),
}

impl Http {
    /// One GET without credentials; only the head of the answer is read, within 10 s.
    pub async fn ask_health(&self, url: &HealthUrl) -> HealthAnswer {
        self.ask_health_within(url, LONGEST).await
    }

    async fn ask_health_within(&self, HealthUrl(url): &HealthUrl, longest: Duration) -> HealthAnswer {
        let loopback = address::is_loopback(url);
        if let Some(stopped) = self.stopped(loopback, url.as_str()) {
            return HealthAnswer::NotAsked(stopped.to_string());
        }
        let started = Instant::now();
        let client = match self.client(loopback) {
            Ok(client) => client,
            Err(error) => return HealthAnswer::NotAsked(error.to_string()),
        };
        let response = match client.get(url.clone()).timeout(longest).send().await {
            Ok(response) => response,
            Err(error) => {
                let fault = Fault::from(error);
                let is_ours = matches!(fault, Fault::Proxy(_) | Fault::Unsendable);
                let words = fault_words(fault, longest);
                return if is_ours { HealthAnswer::NotAsked(words) } else { HealthAnswer::None(words) };
            }
        };
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let status = response.status().as_u16();
        if !response.status().is_redirection() {
            return HealthAnswer::Answered { status, milliseconds };
        }
        let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        let to = location.and_then(|value| url.join(value).ok()).map(without_query);
        HealthAnswer::Redirected { status, milliseconds, to }
    }

    /// Any status is an answer, redirects included. None: the app was not asked, which says nothing of it.
    pub async fn probe(&self, url: &str) -> Option<HealthProbe> {
        let checked_at = self.now();
        let answer = match HealthUrl::parse(url) {
            Ok(url) => self.ask_health(&url).await,
            Err(error) => HealthAnswer::NotAsked(error.to_string()),
        };
        let (status, milliseconds) = match answer {
            HealthAnswer::Answered { status, milliseconds } | HealthAnswer::Redirected { status, milliseconds, .. } => {
                (Some(status), Some(milliseconds))
            }
            HealthAnswer::None(_) => (None, None),
            HealthAnswer::NotAsked(_) => return None,
        };
        Some(HealthProbe { status, milliseconds, checked_at })
    }
}

fn without_query(mut url: Url) -> String {
    url.set_query(None);
    url.set_fragment(None);
    // Neither fails: only a URL without a host has no place for them.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

fn fault_words(fault: Fault, longest: Duration) -> String {
    match fault {
        Fault::Proxy(proxy) => proxy.words("the health URL's host"),
        Fault::Timeout => format!("its host said nothing for {} s", longest.as_secs()),
        Fault::NoConnection | Fault::Unsendable => "its host cannot be reached".to_owned(),
        Fault::Certificate => "its certificate is not trusted".to_owned(),
        Fault::Broken | Fault::TooLarge => "the connection broke".to_owned(),
    }
}

#[cfg(test)]
mod tests;
