//! `slipway service discover`.
//!
//! `--json`: `{repo, proposal: {service, parts: [{part, environment, value, confidence, reasons, alternatives: [{value,
//! reason}]}], questions, set_aside: [{app, reason}], unread: [{source, message}]}, command}`. `part` is branch, ci,
//! environment, build_app or health_url; `confidence` sure, likely or guess; `value` null where there is none.

use super::{engine, named};
use crate::arguments::values;
use crate::exit::Exit;
use crate::print;
use crate::safe_text::one_line;
use anyhow::Result;
use serde::Serialize;
use slipway_domain::discover::{Part, PartKind, Proposal};
use slipway_domain::humanize::shell_word as quoted;
use slipway_domain::service::Service;

#[derive(Serialize)]
struct Document<'a> {
    repo: &'a str,
    proposal: &'a Proposal,
    command: String,
}

pub(super) async fn show(repo: &str, accounts: &[String], json: bool) -> Result<Exit> {
    let engine = engine(false).await?;
    if let Some(unknown) = accounts.iter().find_map(|id| named::account(&engine, id).err()) {
        print::say(&unknown);
        return Ok(Exit::Usage);
    }
    let proposal = match engine.discover(repo, accounts).await {
        Ok(proposal) => proposal,
        Err(error) => {
            print::say(&error.to_string());
            return Ok(Exit::Failed);
        }
    };
    if json {
        print::json(&Document { repo: &proposal.service.repo, proposal: &proposal, command: command(&proposal.service) }, true)?;
    } else {
        print::text(&words(&proposal))?;
    }
    Ok(if proposal.found() { Exit::Done } else { Exit::Failed })
}

fn words(proposal: &Proposal) -> String {
    let service = &proposal.service;
    let mut lines = vec![format!("{}  {}", one_line(&service.name), one_line(&service.repo))];
    for part in &proposal.parts {
        lines.extend(part_lines(part));
    }
    let mut list = |title: &str, items: Vec<String>| {
        if !items.is_empty() {
            lines.push(String::new());
            lines.push(title.to_owned());
            lines.extend(items.iter().map(|item| format!("  {}", one_line(item))));
        }
    };
    list("Unsure", proposal.questions.iter().map(|q| format!("? {q}")).collect());
    list("Set aside", proposal.set_aside.iter().map(|s| format!("- {}: {}", s.app, s.reason)).collect());
    list("Not looked at", proposal.unread.iter().map(|u| format!("! {}: {}", u.source, u.message)).collect());
    lines.extend([String::new(), "To add it as it stands:".to_owned(), format!("  {}", one_line(&command(service)))]);
    lines.join("\n")
}

fn part_lines(part: &Part) -> Vec<String> {
    let name = match part.part {
        PartKind::Branch => "branch".to_owned(),
        PartKind::Ci => "ci".to_owned(),
        PartKind::Environment => part.environment.clone().unwrap_or_default(),
        PartKind::BuildApp => "  build app".to_owned(),
        PartKind::HealthUrl => "  health".to_owned(),
    };
    let value = part.value.as_deref().unwrap_or("none");
    let mut lines = vec![format!("  {:<14} {:<34} {}", cell(&name), cell(value), part.confidence.word())];
    lines.extend(part.reasons.iter().map(|reason| format!("      {}", one_line(reason))));
    let other = |a: &slipway_domain::discover::Alternative| format!("      or {}: {}", one_line(&a.value), one_line(&a.reason));
    lines.extend(part.alternatives.iter().map(other));
    lines
}

/// The text made inert, with its indentation kept.
fn cell(text: &str) -> String {
    let indent = text.len() - text.trim_start().len();
    format!("{}{}", " ".repeat(indent), one_line(text.trim_start()))
}

/// The command that would add the proposal, quoted for a shell.
pub(super) fn command(service: &Service) -> String {
    let mut words = vec!["slipway".into(), "service".into(), "add".into(), quoted(&service.name), "--repo".into(), quoted(&service.repo)];
    words.extend(["--branch".into(), quoted(&service.branch), "--ci".into()]);
    words.push(service.ci.as_ref().map_or_else(|| "none".to_owned(), |ci| quoted(&crate::vendors::ci_text(ci))));
    for e in &service.environments {
        words.extend(["--environment".into(), quoted(&values::environment_words(e))]);
    }
    for account in &service.accounts {
        words.extend(["--account".into(), quoted(account)]);
    }
    words.join(" ")
}
