//! The port of the log stores, which must get no credentials: a signature in the address is the permission.

use crate::circleci::logs;
use crate::github::actions;
use crate::http::{Call, Reply, Vendor};
use crate::state::Shared;
use crate::world::World;

pub(crate) fn answer(shared: &Shared, world: &World, call: &Call) -> Reply {
    let credentials = ["authorization", "circle-token", "cookie"].into_iter().find(|h| call.headers.contains_key(*h));
    if let Some(header) = credentials {
        let mut request_log = shared.request_log.lock().expect("the request log's lock is never poisoned");
        request_log.violation(Vendor::Logs, &format!("{header} was sent to the log store"), call);
        return Reply::text(400, "<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>");
    }
    match call.route()[..] {
        ["actions-results", "run", archive] => actions::run_log::answer(world, call, archive),
        ["actions-results", job] => actions::logs::answer(world, call, job),
        ["output", id, step] => logs::step_output(world, call, id, step),
        ["sessions", id] => match world.log_sessions.iter().find(|session| session.id == id) {
            Some(session) => Reply::text(200, world.log_text(session)),
            None => Reply::text(404, "<Error><Code>NoSuchKey</Code></Error>"),
        },
        _ => Reply::text(404, "<Error><Code>NoSuchKey</Code></Error>"),
    }
}
