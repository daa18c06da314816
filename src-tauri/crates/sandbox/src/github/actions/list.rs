//! Lists of runs.

use serde_json::Value;

use super::super::pagination::wrapped;
use super::runs::{FILES, Run};
use super::views::View;
use super::waiting;
use crate::http::{Call, Reply};
use crate::world::{Ci, World};

/// The runs of the repository, or those of one workflow file.
pub(super) fn list_of(world: &World, call: &Call, service: usize, url: &str, only: Option<usize>) -> Reply {
    let s = &world.services[service];
    let view = View { world, service, url };
    let mut runs = Vec::new();
    if s.ci == Ci::Actions {
        for pipeline in (0..s.pipelines.len()).rev() {
            let p = &s.pipelines[pipeline];
            let wanted = |name: &str, value: &str| call.param(name).is_none_or(|asked| asked == value);
            if wanted("branch", &p.branch) && wanted("head_sha", &p.revision) && wanted("event", p.trigger.event()) {
                runs.extend(
                    (0..FILES.len())
                        .rev()
                        .filter(|file| only.is_none_or(|only| only == *file))
                        .map(|file| Run { pipeline, file })
                        .filter(|run| !run.attempts(s).is_empty()),
                );
            }
        }
    }
    let status = call.param("status");
    let waiting = waiting::views(&view, call);
    let views = runs.into_iter().map(|run| view.run(run, run.attempts(s).len() - 1));
    let views: Vec<Value> =
        views.chain(waiting).filter(|run| status.is_none_or(|asked| run["status"] == asked || run["conclusion"] == asked)).collect();
    wrapped(call, url, "workflow_runs", views)
}
