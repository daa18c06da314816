//! What others do at the vendors, beside the two copies of the engine.

use super::picks::{build_app, environment, list, nth, pipeline, pull};
use super::{Runner, SERVICE};
use crate::steps::Outside;
use serde_json::{Value, json};
use slipway_domain::action::{ActionKind, PullRequestAction, PullRequestChange, ReleaseAction};

impl Runner {
    pub(super) fn happen(&mut self, outside: &Outside) {
        let truth = self.service();
        let app = |production: bool| format!("{SERVICE}-{}", environment(production));
        let (verb, changed) = match outside {
            Outside::OfShown(pick) => match nth(&self.shown, *pick).map(|(_, plan, _)| plan.action.kind.clone()) {
                Some(ActionKind::PullRequest(PullRequestAction { number, change: PullRequestChange::Open(_) })) => {
                    let of = json!({"service": SERVICE, "number": number});
                    let verb = if pick % 2 == 0 { json!({"push": of}) } else { json!({"merge": of}) };
                    (verb, Some(format!("pull_request:acme/{SERVICE}#{number}")))
                }
                Some(ActionKind::Release(ReleaseAction { environment, .. })) => {
                    let app = format!("{SERVICE}-{environment}");
                    (json!({"release": {"app": app}}), Some(format!("environment:{app}")))
                }
                Some(ActionKind::Pipeline(_)) => return self.cancel_as_another(&truth),
                Some(ActionKind::PullRequest(PullRequestAction { change: PullRequestChange::Revert, .. })) | None => return,
            },
            Outside::Push(pick) | Outside::Merge(pick) => {
                let Some(number) = pull(&truth, "open", *pick) else { return };
                let of = json!({"service": SERVICE, "number": number, "by": "amara-okafor"});
                let verb = if matches!(outside, Outside::Push(_)) { json!({"push": of}) } else { json!({"make_ready": of, "merge": of}) };
                (verb, Some(format!("pull_request:acme/{SERVICE}#{number}")))
            }
            Outside::Release { production } => {
                (json!({"release": {"app": app(*production)}}), Some(format!("environment:{}", app(*production))))
            }
            Outside::Configure { production } => {
                let value = self.changes.values().sum::<u64>().to_string();
                let verb = json!({"set_config": {"app": app(*production), "vars": {"OTHERS": value}}});
                (verb, Some(format!("environment:{}", app(*production))))
            }
            Outside::RollBack => {
                let releases = &list(&truth["environments"]).last().map(|e| list(&e["releases"]).to_vec()).unwrap_or_default();
                let older = releases.iter().skip(1).find(|r| r["status"] == "succeeded" && r["current"] == false);
                let Some(version) = older.and_then(|r| r["version"].as_u64()) else { return };
                let verb = json!({"rollback": {"app": app(true), "to": format!("v{version}")}});
                (verb, Some(format!("environment:{}", app(true))))
            }
            Outside::Build => (json!({"build": {"app": build_app(&truth)}}), None),
            Outside::NoPromotion => (json!({"fail_next_promotion": {"app": app(true), "error": "App is locked."}}), None),
            Outside::Promote => return self.promote_as_another(&app(false), &app(true)),
            Outside::StartPipeline => (json!({"start_pipeline": {"service": SERVICE}, "advance": 30}), None),
            Outside::FailingPipeline => {
                (json!({"fail_next": {"service": SERVICE, "job": "lint"}, "start_pipeline": {"service": SERVICE}, "advance": 900}), None)
            }
            Outside::CancelPipeline => return self.cancel_as_another(&truth),
            Outside::Advance(seconds) => (json!({"advance": seconds}), None),
        };
        let done = self.outside.block_on(self.harness.try_world(&verb));
        if let (true, Some(key)) = (done, changed) {
            *self.changes.entry(key).or_default() += 1;
        }
    }

    /// CircleCI has no other hand: it goes through the vendor's own door.
    fn cancel_as_another(&mut self, truth: &Value) {
        let Some(id) = pipeline(truth, &["running", "on_hold", "failing"]) else { return };
        let of_it = list(&truth["pipelines"]).iter().find(|p| p["id"] == *id).map(|p| list(&p["workflows"]).to_vec()).unwrap_or_default();
        let Some(workflow) = of_it.last().and_then(|w| w["id"].as_str()).map(str::to_owned) else { return };
        if self.outside.block_on(self.harness.cancel_elsewhere(&workflow)) {
            *self.changes.entry(format!("pipeline:{id}")).or_default() += 1;
        }
        *self.by_others.entry(("cancel".to_owned(), workflow)).or_default() += 1;
    }

    /// Heroku has no verb for it: somebody else's hand at the vendor's own door.
    fn promote_as_another(&mut self, from: &str, to: &str) {
        let (target, sent) = self.outside.block_on(self.harness.promote_elsewhere(from, to));
        let Some(target) = target else { return };
        *self.by_others.entry(("promote".to_owned(), target)).or_default() += 1;
        // The platform makes the release a moment later.
        if self.outside.block_on(self.harness.try_world(&json!({"advance": 5}))) && sent {
            *self.changes.entry(format!("environment:{to}")).or_default() += 1;
        }
    }
}
