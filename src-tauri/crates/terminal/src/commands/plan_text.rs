//! A plan as text: the request, what leaves and what stays, and what must be confirmed.

use crate::look::when::Clock;
use crate::look::{Line, Tone};
use crate::safe_text::one_line;
use slipway_domain::humanize::{about, short};
use slipway_domain::plan::{ConsequenceKind, Plan, RollbackDetail, Verdict};

pub(super) fn lines(plan: &Plan, clock: &Clock) -> Vec<Line> {
    let mut page = Page { lines: Vec::new(), clock };
    page.lines.push(Line::of(&format!("{}: {}", one_line(&plan.title), one_line(&plan.target.name)), Tone::Strong));
    page.line(1, &format!("seen: {} (read at {})", plan.seen, clock.second(plan.read_at)));
    for step in &plan.steps {
        page.line(1, &format!("sends: {step}"));
    }
    if let Some(detail) = &plan.rollback {
        page.rollback(detail);
    }
    for consequence in &plan.consequences {
        let (kind, tone) = match consequence.kind {
            ConsequenceKind::Fact => ("", Tone::Plain),
            ConsequenceKind::Warning | ConsequenceKind::NotUndone => ("! ", Tone::Warn),
        };
        page.toned(1, &format!("{kind}{}", consequence.title), tone);
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
        Verdict::Confirm(reasons) => page.all("to confirm:", reasons, Tone::Person),
        Verdict::Deny(reasons) => page.all("refused:", reasons, Tone::Warn),
    }
    page.lines
}

struct Page<'a> {
    lines: Vec<Line>,
    clock: &'a Clock,
}

impl Page<'_> {
    fn line(&mut self, indent: usize, text: &str) {
        self.toned(indent, text, Tone::Plain);
    }

    fn toned(&mut self, indent: usize, text: &str, tone: Tone) {
        self.lines.push(Line::of(&format!("{}{}", "  ".repeat(indent), one_line(text)), tone));
    }

    fn all(&mut self, title: &str, items: &[String], tone: Tone) {
        self.toned(1, title, tone);
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
        let since = detail.to_live_since.map_or(String::new(), |at| format!(", released {}", self.clock.when(at)));
        self.line(1, &format!("from v{} ({}{code})", detail.from_version, commit(&detail.from_commit)));
        self.line(1, &format!("to v{} ({}{since})", detail.to_version, commit(&detail.to_commit)));
    }
}
