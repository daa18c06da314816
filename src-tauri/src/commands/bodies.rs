//! The bodies of the commands.

mod desktop;
mod incidents;
mod pins;

use crate::backend::{self, Backend, BackendKind};
use crate::embedded;
use crate::ipc::*;
use crate::notify;
pub(super) use desktop::*;
pub(super) use incidents::*;
pub(super) use pins::*;
use slipway_domain::action::Action;
use slipway_domain::comparison::{ReleaseName, markdown, sentence};
use slipway_domain::discover::Proposal;
use slipway_domain::dismissal::Dismissal;
use slipway_domain::forecast::RevertForecast;
use slipway_domain::inbox::{InboxChange, InboxItem};
use slipway_domain::journal::{Entry, SettledAs};
use slipway_domain::notification_rules::{NotificationKind, NotificationSettings, QuietHours, Rule};
use slipway_domain::pipeline::Pipeline;
use slipway_domain::plan::Plan;
use slipway_domain::pull_request::PullRequest;
use slipway_domain::release::Release;
use slipway_domain::service::Service;
use slipway_domain::time::Time;
use slipway_domain::trial::{PartPlace, Trials};
use slipway_engine::{Execution, NewToken, Tested};
use slipway_sandbox::Scenario;
use slipway_terminal::setup::SaidOfEnvironment;
use slipway_terminal::{links, setup, token_input, vendors};
use std::sync::Arc;

type Reply<T> = Result<T, IpcError>;
type Of<'a> = &'a Arc<Backend>;

/// The longest time that toasts can be muted: a day.
const LONGEST_MUTE: u32 = 24 * 60;

pub(super) async fn world(backend: Of<'_>) -> Reply<World> {
    backend.world().await
}

/// What differs from the state of `rev`. None where another was sent last: then only the whole tells.
pub(super) async fn world_since(backend: Of<'_>, rev: u64) -> Reply<Option<WorldChange>> {
    backend.world_since(rev).await
}

/// As it was read last, with the parts that changes leave out.
pub(super) async fn pull_request(backend: Of<'_>, service: String, number: u64) -> Reply<PullRequest> {
    let snapshot = backend.engine().await?.snapshot();
    let found = snapshot.service(&service).and_then(|state| state.pull_request(number)).cloned();
    found.ok_or_else(|| IpcError::new(ErrorCode::NotFound, format!("Pull request {number} is not open any more.")))
}

pub(super) async fn plan(backend: Of<'_>, action: Action) -> Reply<Plan> {
    Ok(backend.engine().await?.plan(action).await?)
}

/// Only a plan that Rust issued can be executed, once, with the confirmation text that it requires.
pub(super) async fn execute(backend: Of<'_>, request: ExecuteRequest) -> Reply<ExecuteReply> {
    let engine = backend.engine().await?;
    let execution = engine.execute(&request.plan_id, request.typed.as_deref(), true, request.reason).await?;
    Ok(match execution {
        Execution::Started(entry) => ExecuteReply::Started { entry },
        Execution::Stale { plan, why } => ExecuteReply::Stale { plan, why },
    })
}

pub(super) async fn journal(backend: Of<'_>) -> Reply<Vec<Entry>> {
    Ok(backend.engine().await?.journal()?)
}

pub(super) async fn acknowledge(backend: Of<'_>, notice: String) -> Reply<()> {
    Ok(backend.engine().await?.acknowledge(&notice)?)
}

/// Records a person's statement about the outcome of an action that cannot be read.
pub(super) async fn settle(backend: Of<'_>, id: String, happened: bool, reason: String) -> Reply<Entry> {
    let as_ = if happened { SettledAs::Happened } else { SettledAs::DidNot };
    Ok(backend.engine().await?.settle_by_word(&id, as_, &reason)?)
}

/// Records a person's statement that an alert is over.
pub(super) async fn dismiss(backend: Of<'_>, service: String, alert: String, reason: String) -> Reply<Dismissal> {
    Ok(backend.engine().await?.dismiss(&service, &alert, &reason).await?)
}

/// Every item that is kept; changes bring only what is open or was done lately.
pub(super) async fn inbox(backend: Of<'_>) -> Reply<Vec<InboxItem>> {
    Ok(backend.engine().await?.inbox().await?)
}

pub(super) async fn read_item(backend: Of<'_>, id: String) -> Reply<()> {
    change_inbox(backend, vec![id], InboxChange::Read).await
}

pub(super) async fn finish_items(backend: Of<'_>, ids: Vec<String>) -> Reply<()> {
    change_inbox(backend, ids, InboxChange::Done).await
}

/// Takes back that a person was done with them.
pub(super) async fn reopen_items(backend: Of<'_>, ids: Vec<String>) -> Reply<()> {
    change_inbox(backend, ids, InboxChange::Undo).await
}

pub(super) async fn remind_of_item(backend: Of<'_>, id: String, at: Option<Time>) -> Reply<()> {
    change_inbox(backend, vec![id], InboxChange::Remind { at }).await
}

async fn change_inbox(backend: Of<'_>, ids: Vec<String>, change: InboxChange) -> Reply<()> {
    backend.engine().await?.change_inbox(ids, change).await?;
    Ok(())
}

pub(super) async fn log(backend: Of<'_>, service: String, job_number: u64, held: Vec<HeldLines>) -> Reply<LogPage> {
    backend.logs.page(&backend.engine().await?, &service, job_number, &held).await
}

pub(super) async fn log_step(backend: Of<'_>, service: String, job_number: u64, step: usize) -> Reply<LogStepView> {
    backend.logs.step(&backend.engine().await?, &service, job_number, step).await
}

pub(super) async fn failed_tests(backend: Of<'_>, service: String, job_number: u64) -> Reply<Vec<FailedTestView>> {
    let tests = backend.engine().await?.failed_tests(&service, job_number).await?;
    Ok(tests.into_iter().map(|t| FailedTestView { name: t.name, file: t.file, message: t.message }).collect())
}

pub(super) async fn artifacts(backend: Of<'_>, service: String, job_number: u64) -> Reply<Vec<ArtifactView>> {
    let engine = backend.engine().await?;
    let found = engine.artifacts(&service, job_number).await?;
    let opens = |url: &str| links::allowed(vendors::known(), url, &engine.accounts()).is_ok();
    Ok(found.into_iter().map(|a| ArtifactView { opens: opens(&a.url), path: a.path, url: a.url }).collect())
}

pub(super) async fn output(
    backend: Of<'_>,
    service: String,
    environment: String,
    version: Option<u64>,
    held: HeldLines,
) -> Reply<OutputView> {
    backend.outputs.read(&backend.engine().await?, &service, &environment, version, held).await
}

pub(super) async fn older_releases(backend: Of<'_>, service: String, environment: String, before: u64) -> Reply<Vec<Release>> {
    Ok(backend.engine().await?.older_releases(&service, &environment, before).await?)
}

pub(super) async fn compare(backend: Of<'_>, service: String, base: ReleaseName, head: ReleaseName) -> Reply<ComparisonView> {
    let comparison = backend.engine().await?.compare(&service, &base, &head).await?;
    Ok(ComparisonView { sentence: sentence(&comparison), markdown: markdown(&comparison), comparison })
}

/// Whether a revert would apply cleanly. Nothing is cloned or changed.
pub(super) async fn forecast_revert(backend: Of<'_>, service: String, number: u64) -> Reply<RevertForecast> {
    Ok(backend.engine().await?.forecast_revert(&service, number).await?)
}

pub(super) async fn pipeline(backend: Of<'_>, service: String, pipeline: String) -> Reply<Pipeline> {
    Ok(backend.engine().await?.pipeline(&service, &pipeline).await?)
}

/// The token is tested first; one that is refused is not stored.
pub(super) async fn add_account(backend: Of<'_>, account: NewAccount) -> Reply<AddedAccount> {
    let engine = backend.engine().await?;
    let token = if account.borrow {
        NewToken::Borrowed
    } else {
        let token = usable(&account.token)?;
        if account.keychain { NewToken::Keychain(token) } else { NewToken::ThisRun(token) }
    };
    let (added, tested) = engine
        .add_tested_account(slipway_engine::NewAccount {
            provider: account.provider,
            url: account.url.as_deref().map(setup::normal_url),
            token,
            another: account.another,
            read_only: account.read_only,
        })
        .await?;
    backend.send_difference();
    let states = engine.account_states();
    let account = states.into_iter().find(|a| a.id == added.id);
    let account = account.ok_or_else(|| IpcError::new(ErrorCode::NotFound, "The account was removed meanwhile"))?;
    Ok(AddedAccount { account, not_tested: not_tested(tested) })
}

fn usable(token: &str) -> Reply<String> {
    token_input::token(token).map_err(|why| IpcError::new(ErrorCode::Usage, why))
}

/// Why a stored token is not known to work; None when it is.
fn not_tested(tested: Tested) -> Option<String> {
    match tested {
        Tested::Works(_) => None,
        Tested::NotTested(why) => Some(why.to_string()),
        Tested::NoToken => Some("There is no token yet.".to_owned()),
    }
}

/// Which of the vendors' CLIs are signed in. Their tokens are not read out.
pub(super) async fn borrowable(backend: Of<'_>) -> Reply<Vec<BorrowableAccount>> {
    let found = backend.engine().await?.borrowable().await;
    Ok(found.into_iter().map(|f| BorrowableAccount { provider: f.provider, cli: f.cli.to_owned(), url: f.url }).collect())
}

pub(super) async fn set_read_only(backend: Of<'_>, id: String, read_only: bool) -> Reply<()> {
    let set = backend.engine().await?.set_read_only(&id, read_only).await;
    backend.send_difference();
    Ok(set?)
}

/// Gives a second factor's code for the next minute, and then reads everything again.
pub(super) async fn second_factor(backend: Of<'_>, code: String) -> Reply<()> {
    let engine = backend.engine().await?;
    engine.give_second_factor(&code);
    engine.refresh(None).await;
    Ok(())
}

pub(super) async fn test_account(backend: Of<'_>, id: String) -> Reply<AccountTest> {
    let tested = backend.engine().await?.test_account(&id).await;
    backend.send_difference();
    Ok(match tested {
        Ok(probe) => {
            let user = probe.user.clone().unwrap_or_else(|| "somebody the token may not name".to_owned());
            AccountTest { ok: true, message: format!("Signed in as {user}."), user: probe.user }
        }
        Err(error) => AccountTest { ok: false, user: None, message: error.to_string() },
    })
}

pub(super) async fn remove_account(backend: Of<'_>, id: String) -> Reply<()> {
    let engine = backend.engine().await?;
    let stays = engine.has_earlier_entry(&id).await?;
    engine.remove_account(&id).await?;
    if stays {
        engine.notify(&setup::earlier_entry_stays(&id))?;
    }
    Ok(())
}

pub(super) async fn replace_token(backend: Of<'_>, id: String, token: String, keychain: bool) -> Reply<Option<String>> {
    let token = usable(&token)?;
    let replaced = backend.engine().await?.replace_tested_token(&id, token, keychain).await;
    backend.send_difference();
    Ok(not_tested(replaced?))
}

pub(super) async fn retry_keychain(backend: Of<'_>) -> Reply<KeychainState> {
    let engine = backend.engine().await?;
    engine.recheck_keychain().await;
    backend.send_difference();
    Ok(backend::keychain(&engine))
}

pub(super) async fn repositories(backend: Of<'_>, accounts: Vec<String>, after: Option<String>) -> Reply<RepositoryList> {
    let page = backend.engine().await?.repositories(&accounts, after.as_deref()).await?;
    let repositories = page.repositories.into_iter().map(|r| PickedRepository {
        name: r.name,
        private: r.private,
        archived: r.archived,
        pushed_at: r.pushed_at,
    });
    Ok(RepositoryList { repositories: repositories.collect(), next: page.next })
}

pub(crate) async fn discover(backend: Of<'_>, repo: String, accounts: Vec<String>) -> Reply<Proposal> {
    setup::repository(&repo).map_err(|why| IpcError::new(ErrorCode::Usage, why))?;
    Ok(backend.engine().await?.discover(&repo, &accounts).await?)
}

pub(super) async fn add_service(backend: Of<'_>, service: Service) -> Reply<()> {
    Ok(setup::add_service(&backend.engine().await?, service).await?)
}

/// Only reads; nothing is stored.
pub(super) async fn try_service(backend: Of<'_>, service: Service, places: Vec<PartPlace>) -> Reply<Trials> {
    Ok(setup::try_service(&backend.engine().await?, &service, &places).await)
}

/// `was`: the service as it was when the edit began.
pub(super) async fn edit_service(backend: Of<'_>, was: Service, service: Service) -> Reply<()> {
    Ok(setup::edit_service(&backend.engine().await?, &was, service).await?)
}

/// `position`: counted from 0; past the end is last.
pub(super) async fn move_service(backend: Of<'_>, name: String, position: usize) -> Reply<()> {
    Ok(backend.engine().await?.move_service(&name, position).await?)
}

pub(super) async fn remove_service(backend: Of<'_>, name: String) -> Reply<()> {
    Ok(backend.engine().await?.remove_service(&name).await?)
}

pub(super) async fn say_production(backend: Of<'_>, service: String, environment: String, production: bool) -> Reply<()> {
    let said = SaidOfEnvironment { environment: &environment, production: Some(production), watch_minutes: None };
    let said = setup::set_service(&backend.engine().await?, &service, None, Some(said)).await;
    backend.send_difference();
    Ok(said?)
}

pub(crate) async fn open_sandbox(backend: Of<'_>, scenario: String) -> Reply<()> {
    let scenario: Scenario = scenario.parse().map_err(|why: String| IpcError::new(ErrorCode::Usage, why))?;
    let opened = backend.switch_to(BackendKind::Sandbox { scenario, speed: embedded::SPEED }).await;
    if let Err(error) = opened {
        // If the sandbox cannot be opened, the previous backend is opened again.
        let back = backend.switch_to(BackendKind::Own).await;
        tracing::warn!(?back, "the sandbox did not open");
        return Err(IpcError::new(ErrorCode::Sandbox, format!("{error:#}")));
    }
    Ok(())
}

pub(crate) async fn leave_sandbox(backend: Of<'_>) -> Reply<()> {
    backend.switch_to(BackendKind::Own).await.map_err(|error| IpcError::new(ErrorCode::NotOpen, format!("{error:#}")))
}

pub(super) async fn break_production(backend: Of<'_>, service: String) -> Reply<()> {
    backend.break_production(&service).await
}

pub(super) async fn set_settings(backend: Of<'_>, settings: Settings) -> Reply<()> {
    backend.set_settings(&backend.engine().await?, &settings)
}

/// None as the service: the rule for all services.
pub(super) async fn set_notification_rule(backend: Of<'_>, service: Option<String>, kind: NotificationKind, rule: Rule) -> Reply<()> {
    let set = |settings: &mut NotificationSettings| settings.set_rule(service.as_deref(), kind, rule).map_err(|why| why.to_string());
    backend.change_notifications(set).await
}

pub(super) async fn set_own_rules(backend: Of<'_>, service: String, own: bool) -> Reply<()> {
    let change = |settings: &mut NotificationSettings| {
        settings.set_own(&service, own);
        Ok(())
    };
    backend.change_notifications(change).await
}

pub(super) async fn set_quiet_hours(backend: Of<'_>, quiet_hours: QuietHours) -> Reply<()> {
    let set = |settings: &mut NotificationSettings| {
        if quiet_hours.is_empty_range() {
            return Err("Quiet hours begin and end at the same time. Choose two different times.".to_owned());
        }
        settings.quiet_hours = quiet_hours;
        Ok(())
    };
    backend.change_notifications(set).await
}

pub(super) async fn notification_server(_backend: Of<'_>) -> Reply<NotificationServer> {
    Ok(notify::server().await)
}

pub(super) async fn test_notification(backend: Of<'_>, service: Option<String>) -> Reply<NotificationTest> {
    backend.test_notification(service.as_deref()).await
}

pub(super) async fn refresh(backend: Of<'_>, service: Option<String>) -> Reply<()> {
    backend.engine().await?.refresh(service.as_deref()).await;
    Ok(())
}

pub(super) async fn set_shown(backend: Of<'_>, service: Option<String>) -> Reply<()> {
    backend.engine().await?.set_shown(service);
    Ok(())
}

pub(super) async fn set_visible(backend: Of<'_>, visible: bool) -> Reply<()> {
    backend.engine().await?.set_visible(visible);
    Ok(())
}

pub(super) async fn mute(backend: Of<'_>, minutes: u32) -> Reply<()> {
    backend.mute(minutes.min(LONGEST_MUTE));
    Ok(())
}

pub(super) async fn open_link(backend: Of<'_>, url: String) -> Reply<()> {
    let link = links::allowed(vendors::known(), &url, &backend.engine().await?.accounts())?;
    let opened = tokio::task::spawn_blocking(move || open::that_detached(link.as_str())).await;
    match opened {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(IpcError::new(ErrorCode::NoBrowser, format!("No browser could be opened: {error}"))),
        Err(error) => Err(IpcError::new(ErrorCode::Internal, error.to_string())),
    }
}
