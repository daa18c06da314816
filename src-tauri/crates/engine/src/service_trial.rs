//! Tries the parts of a service by reading them, before it is saved and while it is edited. Nothing is stored.
//!
//! Requests: one for the repository with its branch; for a CI one for the project, one for its pipelines and those of
//! [`Ci::details`] for the newest (one, and one for each of its workflows); one for each app, each build app and each
//! health URL. An app or URL that occurs twice is asked once. Of a service at most the first [`MOST_PARTS`] parts are
//! tried; the rest are not known.

use crate::accounts::Accounts;
use crate::locks::lock;
use futures::future::join_all;
use slipway_domain::humanize::{count, list};
use slipway_domain::pipeline::Pipeline;
use slipway_domain::service::{EnvironmentConfig, Service, is_migration};
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::ReleaseStatus;
use slipway_domain::trial::{PartPlace, TriedKind, TriedPart};
use slipway_http::{HealthAnswer, HealthUrl, Http};
use slipway_vendor::discover::BranchFacts;
use slipway_vendor::{Ci, ReadError};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::OnceCell;

/// Of a service with many environments not all are tried.
const MOST_PARTS: usize = 60;
/// What one part may take; whoever edits waits no longer.
const LONGEST: Duration = Duration::from_secs(20);
/// Releases that are read of an app: enough to say that there are some.
const RELEASES: usize = 30;
/// Jobs that are named in a sentence.
const NAMED_JOBS: usize = 4;

/// With what parts are tried.
pub(crate) struct Trier<'a> {
    pub(crate) accounts: &'a Accounts,
    pub(crate) http: &'a Http,
    /// What is known of services of the same repository: their pull requests tell which files change.
    pub(crate) board: &'a [Arc<ServiceState>],
}

impl Trier<'_> {
    /// In the order of `places`; one that the service does not have is left out.
    pub(crate) async fn try_parts(&self, service: &Service, places: &[PartPlace]) -> Vec<TriedPart> {
        let same = SameThings::default();
        let tried = places.iter().enumerate().map(|(at, place)| {
            let same = &same;
            async move {
                if at >= MOST_PARTS {
                    return Some(place.not_known(format!("Not tried: only the first {MOST_PARTS} parts of a service are.")));
                }
                let part = tokio::time::timeout(LONGEST, self.try_part(service, place, same)).await;
                part.unwrap_or_else(|_| Some(place.not_known(format!("There was no answer within {} s.", LONGEST.as_secs()))))
            }
        });
        join_all(tried).await.into_iter().flatten().collect()
    }

    async fn try_part(&self, service: &Service, place: &PartPlace, same: &SameThings) -> Option<TriedPart> {
        let environment = || service.environments.iter().find(|e| Some(&e.name) == place.environment.as_ref());
        Some(match place.part {
            TriedKind::Repository => self.repository(service, place).await,
            TriedKind::Ci => self.ci(service, place).await?,
            TriedKind::Migrations => self.migrations(service, place),
            TriedKind::App => self.app(service, place, environment()?, same).await,
            TriedKind::BuildApp => self.build_app(service, place, environment()?, same).await?,
            TriedKind::HealthUrl => self.health_url(place, environment()?.health_url.as_deref()?, same).await,
        })
    }

    async fn repository(&self, service: &Service, place: &PartPlace) -> TriedPart {
        let read = match self.accounts.repositories(service) {
            Ok(source) => source.branch(&service.repo, &service.branch).await,
            Err(error) => Err(error),
        };
        match read {
            Ok(facts) => repository_words(service, place, &facts),
            Err(error) => unread(place, &error),
        }
    }

    async fn ci(&self, service: &Service, place: &PartPlace) -> Option<TriedPart> {
        let project = service.ci.as_ref()?;
        let ci = match self.accounts.ci(service) {
            Ok(ci) => ci?,
            Err(error) => return Some(unread(place, &error)),
        };
        let title = self.accounts.vendors().title(project.provider);
        match self.accounts.projects(service, project.provider) {
            Ok(Some(projects)) => match projects.has_project(&project.project).await {
                Ok(true) => {}
                Ok(false) => {
                    let why = "or none that the account may see";
                    return Some(place.is_missing(format!("{title} has no project {}, {why}.", project.project)));
                }
                Err(error) => return Some(unread(place, &error)),
            },
            Ok(None) => {}
            Err(error) => return Some(unread(place, &error)),
        }
        Some(match ci.pipelines(&project.project, &service.branch).await {
            Ok(pipelines) => pipeline_words(place, &*ci, &service.branch, &pipelines).await,
            Err(error) => unread(place, &error),
        })
    }

    /// Without a request: what the open pull requests that are known change.
    fn migrations(&self, service: &Service, place: &PartPlace) -> TriedPart {
        let known = self.board.iter().find(|state| state.repo == service.repo && state.branch == service.branch);
        let read: Vec<_> = known.iter().flat_map(|state| &state.pull_requests).filter_map(|pr| pr.files.as_deref()).collect();
        let marked = read.iter().filter(|files| files.iter().any(|file| is_migration(&file.path, &service.migration_paths))).count();
        match (read.len(), marked) {
            (0, _) => place.not_known("No open PR's files were read."),
            (all, 0) => place.not_known(format!(
                "Of {} that {} open, none changes such a file; the branch's files are not read.",
                count(all, "PR"),
                if all == 1 { "is" } else { "are" }
            )),
            (all, marked) => place.works(format!("They mark {marked} of {}.", count(all, "open PR"))),
        }
    }

    async fn app(&self, service: &Service, place: &PartPlace, config: &EnvironmentConfig, same: &SameThings) -> TriedPart {
        let cell = same.of("app", config.provider.as_str(), &config.app);
        let read = cell.get_or_init(|| async { self.releases(service, &config.app).await });
        read.await.as_ref().map_or_else(|error| unread(place, error), |words| place.works(words.clone()))
    }

    async fn releases(&self, service: &Service, app: &str) -> Result<String, ReadError> {
        let page = self.accounts.platform(service, app)?.releases(app, RELEASES).await?;
        let more = if page.complete { "" } else { "at least " };
        Ok(match page.releases.len() {
            0 => "Read; it has no release yet.".to_owned(),
            all => format!("Read; {more}{}.", count(all, "release")),
        })
    }

    async fn build_app(&self, service: &Service, place: &PartPlace, config: &EnvironmentConfig, same: &SameThings) -> Option<TriedPart> {
        let app = config.build_app.as_deref()?;
        let cell = same.of("build", config.provider.as_str(), app);
        let read = cell.get_or_init(|| async { self.newest_build(service, app).await });
        Some(read.await.as_ref().map_or_else(|error| unread(place, error), |words| place.works(words.clone())))
    }

    async fn newest_build(&self, service: &Service, app: &str) -> Result<String, ReadError> {
        let build = self.accounts.platform(service, app)?.newest_build(app).await?;
        Ok(match build {
            None => "Read; nothing was built on it yet.".to_owned(),
            Some(build) => format!("Read; its newest build {}.", build_words(build.status)),
        })
    }

    async fn health_url(&self, place: &PartPlace, url: &str, same: &SameThings) -> TriedPart {
        let url = match HealthUrl::parse(url) {
            Ok(url) => url,
            Err(error) => return place.fails(format!("{error}.")),
        };
        let cell = same.of_url(&url);
        health_words(place, cell.get_or_init(|| self.http.ask_health(&url)).await)
    }
}

fn build_words(status: ReleaseStatus) -> &'static str {
    match status {
        ReleaseStatus::Succeeded => "succeeded",
        ReleaseStatus::Failed => "failed",
        ReleaseStatus::Pending => "is under way",
        ReleaseStatus::Expired => "has expired",
        ReleaseStatus::Unknown => "ended in a way that is not known",
    }
}

/// What is read of an app, the platform, and the app.
type AppKey = (&'static str, String, String);
/// What the first to ask has read, or is reading.
type ReadOnce = Arc<OnceCell<Result<String, ReadError>>>;

/// Things that several parts name, each read once.
#[derive(Default)]
struct SameThings {
    apps: Mutex<HashMap<AppKey, ReadOnce>>,
    urls: Mutex<Vec<(HealthUrl, Arc<OnceCell<HealthAnswer>>)>>,
}

impl SameThings {
    fn of(&self, what: &'static str, platform: &str, app: &str) -> ReadOnce {
        lock(&self.apps).entry((what, platform.to_owned(), app.to_owned())).or_default().clone()
    }

    fn of_url(&self, url: &HealthUrl) -> Arc<OnceCell<HealthAnswer>> {
        let mut urls = lock(&self.urls);
        if let Some((_, cell)) = urls.iter().find(|(known, _)| known == url) {
            return cell.clone();
        }
        let cell = Arc::<OnceCell<HealthAnswer>>::default();
        urls.push((url.clone(), cell.clone()));
        cell
    }
}

fn repository_words(service: &Service, place: &PartPlace, facts: &BranchFacts) -> TriedPart {
    let Service { repo, branch, .. } = service;
    let default = facts.default_branch.as_deref().map_or(String::new(), |name| format!(" Its default branch is {name}."));
    if facts.exists == Some(false) {
        return place.is_missing(format!("{repo} has no branch {branch}.{default}"));
    }
    if !facts.name.eq_ignore_ascii_case(repo) {
        return place.fails(format!("{repo} is called {} now.", facts.name));
    }
    if facts.archived {
        return place.fails(format!("{repo} is archived: nothing can be merged in it."));
    }
    if facts.exists.is_none() {
        return place.not_known(format!("{repo} was read, but not whether it has a branch {branch}."));
    }
    let may = match facts.may_write {
        Some(true) => "you may merge",
        Some(false) => "you may only read",
        None => "what you may do was not told",
    };
    let open = facts
        .open_pull_requests
        .map_or(String::new(), |open| format!("; {}", count(usize::try_from(open).unwrap_or(usize::MAX), "open PR")));
    place.works(format!("Read; {may}{open}."))
}

/// The project is there. Jobs that are named like a release are told, as names only.
async fn pipeline_words(place: &PartPlace, ci: &dyn Ci, branch: &str, pipelines: &[Pipeline]) -> TriedPart {
    let Some(newest) = pipelines.first() else {
        return place.works(format!("Read; no pipeline of {branch} yet."));
    };
    let read = format!("Read; {} of {branch}", count(pipelines.len(), "pipeline"));
    let jobs = match ci.details(newest).await {
        Ok(pipeline) => release_jobs(&pipeline),
        Err(error) => {
            tracing::info!(%error, "the jobs of the newest pipeline were not read");
            return place.works(format!("{read}; the jobs of the newest were not read."));
        }
    };
    let told = match jobs.as_slice() {
        [] => "no job of the newest is named like a release".to_owned(),
        [one] => format!("its job {one} is named like a release"),
        many if many.len() > NAMED_JOBS => format!("{} jobs are named like a release", many.len()),
        many => format!("its jobs {} are named like a release", list(many)),
    };
    place.works(format!("{read}; {told}."))
}

fn release_jobs(pipeline: &Pipeline) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for job in &pipeline.jobs {
        let name = job.name.to_lowercase();
        let releases = ["release", "deploy", "promote"].iter().any(|word| name.contains(word));
        if releases && job.approval_id.is_none() && !names.contains(&job.name) {
            names.push(job.name.clone());
        }
    }
    names
}

fn health_words(place: &PartPlace, answer: &HealthAnswer) -> TriedPart {
    match answer {
        HealthAnswer::None(why) => place.not_known(format!("No answer: {why}.")),
        HealthAnswer::NotAsked(why) => place.not_known(format!("Not asked: {why}.")),
        HealthAnswer::Redirected { status, milliseconds, to } => {
            let to = to.as_deref().unwrap_or("no address");
            place.fails(format!("{status} in {milliseconds} ms: it redirects to {to}, which is not followed."))
        }
        HealthAnswer::Answered { status, milliseconds } => {
            let words = format!("{status} in {milliseconds} ms.");
            if (200..300).contains(status) { place.works(words) } else { place.fails(words) }
        }
    }
}

/// That it is not there, or not for this account, is shown; everything else that was not read is not known.
fn unread(place: &PartPlace, error: &ReadError) -> TriedPart {
    let words = sentence(&error.to_string());
    match error {
        ReadError::NotFound(_) | ReadError::Forbidden(_) => place.is_missing(words),
        ReadError::SignIn(_)
        | ReadError::NoToken(_)
        | ReadError::RateLimited { .. }
        | ReadError::Refused { .. }
        | ReadError::Unreachable(_)
        | ReadError::Intermediary { .. }
        | ReadError::Garbled(_)
        | ReadError::Late(_)
        | ReadError::Internal(_) => place.not_known(words),
    }
}

fn sentence(words: &str) -> String {
    let words = words.trim();
    if words.ends_with(['.', '!', '?']) { words.to_owned() } else { format!("{words}.") }
}
