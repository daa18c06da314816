//! Takes the history of main from a real git repository.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use super::commit::{ChangeKind, Commit, FileChange, Oid, Person, When};
use super::history_seed::{HOUR, MINUTE};
use super::pull_request::{MergeCriteria, PullRequest, PullState};
use super::sample_data;
use super::state::World;
use super::time::Ms;

pub(super) struct History {
    pub name: String,
    folder: PathBuf,
    /// Newest first, as git lists them.
    commits: Vec<Read>,
}

struct Read {
    oid: Oid,
    parents: Vec<Oid>,
    author: Arc<Person>,
    authored: i64,
    committed: i64,
    message: String,
    files: Vec<FileChange>,
}

const LIMIT: &str = "500";
/// How many of main's newest commits went through a pipeline.
const RELEASED: usize = 40;

/// Runs `git log` on the repository's current branch.
pub(super) fn read(path: &Path) -> std::io::Result<History> {
    let format = "--format=%x1e%H%x1f%P%x1f%an%x1f%ae%x1f%at%x1f%ct%x1f%B%x1f";
    let mut git = Command::new("git");
    git.arg("-C").arg(path).args(["-c", "core.quotepath=off", "log", "-n", LIMIT, "--topo-order", format]);
    git.args(["--numstat", "--diff-merges=first-parent", "--no-renames", "--summary"]);
    let output = git.output()?;
    if !output.status.success() {
        return Err(std::io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let commits: Vec<Read> = text.split('\u{1e}').skip(1).filter_map(parse).collect();
    if commits.is_empty() {
        return Err(std::io::Error::other("the repository has no commits"));
    }
    let full = std::fs::canonicalize(path)?;
    let folder = full.file_name().map_or("history".into(), |n| n.to_string_lossy().into_owned());
    let folder = folder.trim_end_matches(".git");
    let name: String = folder.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    Ok(History { name: if name.trim_matches('-').is_empty() { "history".into() } else { name }, folder: full, commits })
}

fn parse(record: &str) -> Option<Read> {
    let mut parts = record.splitn(8, '\u{1f}');
    let oid = Arc::from(parts.next()?);
    let parents = parts.next()?.split_whitespace().map(Arc::from).collect();
    let (name, email) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let (authored, committed) = (parts.next()?.parse::<i64>().ok()?, parts.next()?.parse::<i64>().ok()?);
    let message = parts.next()?.trim_end().to_owned();
    let mut files: Vec<FileChange> = Vec::new();
    for line in parts.next()?.lines() {
        if let Some((kind, rest)) = line.trim_start().split_once(" mode ") {
            let kind = match kind {
                "create" => ChangeKind::Added,
                "delete" => ChangeKind::Deleted,
                _ => continue,
            };
            let path = rest.split_once(' ').map_or("", |(_, path)| path);
            files.iter_mut().filter(|f| f.path == path).for_each(|f| f.kind = kind);
            continue;
        }
        let mut columns = line.splitn(3, '\t');
        let (Some(plus), Some(minus), Some(path)) = (columns.next(), columns.next(), columns.next()) else { continue };
        let (additions, deletions) = (plus.parse().unwrap_or(0), minus.parse().unwrap_or(0));
        files.push(FileChange { path: path.into(), additions, deletions, kind: ChangeKind::Modified });
    }
    let author = Arc::new(Person { name, email, login: None });
    Some(Read { oid, parents, author, authored: authored * 1000, committed: committed * 1000, message, files })
}

/// `title (#12)` or `Merge pull request #12 from owner/branch`.
pub(super) fn pull_number(subject: &str) -> Option<u64> {
    let digits = match subject.strip_prefix("Merge pull request #") {
        Some(rest) => rest.split(' ').next()?,
        None => subject.trim_end().strip_suffix(')')?.rsplit_once("(#")?.1,
    };
    digits.parse().ok().filter(|n| *n > 0)
}

impl History {
    /// Makes it the service's main, and adds pipelines and releases for its newest commits.
    pub(super) fn lay(self, world: &mut World, service: usize) {
        let numbers: HashMap<Oid, u64> = self.numbers();
        for read in self.commits.iter().rev() {
            let commit = Commit {
                oid: read.oid.clone(),
                parents: read.parents.clone(),
                message: read.message.clone(),
                author: read.author.clone(),
                authored: When::True(read.authored),
                committed: When::True(read.committed),
                files: Arc::new(read.files.clone()),
                pull_request: numbers.get(&read.oid).copied(),
                order: world.order(),
                imported: true,
                flaws: Vec::new(),
                heals: Vec::new(),
            };
            world.services[service].repo.commits.insert(read.oid.clone(), Arc::new(commit));
        }
        world.git_folders.insert(service, self.folder.clone());
        let repo = &mut world.services[service].repo;
        repo.branches.insert("main".into(), self.commits[0].oid.clone());
        repo.next_number = numbers.values().max().map_or(1, |n| n + 1);
        self.add_pulls(world, service);
        self.release(world, service);
    }

    /// The pull request of each commit; the commits of a merge commit's second parent belong to it too.
    fn numbers(&self) -> HashMap<Oid, u64> {
        let by_oid: HashMap<&Oid, &Read> = self.commits.iter().map(|c| (&c.oid, c)).collect();
        let mut first_parents = std::collections::HashSet::new();
        let mut at = by_oid.get(&self.commits[0].oid).copied();
        while let Some(commit) = at {
            first_parents.insert(&commit.oid);
            at = commit.parents.first().and_then(|p| by_oid.get(p)).copied();
        }
        let mut numbers = HashMap::new();
        for commit in self.commits.iter().filter(|c| first_parents.contains(&c.oid)) {
            let Some(n) = pull_number(commit.message.lines().next().unwrap_or("")) else { continue };
            numbers.insert(commit.oid.clone(), n);
            let mut side: Vec<&Oid> = commit.parents.iter().skip(1).collect();
            while let Some(oid) = side.pop() {
                let Some(read) = by_oid.get(oid).filter(|c| !first_parents.contains(&c.oid)) else { continue };
                if numbers.insert(read.oid.clone(), n).is_none() {
                    side.extend(read.parents.iter());
                }
            }
        }
        numbers
    }

    fn add_pulls(&self, world: &mut World, service: usize) {
        for read in self.commits.iter().rev() {
            let subject = read.message.lines().next().unwrap_or("");
            let Some(number) = pull_number(subject) else { continue };
            let merged = subject.starts_with("Merge pull request #");
            let (title, branch) = match merged {
                true => {
                    let body = read.message.lines().skip(1).find(|l| !l.trim().is_empty());
                    let branch = subject.rsplit('/').next().unwrap_or("branch");
                    (body.unwrap_or(subject).trim().to_owned(), branch.to_owned())
                }
                false => (subject.rsplit_once(" (#").map_or(subject, |(t, _)| t).to_owned(), format!("change-{number}")),
            };
            let at = world.at_wall(read.committed);
            let repo = &mut world.services[service].repo;
            let of_pull = |oid: &Oid| repo.commits.get(oid).is_some_and(|c| c.pull_request == Some(number));
            if !of_pull(&read.oid) {
                continue;
            }
            let mut landed: Vec<_> = repo.commits.values().filter(|c| c.pull_request == Some(number)).collect();
            landed.sort_by_key(|c| c.order);
            let landed: Vec<Oid> = landed.into_iter().map(|c| c.oid.clone()).collect();
            let commits: Vec<Oid> = landed.iter().filter(|o| !merged || **o != read.oid).cloned().collect();
            let commits = if commits.is_empty() { landed.clone() } else { commits };
            let mut author = repo.commits[&commits[0]].author.as_ref().clone();
            author.login = Some(login(&author.name));
            let fork = read.parents.first().unwrap_or(&read.oid).clone();
            let pull = PullRequest {
                number,
                title,
                body: String::new(),
                author: Arc::new(author),
                branch,
                head: commits.last().unwrap_or(&read.oid).clone(),
                fork,
                commits,
                draft: false,
                conflicts: false,
                out_of_date: false,
                rebaseable: true,
                refuses_with: None,
                state: PullState::Merged,
                checks: Vec::new(),
                reviews: Vec::new(),
                review_requests: Vec::new(),
                labels: Vec::new(),
                mergeable_from: at,
                created: at - HOUR,
                updated: at,
                merged_at: Some(at),
                merge_commit: Some(read.oid.clone()),
                landed,
                merged_by: Some(login(&read.author.name)),
                auto_merge: None,
                reverts: None,
                flaws: Vec::new(),
                judged: MergeCriteria::default(),
            };
            world.services[service].repo.pulls.insert(number, pull);
        }
    }

    /// Adds pipelines for the newest commits of main, one after another. None starts before the date of its commit,
    /// except for a newest commit that is too recent to be live by now; commits that are too close together are
    /// released with the next one.
    fn release(&self, world: &mut World, service: usize) {
        let by_oid: HashMap<&Oid, &Read> = self.commits.iter().map(|c| (&c.oid, c)).collect();
        let gap = world.span(900.0).max(MINUTE);
        let mut plan: Vec<(Ms, &Read)> = Vec::new();
        let mut at = Some(&self.commits[0]);
        while let Some(commit) = at.filter(|_| plan.len() < RELEASED) {
            let born = world.at_wall(commit.committed) + MINUTE;
            match plan.last() {
                None => plan.push((born.max(-50 * MINUTE).min(-gap), commit)),
                Some((next, _)) if born <= next - gap => {
                    plan.push((born.max(next - (5 * HOUR).max(gap)), commit));
                }
                Some(_) => {}
            }
            at = commit.parents.first().and_then(|p| by_oid.get(p)).copied();
        }
        plan.reverse();
        let main = self.commits[0].oid.clone();
        let set_main = |world: &mut World, oid: &Oid| {
            world.services[service].repo.branches.insert("main".into(), oid.clone());
        };
        set_main(world, &plan[0].1.oid);
        world.first_releases(service, plan[0].0 - 2 * gap - HOUR, 1801);
        for (n, (at, read)) in plan.iter().enumerate() {
            world.set_past(*at);
            set_main(world, &read.oid);
            let actor = sample_data::person(1 + n % 5);
            world.start_pipeline(service, &read.oid, &actor);
            world.run_until(at + world.span(800.0));
            if n % 6 == 3 {
                let name = sample_data::CONFIG[n % sample_data::CONFIG.len()].to_owned();
                for app in world.services[service].environments.iter().map(|e| e.app).collect::<Vec<_>>() {
                    let value = format!("history-{n}");
                    world.set_config(app, &[(name.clone(), Some(value))], "robinhale@acme.example");
                }
                world.run_until(world.now + world.span(60.0));
            }
        }
        set_main(world, &main);
    }
}

fn login(name: &str) -> String {
    let kept: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let login = kept.split('-').filter(|s| !s.is_empty()).collect::<Vec<_>>().join("-");
    if login.is_empty() { "ghost".into() } else { login }
}
