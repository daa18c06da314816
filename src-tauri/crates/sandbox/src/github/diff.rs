//! Changes as text: `Accept: application/vnd.github.diff`, and `.patch`. The world knows how many lines of a file
//! changed but not which, so the lines are invented, the same for every client.

use std::sync::Arc;

use crate::http::{Call, Reply};
use crate::world::World;
use crate::world::commit::{ChangeKind, Commit, FileChange};
use crate::world::pull_request::PullRequest;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Diff,
    Patch,
    Sha,
}

/// The form that `Accept` requests: `application/vnd.github.v3.diff; charset=utf-8`.
fn form(call: &Call) -> Option<Form> {
    let asked = call.header("accept").unwrap_or_default().split(',').map(|one| one.split(';').next().unwrap_or_default().trim());
    let of_github = asked.filter_map(|one| one.strip_prefix("application/vnd.github"));
    of_github.filter_map(|rest| rest.rsplit(['.', '+']).next()).find_map(|last| match last {
        "diff" => Some(Form::Diff),
        "patch" => Some(Form::Patch),
        "sha" => Some(Form::Sha),
        _ => None,
    })
}

fn reply(form: Form, text: String) -> Reply {
    let content_type = match form {
        Form::Diff => "application/vnd.github.diff; charset=utf-8",
        Form::Patch => "application/vnd.github.patch; charset=utf-8",
        Form::Sha => "application/vnd.github.sha; charset=utf-8",
    };
    Reply { content_type, ..Reply::text(200, text) }
}

pub(super) fn of_pull(world: &World, call: &Call, service: usize, pull: &PullRequest) -> Option<Reply> {
    match form(call)? {
        Form::Diff => Some(reply(Form::Diff, diff(&world.pull_files(service, pull)))),
        Form::Patch => {
            let repo = &world.services[service].repo;
            let commits: Vec<&Commit> = pull.commits.iter().filter_map(|oid| repo.commit(oid).map(|commit| &**commit)).collect();
            Some(reply(Form::Patch, patches(world, &commits)))
        }
        Form::Sha => None,
    }
}

pub(super) fn of_commit(world: &World, call: &Call, _service: usize, commit: &Commit) -> Option<Reply> {
    let form = form(call)?;
    let text = match form {
        Form::Diff => diff(&commit.files),
        Form::Patch => patches(world, &[commit]),
        Form::Sha => commit.oid.to_string(),
    };
    Some(reply(form, text))
}

/// The diff of a comparison; `commits` are oldest first.
pub(super) fn of_commits(world: &World, call: &Call, files: &[FileChange], commits: &[Arc<Commit>]) -> Option<Reply> {
    match form(call)? {
        Form::Diff => Some(reply(Form::Diff, diff(files))),
        Form::Patch => {
            let commits: Vec<&Commit> = commits.iter().map(|commit| &**commit).collect();
            Some(reply(Form::Patch, patches(world, &commits)))
        }
        Form::Sha => None,
    }
}

fn diff(files: &[FileChange]) -> String {
    files.iter().map(of_file).collect()
}

fn of_file(file: &FileChange) -> String {
    let path = &file.path;
    let (before, after, mode) = match file.kind {
        ChangeKind::Added => ("/dev/null".to_owned(), format!("b/{path}"), "new file mode 100644\n"),
        ChangeKind::Modified => (format!("a/{path}"), format!("b/{path}"), ""),
        ChangeKind::Deleted => (format!("a/{path}"), "/dev/null".to_owned(), "deleted file mode 100644\n"),
    };
    format!("diff --git a/{path} b/{path}\n{mode}index 0d1d5a1..5a1d0d1\n--- {before}\n+++ {after}\n{}\n", hunk(file))
}

/// The changed lines alone, as REST gives them in `patch`.
pub(super) fn hunk(file: &FileChange) -> String {
    let start = |lines: u32| u32::from(lines > 0);
    let (gone, come) = (file.deletions, file.additions);
    let head = format!("@@ -{},{gone} +{},{come} @@", start(gone), start(come));
    let statement = migration_statement(&file.path);
    let added = (1..=come).map(|line| match &statement {
        Some(statement) if line == 1 => format!("+    {statement}"),
        _ => format!("+line {line} as it is"),
    });
    let removed = (1..=gone).map(|line| format!("-line {line} as it was"));
    std::iter::once(head).chain(removed).chain(added).collect::<Vec<_>>().join("\n")
}

/// What a migration does, by its name: `db/migrate/20261119_add_gift_card_to_orders.rb` adds a column.
fn migration_statement(path: &str) -> Option<String> {
    let name = path.strip_prefix("db/migrate/")?.strip_suffix(".rb")?;
    let words = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    let (verb, rest) = words.split_once('_')?;
    match verb {
        "drop" | "remove" => Some(format!("remove_column :{rest}")),
        "change" | "rename" => Some(format!("change_column :{rest}")),
        "create" => Some(format!("create_table :{rest}")),
        "add" | "index" => Some(format!("add_column :{rest}")),
        _ => None,
    }
}

/// In the form of `git format-patch`.
fn patches(world: &World, commits: &[&Commit]) -> String {
    let count = commits.len();
    let one = |(n, commit): (usize, &&Commit)| {
        let place = if count > 1 { format!("[PATCH {}/{count}]", n + 1) } else { "[PATCH]".to_owned() };
        let body = commit.body();
        let body = if body.is_empty() { String::new() } else { format!("\n{body}\n") };
        format!(
            "From {} Mon Sep 17 00:00:00 2001\nFrom: {} <{}>\nDate: {}\nSubject: {place} {}\n{body}\n---\n{}-- \n2.50.0\n\n",
            commit.oid,
            commit.author.name,
            commit.author.email,
            world.when(commit.authored),
            commit.headline(),
            diff(&commit.files),
        )
    };
    commits.iter().enumerate().map(one).collect()
}
