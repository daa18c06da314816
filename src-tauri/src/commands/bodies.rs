//! What each command does.

use crate::embedded;
use crate::ipc::*;
use crate::links;
use crate::shell::{self, Ground, Shell};
use slipway_domain::action::Action;
use slipway_domain::discover::Proposal;
use slipway_domain::dismissal::Dismissal;
use slipway_domain::journal::{Entry, SettledAs};
use slipway_domain::pipeline::Pipeline;
use slipway_domain::plan::Plan;
use slipway_domain::pull_request::PullRequest;
use slipway_domain::release::Release;
use slipway_domain::service::Service;
use slipway_engine::{Execution, NewToken, Tested};
use slipway_sandbox::Scenario;
use slipway_terminal::{setup, vendors};
use std::sync::Arc;

type Reply<T> = Result<T, IpcError>;
type Of<'a> = &'a Arc<Shell>;

/// A day: nobody wants to be reminded later that toasts were muted.
const LONGEST_MUTE: u32 = 24 * 60;

pub async fn world(shell: Of<'_>) -> Reply<World> {
    shell.world().await
}

/// As it was read last, with the parts that changes leave out.
pub async fn pull_request(shell: Of<'_>, service: String, number: u64) -> Reply<PullRequest> {
    let snapshot = shell.engine().await?.snapshot();
    let found = snapshot.service(&service).and_then(|state| state.pull_request(number)).cloned();
    found.ok_or_else(|| IpcError::new("not_found", format!("Pull request {number} is not open any more.")))
}

pub async fn plan(shell: Of<'_>, action: Action) -> Reply<Plan> {
    Ok(shell.engine().await?.plan(action).await?)
}

/// Only a plan that Rust issued can be executed, once, with the text it asks for.
pub async fn execute(shell: Of<'_>, request: ExecuteRequest) -> Reply<ExecuteReply> {
    let engine = shell.engine().await?;
    let execution = engine.execute(&request.plan_id, request.typed.as_deref(), true, request.reason).await?;
    Ok(match execution {
        Execution::Started(entry) => ExecuteReply::Started { entry },
        Execution::Stale { plan, why } => ExecuteReply::Stale { plan, why },
    })
}

pub async fn journal(shell: Of<'_>) -> Reply<Vec<Entry>> {
    Ok(shell.engine().await?.journal()?)
}

pub async fn acknowledge(shell: Of<'_>, notice: String) -> Reply<()> {
    Ok(shell.engine().await?.acknowledge(&notice)?)
}

/// A person's word of what became of an action whose outcome cannot be read.
pub async fn settle(shell: Of<'_>, id: String, happened: bool, reason: String) -> Reply<Entry> {
    let as_ = if happened { SettledAs::Happened } else { SettledAs::DidNot };
    Ok(shell.engine().await?.settle_by_word(&id, as_, &reason)?)
}

/// A person's word that an alert is over.
pub async fn dismiss(shell: Of<'_>, service: String, alert: String, reason: String) -> Reply<Dismissal> {
    Ok(shell.engine().await?.dismiss(&service, &alert, &reason).await?)
}

pub async fn log(shell: Of<'_>, service: String, job_number: u64) -> Reply<LogPage> {
    shell.logs.page(&shell.engine().await?, &service, job_number).await
}

pub async fn log_step(shell: Of<'_>, service: String, job_number: u64, step: usize) -> Reply<LogStepView> {
    shell.logs.step(&shell.engine().await?, &service, job_number, step).await
}

pub async fn failed_tests(shell: Of<'_>, service: String, job_number: u64) -> Reply<Vec<FailedTestView>> {
    let tests = shell.engine().await?.failed_tests(&service, job_number).await?;
    Ok(tests.into_iter().map(|t| FailedTestView { name: t.name, file: t.file, message: t.message }).collect())
}

pub async fn artifacts(shell: Of<'_>, service: String, job_number: u64) -> Reply<Vec<ArtifactView>> {
    let engine = shell.engine().await?;
    let found = engine.artifacts(&service, job_number).await?;
    let opens = |url: &str| links::allowed(vendors::known(), url, &engine.accounts()).is_ok();
    Ok(found.into_iter().map(|a| ArtifactView { opens: opens(&a.url), path: a.path, url: a.url }).collect())
}

pub async fn output(shell: Of<'_>, service: String, environment: String, version: Option<u64>) -> Reply<OutputView> {
    shell.outputs.read(&shell.engine().await?, &service, &environment, version).await
}

pub async fn older_releases(shell: Of<'_>, service: String, environment: String, before: u64) -> Reply<Vec<Release>> {
    Ok(shell.engine().await?.older_releases(&service, &environment, before).await?)
}

pub async fn pipeline(shell: Of<'_>, service: String, pipeline: String) -> Reply<Pipeline> {
    Ok(shell.engine().await?.pipeline(&service, &pipeline).await?)
}

/// Once its token was tried: one that is refused is not kept.
pub async fn add_account(shell: Of<'_>, account: NewAccount) -> Reply<AddedAccount> {
    let engine = shell.engine().await?;
    let token = match (account.borrow, account.keychain) {
        (true, _) => NewToken::Borrowed,
        (false, true) => NewToken::Keychain(account.token),
        (false, false) => NewToken::ThisRun(account.token),
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
    shell.read_again();
    let states = engine.account_states();
    let account = states.into_iter().find(|a| a.id == added.id);
    let account = account.ok_or_else(|| IpcError::new("not_found", "The account was removed meanwhile"))?;
    Ok(AddedAccount { account, not_tested: not_tested(tested) })
}

/// Why a token that is kept is not known to work; None when it is.
fn not_tested(tested: Tested) -> Option<String> {
    match tested {
        Tested::Works(_) => None,
        Tested::NotTested(why) => Some(why.to_string()),
        Tested::NoToken => Some("There is no token yet.".to_owned()),
    }
}

/// Which of the vendors' CLIs are signed in. Their tokens stay where they are.
pub async fn borrowable(shell: Of<'_>) -> Reply<Vec<BorrowableAccount>> {
    let found = shell.engine().await?.borrowable().await;
    Ok(found.into_iter().map(|f| BorrowableAccount { provider: f.provider, cli: f.cli.to_owned(), url: f.url }).collect())
}

pub async fn set_read_only(shell: Of<'_>, id: String, read_only: bool) -> Reply<()> {
    let set = shell.engine().await?.set_read_only(&id, read_only).await;
    shell.read_again();
    Ok(set?)
}

/// A second factor's code, for the next minute; then everything is read again.
pub async fn second_factor(shell: Of<'_>, code: String) -> Reply<()> {
    let engine = shell.engine().await?;
    engine.give_second_factor(&code);
    engine.refresh(None).await;
    Ok(())
}

pub async fn test_account(shell: Of<'_>, id: String) -> Reply<AccountTest> {
    let tested = shell.engine().await?.test_account(&id).await;
    shell.read_again();
    Ok(match tested {
        Ok(probe) => {
            let user = probe.user.clone().unwrap_or_else(|| "somebody the token may not name".to_owned());
            AccountTest { ok: true, message: format!("Signed in as {user}."), user: probe.user }
        }
        Err(error) => AccountTest { ok: false, user: None, message: error.to_string() },
    })
}

pub async fn remove_account(shell: Of<'_>, id: String) -> Reply<()> {
    let engine = shell.engine().await?;
    let stays = engine.has_earlier_entry(&id).await?;
    engine.remove_account(&id).await?;
    if stays {
        engine.notify(&setup::earlier_entry_stays(&id))?;
    }
    Ok(())
}

pub async fn replace_token(shell: Of<'_>, id: String, token: String, keychain: bool) -> Reply<Option<String>> {
    let replaced = shell.engine().await?.replace_tested_token(&id, token, keychain).await;
    shell.read_again();
    Ok(not_tested(replaced?))
}

pub async fn retry_keychain(shell: Of<'_>) -> Reply<KeychainState> {
    let engine = shell.engine().await?;
    engine.recheck_keychain().await;
    shell.read_again();
    Ok(shell::keychain(&engine))
}

pub async fn repositories(shell: Of<'_>, accounts: Vec<String>, after: Option<String>) -> Reply<RepositoryList> {
    let page = shell.engine().await?.repositories(&accounts, after.as_deref()).await?;
    let repositories = page.repositories.into_iter().map(|r| PickedRepository {
        name: r.name,
        private: r.private,
        archived: r.archived,
        pushed_at: r.pushed_at,
    });
    Ok(RepositoryList { repositories: repositories.collect(), next: page.next })
}

pub async fn discover(shell: Of<'_>, repo: String, accounts: Vec<String>) -> Reply<Proposal> {
    setup::repository(&repo).map_err(|why| IpcError::new("usage", why))?;
    Ok(shell.engine().await?.discover(&repo, &accounts).await?)
}

pub async fn add_service(shell: Of<'_>, service: Service) -> Reply<()> {
    Ok(setup::add_service(&shell.engine().await?, service).await?)
}

pub async fn remove_service(shell: Of<'_>, name: String) -> Reply<()> {
    Ok(shell.engine().await?.remove_service(&name).await?)
}

pub async fn say_production(shell: Of<'_>, service: String, environment: String, production: bool) -> Reply<()> {
    let said = setup::set_service(&shell.engine().await?, &service, None, Some((&environment, production))).await;
    shell.read_again();
    Ok(said?)
}

pub async fn open_sandbox(shell: Of<'_>, scenario: String) -> Reply<()> {
    let scenario: Scenario = scenario.parse().map_err(|why: String| IpcError::new("usage", why))?;
    let opened = shell.stand_on(Ground::Sandbox { scenario, speed: embedded::SPEED }).await;
    if let Err(error) = opened {
        // What was left behind is better than nothing.
        let back = shell.stand_on(Ground::Own).await;
        tracing::warn!(?back, "the sandbox did not open");
        return Err(IpcError::new("sandbox", format!("{error:#}")));
    }
    Ok(())
}

pub async fn leave_sandbox(shell: Of<'_>) -> Reply<()> {
    shell.stand_on(Ground::Own).await.map_err(|error| IpcError::new("not_open", format!("{error:#}")))
}

pub async fn set_settings(shell: Of<'_>, settings: Settings) -> Reply<()> {
    shell.set_settings(&shell.engine().await?, &settings)
}

pub async fn refresh(shell: Of<'_>, service: Option<String>) -> Reply<()> {
    shell.engine().await?.refresh(service.as_deref()).await;
    Ok(())
}

pub async fn set_shown(shell: Of<'_>, service: Option<String>) -> Reply<()> {
    shell.engine().await?.set_shown(service);
    Ok(())
}

pub async fn set_visible(shell: Of<'_>, visible: bool) -> Reply<()> {
    shell.engine().await?.set_visible(visible);
    Ok(())
}

pub async fn mute(shell: Of<'_>, minutes: u32) -> Reply<()> {
    shell.mute(minutes.min(LONGEST_MUTE));
    Ok(())
}

pub async fn open_link(shell: Of<'_>, url: String) -> Reply<()> {
    let link = links::allowed(vendors::known(), &url, &shell.engine().await?.accounts())?;
    let opened = tokio::task::spawn_blocking(move || open::that_detached(link.as_str())).await;
    match opened {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(IpcError::new("no_browser", format!("No browser could be opened: {error}"))),
        Err(error) => Err(IpcError::new("internal", error.to_string())),
    }
}
