//! GETs without credentials: signed log links.

use super::account::AccountClient;
use super::address;
use super::exchange::Fault;
use crate::error::{Intermediary, ReadError};
use http::{HeaderMap, header};
use url::Url;

/// The most bytes that are read of one log, after decompression, so that a decompression bomb ends here.
const LARGEST_READ: u64 = 256 << 20;
const HOPS: usize = 3;

/// The headers of an answer to a request without credentials.
#[derive(Clone, Copy, Debug)]
pub struct Fetched {
    pub status: u16,
    /// `text/event-stream`
    pub event_stream: bool,
}

impl AccountClient {
    /// Streams `url` into `take` without credentials. Redirects are allowed, since nothing secret is sent. Only
    /// https; a loopback host only for an account that is on loopback itself, so that a vendor's link cannot reach
    /// this machine.
    pub async fn fetch(&self, url: &str, mut take: impl FnMut(&[u8]) + Send) -> Result<(), ReadError> {
        self.fetch_with(url, HeaderMap::new(), |_, piece| take(piece)).await.map(drop)
    }

    /// The same with additional headers, which must not be secret.
    pub async fn fetch_with(
        &self,
        url: &str,
        headers: HeaderMap,
        mut take: impl FnMut(&Fetched, &[u8]) + Send,
    ) -> Result<Fetched, ReadError> {
        let mut url = Url::parse(url).map_err(|_| ReadError::Garbled("The log's link cannot be read".to_owned()))?;
        for _ in 0..=HOPS {
            let loopback = address::is_loopback(&url);
            if !address::is_safe(&url) || (loopback && !self.address().is_loopback()) {
                return Err(ReadError::Garbled("The log's link is not https, or leads into this machine; it was not opened".to_owned()));
            }
            if let Some(stopped) = self.http().stopped(loopback, url.as_str()) {
                return Err(stopped);
            }
            let client = self.http().client(loopback).map_err(|error| ReadError::Unreachable(error.to_string()))?;
            let response = client.get(url.clone()).headers(headers.clone()).send().await.map_err(log_fault)?;
            let status = response.status();
            if status.is_redirection() {
                let next = response.headers().get(header::LOCATION).and_then(|v| v.to_str().ok()).and_then(|v| url.join(v).ok());
                url = next.ok_or_else(|| ReadError::Garbled("The log's link leads nowhere".to_owned()))?;
                continue;
            }
            let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
            let fetched = Fetched { status: status.as_u16(), event_stream: kind.starts_with("text/event-stream") };
            return match fetched.status {
                200..=299 => drain(response, &mut |piece: &[u8]| take(&fetched, piece)).await.map(|()| fetched),
                // Only a range that was requested can be past the end.
                416 if headers.contains_key(header::RANGE) => Ok(fetched),
                // Signed links are valid for minutes.
                400 | 401 | 403 | 404 | 410 => Err(ReadError::NotFound("The log's link has expired or the log is gone".to_owned())),
                code => Err(ReadError::Unreachable(format!("The log's host answered {code}"))),
            };
        }
        Err(ReadError::Garbled("The log's link is redirected in circles".to_owned()))
    }
}

async fn drain(mut response: reqwest::Response, take: &mut (impl FnMut(&[u8]) + Send)) -> Result<(), ReadError> {
    let mut read = 0;
    while let Some(chunk) = response.chunk().await.map_err(log_fault)? {
        read += chunk.len() as u64;
        take(&chunk);
        if read > LARGEST_READ {
            return Err(ReadError::Garbled(format!("The log is longer than {} MB; it was not read to its end", LARGEST_READ >> 20)));
        }
    }
    Ok(())
}

fn log_fault(error: reqwest::Error) -> ReadError {
    let text = match Fault::from(error) {
        Fault::Proxy(proxy) => return ReadError::Intermediary { why: Intermediary::Proxy, message: proxy.words("the log's host") },
        Fault::NoConnection | Fault::Certificate | Fault::Unsendable => "The log's host cannot be reached",
        Fault::Timeout => "The log's host did not answer in time",
        Fault::Broken | Fault::TooLarge => "The connection to the log's host broke",
    };
    ReadError::Unreachable(text.to_owned())
}
