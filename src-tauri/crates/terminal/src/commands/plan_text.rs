//! A plan as text: the request, what leaves and what stays, and what must be confirmed.

use crate::safe_text::one_line;
use slipway_domain::humanize::{about, short};
use slipway_domain::plan::{ConsequenceKind, Plan, RollbackDetail, Verdict};

pub(super) fn text(plan: &Plan) -> String {
    let mut page = Page(Vec::new());
    page.line(0, &format!("{}: {}", plan.title, plan.target.name));
    page.line(1, &format!("seen: {} (read at {})", plan.seen, plan.read_at.0.strftime("%H:%M:%S UTC")));
    for step in &plan.steps {
        page.line(1, &format!("sends: {step}"));
    }
    if let Some(detail) = &plan.rollback {
        page.rollback(detail);
    }
    for consequence in &plan.consequences {
        let kind = match consequence.kind {
            ConsequenceKind::Fact => "",
            ConsequenceKind::Warning => "! ",
            ConsequenceKind::NotUndone => "! ",
        };
        page.line(1, &format!("{kind}{}", consequence.title));
        for detail in &consequence.details {
            page.line(2, detail);
        }
    }
    match &plan.estimate {
        Some(estimate) => page.line(1, &format!("takes {}", about(estimate.seconds))),
        None => page.line(1, "takes: no estimate yet"),
    }
    if let Some(instead) = &plan.instead {
        page.line(1, &format!("instead: {instead}"));
    }
    match &plan.verdict() {
        Verdict::Allow => {}
        Verdict::Confirm(reasons) => page.all("to confirm:", reasons),
        Verdict::Deny(reasons) => page.all("refused:", reasons),
    }
    page.0.join("\n")
}

struct Page(Vec<String>);

impl Page {
    fn line(&mut self, indent: usize, text: &str) {
        self.0.push(format!("{}{}", "  ".repeat(indent), one_line(text)));
    }

    fn all(&mut self, title: &str, items: &[String]) {
        self.line(1, title);
        for item in items {
            self.line(2, item);
        }
    }

    /// The two releases or commits; what lies between them is among the consequences.
    fn rollback(&mut self, detail: &RollbackDetail) {
        let commit = |sha: &Option<String>| sha.as_deref().map_or_else(|| "commit unknown".to_owned(), |s| short(s).to_owned());
        let code = match detail.from_code_version {
            Some(code) if code != detail.from_version => format!(", code of v{code}"),
            Some(_) | None => String::new(),
        };
        let since = detail.to_live_since.map_or(String::new(), |at| format!(", live since {at}"));
        self.line(1, &format!("from v{} ({}{code})", detail.from_version, commit(&detail.from_commit)));
        self.line(1, &format!("to v{} ({}{since})", detail.to_version, commit(&detail.to_commit)));
    }
}
