//! One attempt: a request on the wire, and its whole answer within bounds.

use super::Http;
use super::call::Call;
use super::intermediary::ProxyFault;
use super::secret::Secret;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// After decompression.
pub(crate) const LARGEST_BODY: usize = 8 << 20;

/// An answer that arrived whole. The token it was asked with is not in it.
pub(crate) struct Raw {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Refused, no such host: nothing was written.
    NoConnection,
    /// A proxy did not lead on: nothing reached the vendor.
    Proxy(ProxyFault),
    /// Of an unknown authority, for another host, or out of date: nothing was written.
    Certificate,
    Timeout,
    Broken,
    TooLarge,
    /// The token or a header cannot be put into a request: nothing was written.
    Unsendable,
}

impl Fault {
    pub(crate) fn nothing_left(self) -> bool {
        matches!(self, Self::NoConnection | Self::Proxy(_) | Self::Certificate | Self::Unsendable)
    }

    pub(crate) fn may_pass(self) -> bool {
        matches!(self, Self::NoConnection | Self::Broken)
    }
}

impl From<reqwest::Error> for Fault {
    fn from(error: reqwest::Error) -> Self {
        // Order matters: a connection that timed out wrote nothing.
        match ProxyFault::of(&error) {
            Some(proxy) => Self::Proxy(proxy),
            None if is_certificate(&error) => Self::Certificate,
            None if error.is_connect() => Self::NoConnection,
            None if error.is_timeout() => Self::Timeout,
            None if error.is_builder() => Self::Unsendable,
            None => Self::Broken,
        }
    }
}

fn is_certificate(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let inner = error.downcast_ref::<std::io::Error>().and_then(|io| io.get_ref());
        let tls = error.downcast_ref::<rustls::Error>().or_else(|| inner.and_then(|e| e.downcast_ref::<rustls::Error>()));
        if matches!(tls, Some(rustls::Error::InvalidCertificate(_))) {
            return true;
        }
        // An io::Error's source skips the error it wraps.
        cause = inner.map(|e| e as &(dyn std::error::Error + 'static)).or_else(|| error.source());
    }
    false
}

impl Http {
    pub(crate) async fn exchange(&self, loopback: bool, call: &Call, secret: &Secret, conditions: HeaderMap) -> Result<Raw, Fault> {
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", secret.expose())).map_err(|_| Fault::Unsendable)?;
        bearer.set_sensitive(true);
        let mut request = self.client(loopback).request(call.method.clone(), &call.url).headers(call.headers.clone()).headers(conditions);
        request = request.header(header::AUTHORIZATION, bearer);
        if let Some(body) = &call.body {
            request = request.body(body.clone());
        }
        let response = request.send().await?;
        let (status, mut headers) = (response.status(), response.headers().clone());
        for value in headers.values_mut() {
            let struck = secret.struck_from(Bytes::copy_from_slice(value.as_bytes()));
            *value = HeaderValue::from_bytes(&struck).unwrap_or_else(|_| HeaderValue::from_static(""));
        }
        let body = secret.struck_from(read_body(response).await?);
        Ok(Raw { status, headers, body })
    }
}

async fn read_body(mut response: reqwest::Response) -> Result<Bytes, Fault> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(Fault::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
