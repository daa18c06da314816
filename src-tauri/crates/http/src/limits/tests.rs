use super::*;
use http::HeaderValue;
use proptest::prelude::*;

fn at(seconds: i64) -> Time {
    Time::from_unix(1_800_000_000 + seconds)
}

fn headers(pairs: &[(&'static str, String)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).collect()
}

fn date(seconds: i64) -> String {
    jiff::fmt::rfc2822::to_string(&at(seconds).0.to_zoned(jiff::tz::TimeZone::UTC)).unwrap().replace("+0000", "GMT")
}

#[test]
fn a_told_wait_is_kept_and_a_clock_set_back_does_not_stretch_it() {
    let mut limits = Limits::default();
    let told = headers(&[("retry-after", "30".into())]);
    assert_eq!(limits.note_refusal(StatusCode::TOO_MANY_REQUESTS, &told, "", at(0)), Some(at(30)));
    assert_eq!(limits.wait("core", at(29)), Some(at(30)));
    assert_eq!(limits.wait("core", at(-86_400)), Some(at(-86_370)));
    assert_eq!(limits.wait("core", at(-86_369)), None);
}

#[test]
fn absurd_waits_are_bounded() {
    let limited = |value: String| {
        let mut limits = Limits::default();
        limits.note_refusal(StatusCode::TOO_MANY_REQUESTS, &headers(&[("retry-after", value)]), "", at(0)).map(|until| until.since(at(0)))
    };
    for absurd in ["-5", "0", "-1e300", "NaN", "inf", "soon"].map(str::to_owned).into_iter().chain([date(-3600), date(0)]) {
        assert_eq!(limited(absurd.clone()), Some(SHORTEST_GUESS), "{absurd}: as if it told nothing");
    }
    for long in ["999999999999999999", "1e18", "Fri, 01 Jan 9999 00:00:00 GMT"] {
        assert_eq!(limited(long.to_owned()), Some(LONGEST_TOLD), "{long}");
    }
    assert_eq!(limited("999999".to_owned()), Some(999_999.0), "what can be meant is kept");
}

#[test]
fn a_date_is_read_by_the_vendors_clock() {
    let mut limits = Limits::default();
    let told = headers(&[("retry-after", date(3640)), ("date", date(3600))]);
    assert_eq!(limits.note_refusal(StatusCode::FORBIDDEN, &told, "", at(0)), Some(at(40)));
}

#[test]
fn a_date_is_read_in_each_form_of_rfc_9110() {
    for form in ["Fri, 15 Jan 2027 08:00:40 GMT", "Friday, 15-Jan-27 08:00:40 GMT", "Fri Jan 15 08:00:40 2027"] {
        let told = headers(&[("retry-after", form.to_owned())]);
        let until = Limits::default().note_refusal(StatusCode::TOO_MANY_REQUESTS, &told, "", at(0));
        assert_eq!(until, Some(at(40)), "{form}");
    }
}

#[test]
fn secondary_limits_grow_from_a_minute() {
    let mut limits = Limits::default();
    let none = HeaderMap::new();
    let text = "You have exceeded a secondary rate limit";
    assert_eq!(limits.note_refusal(StatusCode::FORBIDDEN, &none, text, at(0)), Some(at(60)));
    assert_eq!(limits.note_refusal(StatusCode::FORBIDDEN, &none, text, at(60)), Some(at(180)));
    limits.note_success();
    assert_eq!(limits.note_refusal(StatusCode::FORBIDDEN, &none, text, at(200)), Some(at(260)));
    assert_eq!(limits.note_refusal(StatusCode::FORBIDDEN, &none, "Must have admin rights", at(300)), None);
}

#[test]
fn a_skewed_reset_is_corrected_and_bounded() {
    for skew in [-3600, 0, 3600] {
        let mut limits = Limits::default();
        let answer = headers(&[
            ("x-ratelimit-limit", "5000".into()),
            ("x-ratelimit-remaining", "0".into()),
            ("x-ratelimit-reset", at(skew + 120).unix().to_string()),
            ("x-ratelimit-resource", "graphql".into()),
            ("date", date(skew)),
        ]);
        limits.note_answer(None, &answer, "graphql", at(0));
        assert_eq!(limits.wait("graphql", at(0)), Some(at(121)), "skew {skew}");
        assert_eq!(limits.wait("core", at(0)), None);
        assert_eq!(limits.budget(at(0)).rate.unwrap().reset_at, Some(at(120)));
    }
    let mut limits = Limits::default();
    let past = headers(&[("x-ratelimit-remaining", "0".into()), ("x-ratelimit-reset", at(-3600).unix().to_string())]);
    limits.note_answer(None, &past, "core", at(0));
    assert_eq!(limits.wait("core", at(0)), Some(at(61)));
}

#[test]
fn heroku_tells_only_what_remains() {
    let mut limits = Limits::default();
    limits.note_answer(Some(4500), &headers(&[("ratelimit-remaining", "4499".into())]), "core", at(0));
    let rate = limits.budget(at(0)).rate.unwrap();
    assert_eq!((rate.limit, rate.remaining, rate.reset_at), (4500, 4499, None));
}

/// Values that such headers may have, valid or not.
fn said() -> impl Strategy<Value = String> {
    let odd = vec![
        "",
        " ",
        "0",
        "-1",
        "-0",
        "1",
        "60",
        "4999",
        "0.5",
        "1e3",
        "1e300",
        "NaN",
        "inf",
        "-inf",
        "+5",
        "0x3c",
        "60s",
        "60, 61",
        "18446744073709551615",
        "18446744073709551616",
        "9223372036854775808",
        "1800000120",
        "253402300800",
        "99999999999999999999999999",
        "Fri, 15 Jan 2027 08:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Sat, 32 Foo 2027 99:99:99 GMT",
        "Friday, 15-Jan-27 08:00:00 GMT",
        "Fri Jan 15 08:00:00 2027",
        "15 Jan 2027",
        "2027-01-15T08:00:00Z",
        "core",
        "graphql",
    ];
    prop_oneof![4 => prop::sample::select(odd).prop_map(str::to_owned), 1 => "[ -~]{0,40}"]
}

proptest! {
    /// No header causes a panic; every wait is finite, at most a month long, and ends.
    #[test]
    fn odd_headers_neither_panic_nor_silence_for_ever(
        pairs in prop::collection::vec((prop::sample::select(vec![
            "retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-resource", "ratelimit-limit",
            "ratelimit-remaining", "ratelimit-reset", "date",
        ]), said()), 0..8),
        status in prop::sample::select(vec![200u16, 403, 429, 503]),
        limit in prop::sample::select(vec![None, Some(4500)]),
    ) {
        let mut limits = Limits::default();
        let headers = headers(&pairs);
        let status = StatusCode::from_u16(status).unwrap();
        for now in [at(0), at(-100), at(50)] {
            limits.note_answer(limit, &headers, "core", now);
            if let Some(until) = limits.note_refusal(status, &headers, "rate limit", now) {
                prop_assert!(until.since(now) > 0.0, "{until} after {now}");
            } else {
                prop_assert_ne!(status, StatusCode::TOO_MANY_REQUESTS);
            }
            for resource in ["core", "graphql"] {
                let wait = limits.wait(resource, now).map_or(0.0, |until| until.since(now));
                prop_assert!((0.0..=LONGEST_TOLD).contains(&wait), "{wait}");
            }
            clock_ahead(&headers, now);
        }
        let later = at(50 + 2 * LONGEST_TOLD as i64);
        prop_assert_eq!((limits.wait("core", later), limits.wait("graphql", later)), (None, None));
        let saved: Saved = serde_json::from_str(&serde_json::to_string(&limits.saved()).unwrap()).unwrap();
        limits.take_over(saved);
    }
}
