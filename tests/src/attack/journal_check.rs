//! Whether the journal agrees with the commands' output and with the truth.

use serde_json::Value;

use super::effect::{happened, is_denied_by_truth};
use super::runner::{CaseResult, Run};
use super::violation::{Promise, Violation, violation};

pub(super) fn journals(played: &CaseResult, found: &mut Vec<Violation>) {
    for (folder, entries) in played.journals.iter().enumerate() {
        let runs: Vec<&Run> = played.runs.iter().filter(|run| run.folder == folder).collect();
        let received: usize = runs.iter().map(|run| played.asked_by(run).len()).sum();
        let sent = entries.iter().filter(|entry| !entry["sent_at"].is_null()).count();
        if received != sent {
            let what = format!("{sent} entries say that something was sent, and {received} requests were received");
            found.push(violation(Promise::Journal, what));
        }
        for run in &runs {
            if let Some(what) = disagrees(played, run, entries) {
                found.push(violation(Promise::Journal, format!("{}: {what}", run.action)));
            }
        }
    }
}

fn disagrees(played: &CaseResult, run: &Run, entries: &[Value]) -> Option<String> {
    let id = &run.report["entry"]["id"];
    let entry = entries.iter().find(|entry| entry["id"] == *id && !id.is_null());
    let state = entry.and_then(|entry| entry["state"].as_str());
    let asked = played.asked_by(run).first().copied();
    let fits = match (run.exit, state) {
        (0, Some("succeeded")) | (1, Some("failed")) | (3, None | Some("not_sent")) => true,
        // Current entries say failed, without a time of sending.
        (3, Some("failed")) => entry.is_some_and(|entry| entry["sent_at"].is_null()),
        // It may have settled in the meantime.
        (4, Some("unknown" | "sent")) => true,
        (4, Some("succeeded")) => asked.is_some_and(|change| happened(played, run, change)),
        (4, Some("failed")) => asked.is_some_and(|change| !is_denied_by_truth(played, run, change)),
        _ => false,
    };
    let said = state.map_or_else(|| "nothing".to_owned(), |state| format!("{state:?}"));
    (!fits).then(|| format!("exit code {} and the journal says {said}", run.exit))
}
