//! Answers that are kept for conditional requests: in memory, bounded, one cache per account.
//!
//! Only complete answers that their adapter has decoded are kept: see [`crate::Answer::decode`].

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use lru::LruCache;
use slipway_domain::time::Time;
use std::sync::Arc;

const MOST_ENTRIES: usize = 400;
const MOST_BYTES: usize = 32 << 20;
const LARGEST: usize = 2 << 20;

/// Header with the number of seconds until a list may be requested again.
pub(crate) const POLL_INTERVAL: &str = "x-poll-interval";

#[derive(Debug)]
pub(crate) struct CachedAnswer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The period in which the vendor wants no further request (`X-Poll-Interval`).
    pub(crate) rest: Option<(Time, Time)>,
}

/// Seconds. A broken header must not block a list forever.
const LONGEST_REST: f64 = 3600.0;

#[derive(Debug)]
pub(crate) struct Cache {
    /// Bounded in [`Cache::put`], by the number of entries and by their bytes.
    entries: LruCache<String, Arc<CachedAnswer>>,
    bytes: usize,
}

impl Default for Cache {
    fn default() -> Self {
        Self { entries: LruCache::unbounded(), bytes: 0 }
    }
}

impl CachedAnswer {
    /// None when the answer has neither an ETag nor a modification date.
    pub(crate) fn new(status: StatusCode, headers: &HeaderMap, body: &Bytes) -> Option<Self> {
        let has_validator = headers.contains_key(header::ETAG) || headers.contains_key(header::LAST_MODIFIED);
        let wanted = has_validator || headers.contains_key(POLL_INTERVAL);
        (wanted && body.len() <= LARGEST).then(|| Self { status, headers: headers.clone(), body: body.clone(), rest: None })
    }

    /// Starts the pause that the headers ask for.
    pub(crate) fn rest(&mut self, now: Time) {
        let seconds = self.headers.get(POLL_INTERVAL).and_then(|v| v.to_str().ok()?.trim().parse::<f64>().ok());
        let seconds = seconds.filter(|s| s.is_finite() && *s > 0.0);
        self.rest = seconds.map(|s| (now, now.plus(s.min(LONGEST_REST))));
    }

    /// Whether the cached answer must be used without a request.
    pub(crate) fn rests(&self, now: Time) -> bool {
        self.rest.is_some_and(|(from, until)| from <= now && now < until)
    }

    /// `If-None-Match`, and `If-Modified-Since` where there is no ETag.
    pub(crate) fn conditions(&self, request: &mut HeaderMap) {
        if let Some(etag) = self.headers.get(header::ETAG) {
            request.insert(header::IF_NONE_MATCH, etag.clone());
        } else if let Some(modified) = self.headers.get(header::LAST_MODIFIED) {
            request.insert(header::IF_MODIFIED_SINCE, modified.clone());
        }
    }
}

impl Cache {
    pub(crate) fn get(&mut self, key: &str) -> Option<Arc<CachedAnswer>> {
        self.entries.get(key).cloned()
    }

    pub(crate) fn put(&mut self, key: String, kept: CachedAnswer) {
        self.bytes += kept.body.len();
        if let Some(old) = self.entries.put(key, Arc::new(kept)) {
            self.bytes -= old.body.len();
        }
        while self.entries.len() > MOST_ENTRIES || self.bytes > MOST_BYTES {
            let Some((_, old)) = self.entries.pop_lru() else { break };
            self.bytes -= old.body.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_small_and_keeps_what_is_used() {
        let mut cache = Cache::default();
        let headers: HeaderMap = [(header::ETAG, "\"1\"".parse().unwrap())].into_iter().collect();
        let body = Bytes::from(vec![0; 1 << 20]);
        for n in 0..100 {
            cache.get("0");
            cache.put(n.to_string(), CachedAnswer::new(StatusCode::OK, &headers, &body).unwrap());
        }
        assert!(cache.bytes <= MOST_BYTES && cache.entries.len() <= 32);
        assert!(cache.get("0").is_some() && cache.get("99").is_some() && cache.get("1").is_none());
        assert!(CachedAnswer::new(StatusCode::OK, &HeaderMap::new(), &body).is_none());
        assert!(CachedAnswer::new(StatusCode::OK, &headers, &Bytes::from(vec![0; LARGEST + 1])).is_none());
    }

    #[test]
    fn no_interval_silences_a_list_for_ever() {
        let now = Time::from_unix(1_800_000_000);
        for said in ["60", "0", "-5", "NaN", "inf", "1e308", "1e-308", "18446744073709551616", "", "soon", "60, 60"] {
            let headers: HeaderMap = [(http::HeaderName::from_static(POLL_INTERVAL), said.parse().unwrap())].into_iter().collect();
            let mut kept = CachedAnswer::new(StatusCode::OK, &headers, &Bytes::new()).unwrap();
            kept.rest(now);
            assert!(!kept.rests(now.plus(LONGEST_REST)) && !kept.rests(now.plus(-1.0)), "{said}");
            assert_eq!(kept.rests(now.plus(30.0)), matches!(said, "60" | "1e308" | "18446744073709551616"), "{said}");
        }
    }
}
