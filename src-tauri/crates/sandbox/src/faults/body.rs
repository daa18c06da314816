//! Bodies that do not arrive, or arrive damaged.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use axum::body::Body;
use axum::http::response::Parts;
use axum::http::{HeaderValue, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::stream;

use super::kinds::Huge;

/// hyper closes the connection without headers when a body fails before its first byte.
pub(super) fn reset() -> Response<Body> {
    Response::new(Body::from_stream(stream::iter([Err::<Bytes, _>(std::io::Error::other("reset"))])))
}

pub(super) fn page(content_type: &'static str, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert("content-type", HeaderValue::from_static(content_type));
    response
}

pub(super) async fn bytes_of(response: Response<Body>) -> (Parts, Bytes) {
    let (parts, body) = response.into_parts();
    (parts, axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default())
}

/// Announces the full length, sends half of it, and closes the connection.
pub(super) async fn truncated(response: Response<Body>) -> Response<Body> {
    let (mut parts, bytes) = bytes_of(response).await;
    parts.headers.insert("content-length", HeaderValue::from(bytes.len()));
    let half = bytes.slice(..bytes.len() / 2);
    let chunks = stream::unfold(Some(half), |state| async move {
        match state {
            Some(half) if !half.is_empty() => Some((Ok(half), Some(Bytes::new()))),
            Some(_) => {
                // So that the first half is flushed before the connection is closed.
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((Err(std::io::Error::other("truncated")), None))
            }
            None => None,
        }
    });
    Response::from_parts(parts, Body::from_stream(chunks))
}

pub(super) async fn slow(response: Response<Body>, pause: Duration) -> Response<Body> {
    let (parts, bytes) = bytes_of(response).await;
    let chunks = stream::unfold(bytes, move |mut bytes| async move {
        if bytes.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let byte = bytes.split_to(1);
        Some((Ok::<_, std::io::Error>(byte), bytes))
    });
    Response::from_parts(parts, Body::from_stream(chunks))
}

const MEGABYTE: usize = 1 << 20;

/// The body of a log in CircleCI's form, whose message is `megabytes` long.
fn pieces(huge: Huge) -> impl Iterator<Item = Bytes> + Send {
    let line = if huge.lines { format!("{}\\r\\n", "spec passed ".repeat(10)) } else { "endless ".repeat(16) };
    let piece = Bytes::from(line.repeat(MEGABYTE.div_ceil(line.len())));
    let head = std::iter::once(Bytes::from_static(br#"[{"type":"out","time":"2026-01-01T00:00:00Z","message":""#));
    head.chain(std::iter::repeat_n(piece, huge.megabytes as usize)).chain(std::iter::once(Bytes::from_static(br#"the very end"}]"#)))
}

/// Streamed, so that the sandbox holds one megabyte of it at a time.
pub(super) fn endless(huge: Huge) -> Response<Body> {
    let chunks = stream::iter(pieces(huge).map(Ok::<_, std::io::Error>));
    let mut response = Response::new(Body::from_stream(chunks));
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    response
}

/// The same, compressed with gzip. Made once for each size.
pub(super) async fn bomb(huge: Huge) -> Response<Body> {
    type Made = Mutex<Vec<(Huge, Arc<Vec<u8>>)>>;
    static MADE: OnceLock<Made> = OnceLock::new();
    let made = MADE.get_or_init(Made::default);
    let known = || made.lock().ok()?.iter().find(|(of, _)| *of == huge).map(|(_, bytes)| bytes.clone());
    let bytes = match known() {
        Some(bytes) => bytes,
        None => {
            let packed = tokio::task::spawn_blocking(move || pack(huge)).await.unwrap_or_default();
            let bytes = Arc::new(packed);
            if let Ok(mut made) = made.lock() {
                made.push((huge, bytes.clone()));
            }
            bytes
        }
    };
    let mut response = Response::new(Body::from(bytes.as_ref().clone()));
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    response.headers_mut().insert("content-encoding", HeaderValue::from_static("gzip"));
    response
}

fn pack(huge: Huge) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for piece in pieces(huge) {
        // Writing into memory cannot fail.
        let _ = encoder.write_all(&piece);
    }
    encoder.finish().unwrap_or_default()
}
