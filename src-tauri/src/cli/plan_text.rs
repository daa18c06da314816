//! A plan as text: what would be sent, what leaves, what stays, what must be accepted.

use crate::safe_text::one_line;
use slipway_domain::plan::{ConfigEffect, ConsequenceKind, LeavingPullRequest, Plan, RollbackDetail, Verdict};
use slipway_domain::words::{about, count, short};

pub fn text(plan: &Plan) -> String {
    let mut page = Page(Vec::new());
    page.line(0, &format!("{}: {}", plan.title, plan.target.name));
    page.line(1, &format!("seen: {}", plan.seen));
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
            ConsequenceKind::NotUndone => "not undone: ",
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
    match &plan.verdict {
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

    fn rollback(&mut self, detail: &RollbackDetail) {
        let commit = |sha: &Option<String>| sha.as_deref().map_or_else(|| "commit unknown".to_owned(), |s| short(s).to_owned());
        let code = match detail.from_code_version {
            Some(code) if code != detail.from_version => format!(", code of v{code}"),
            Some(_) | None => String::new(),
        };
        let since = detail.to_live_since.map_or(String::new(), |at| format!(", live since {at}"));
        self.line(1, &format!("from v{} ({}{code})", detail.from_version, commit(&detail.from_commit)));
        self.line(1, &format!("to v{} ({}{since})", detail.to_version, commit(&detail.to_commit)));
        self.pull_requests("leaves", "leave", detail.pull_requests.as_deref());
        if !detail.returning.is_empty() {
            self.pull_requests("comes back", "come back", Some(&detail.returning));
        }
        if !detail.direct_commits.is_empty() {
            let title = format!("{} without a pull request:", count(detail.direct_commits.len(), "commit"));
            self.all(&title, &detail.direct_commits);
        }
        self.crossed(detail);
    }

    fn pull_requests(&mut self, one: &str, many: &str, all: Option<&[LeavingPullRequest]>) {
        let Some(all) = all else {
            return self.line(1, "which pull requests leave could not be learnt");
        };
        match all.len() {
            0 => self.line(1, &format!("no pull request {one}")),
            1 => self.line(1, &format!("1 pull request {one}:")),
            n => self.line(1, &format!("{n} pull requests {many}:")),
        }
        for pr in all {
            let author = pr.author.as_ref().map_or(String::new(), |a| format!(" ({a})"));
            self.line(2, &format!("#{} {}{author}", pr.number, pr.title));
        }
    }

    fn crossed(&mut self, detail: &RollbackDetail) {
        match &detail.migrations {
            None => self.line(1, "which migrations are crossed could not be learnt"),
            Some(all) if all.is_empty() => self.line(1, "no migration is crossed"),
            Some(all) => {
                self.line(1, &format!("{} stay in the database:", count(all.len(), "crossed migration")));
                for migration in all {
                    let by = migration.pull_request.map_or(String::new(), |n| format!(" (#{n})"));
                    self.line(2, &format!("{}{by}", migration.path));
                }
            }
        }
        match &detail.config {
            None => self.line(1, "which config changes are crossed could not be learnt"),
            Some(all) if all.is_empty() => self.line(1, "no config changes"),
            Some(all) => {
                self.line(1, &format!("{} (names only):", count(all.len(), "config change")));
                for config in all {
                    let version = config.version.map_or(String::new(), |v| format!(" (set in v{v})"));
                    self.line(2, &format!("{} {}{version}", config.name, effect(config.effect)));
                }
            }
        }
    }
}

fn effect(effect: ConfigEffect) -> &'static str {
    match effect {
        ConfigEffect::Removed => "is removed",
        ConfigEffect::Restored => "is restored",
        ConfigEffect::Changed => "changes back",
    }
}
