//! One try: a request is sent and its complete answer is read within bounds.

use super::call::Call;
use super::intermediary::ProxyFault;
use super::secret::Secret;
use super::transport::Http;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// Bytes, after decompression.
pub(crate) const LARGEST_BODY: usize = 8 << 20;

/// A complete answer. The token that was sent has been removed from its body.
pub(crate) struct Raw {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection was refused, or the host name is unknown: nothing was sent.
    NoConnection,
    /// The proxy did not forward the request: nothing reached the vendor.
    Proxy(ProxyFault),
    /// The certificate is from an unknown authority, for another host, or out of date: nothing was sent.
    Certificate,
    Timeout,
    Broken,
    TooLarge,
    /// The token or a header is not valid in a request: nothing was sent.
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
        // Tested first: a connection that timed out is also a time-out, but nothing was sent.
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
        // The source of an io::Error skips the error that it wraps.
        cause = inner.map(|e| e as &(dyn std::error::Error + 'static)).or_else(|| error.source());
    }
    false
}

impl Http {
    pub(crate) async fn exchange(&self, loopback: bool, call: &Call, secret: &Secret, conditions: HeaderMap) -> Result<Raw, Fault> {
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", secret.expose())).map_err(|_| Fault::Unsendable)?;
        bearer.set_sensitive(true);
        let client = self.client(loopback).map_err(|_| Fault::Certificate)?;
        let mut request = client.request(call.method.clone(), &call.url).headers(call.headers.clone()).headers(conditions);
        request = request.header(header::AUTHORIZATION, bearer);
        if let Some(body) = &call.body {
            request = request.body(body.clone());
        }
        let response = request.send().await?;
        let (status, mut headers) = (response.status(), response.headers().clone());
        for value in headers.values_mut() {
            let redacted = secret.redact(Bytes::copy_from_slice(value.as_bytes()));
            *value = HeaderValue::from_bytes(&redacted).unwrap_or_else(|_| HeaderValue::from_static(""));
        }
        let body = secret.redact(read_body(response).await?);
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
