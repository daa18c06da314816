//! Which of GitHub's two APIs a call is for, and where in it.

use crate::http::Call;

pub(super) fn is_graphql(call: &Call) -> bool {
    matches!(call.route()[..], ["graphql"] | ["api", "graphql"])
}

/// The path below the root of the API.
pub(super) fn rest_route(call: &Call) -> Vec<&str> {
    let route = call.route();
    match route[..] {
        ["api", "v3", ..] => route[2..].to_vec(),
        _ => route,
    }
}
