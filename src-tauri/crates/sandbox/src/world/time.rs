//! The world's stamps, and the wall's.

/// Milliseconds since the world's epoch.
pub(crate) type Ms = i64;

pub(crate) fn wall_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

pub(super) fn timestamp(wall: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(wall).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

pub(super) fn stamp(wall: i64) -> String {
    timestamp(wall).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
