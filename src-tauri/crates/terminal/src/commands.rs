//! Carries out the commands. Scripts rely on their output and exit codes.

mod accounts;
mod action;
mod compare;
mod discover;
mod dismiss;
mod doctor;
mod documents;
mod forecast;
mod inbox;
mod incidents;
mod journal;
mod logs;
mod named;
mod open;
mod pins;
mod pipelines;
mod plan_text;
mod releases;
mod sandbox;
mod schema;
mod second_factor;
mod services;
mod status;
mod stop;
mod watch;

use crate::arguments::{AccountCommand, Command, ReadingCommand, ServiceCommand};
use crate::exit::Exit;
use crate::keychain::Keychain;
use crate::setup::SaidOfEnvironment;
use crate::vendors;
use crate::{data_folder, print, process};
use anyhow::{Context, Result};
use slipway_domain::service::{Service, default_migration_paths};
use slipway_engine::ports::SystemClock;
use slipway_engine::{Engine, EnvironmentTokens, Options, SetupError};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const SETTLING: Duration = Duration::from_secs(30);
/// Closing must not wait for a disk that does not respond.
const CLOSING: Duration = Duration::from_secs(5);
/// The default time limit of `status`.
const STATUS: Duration = Duration::from_secs(30);

/// `two_factor`: the code, or `-` for standard input.
pub(crate) fn run(program: clap::Command, command: Command, two_factor: Option<&str>) -> ExitCode {
    let action = matches!(command, Command::Action(_) | Command::Stop(_));
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            return stopped_by(&anyhow::Error::new(error).context("cannot start"), action).into();
        }
    };
    let code = match two_factor {
        Some("-") => second_factor::read(),
        Some(code) => Some(code.trim().to_owned()),
        None => None,
    };
    let exit =
        runtime.block_on(second_factor::CODE.scope(code, perform(program, command))).unwrap_or_else(|error| stopped_by(&error, action));
    runtime.block_on(close_engines());
    // The terminal must not wait for a keychain that does not respond.
    runtime.shutdown_background();
    exit.into()
}

/// The exit code of a command that ended with an error. An action only returns an error before it sends anything.
fn stopped_by(error: &anyhow::Error, action: bool) -> Exit {
    if action {
        print::nothing_sent(&format!("{error:#}"));
        return Exit::NotSent;
    }
    // The reader closed the pipe because it has read enough, so this is no failure.
    if error.is::<print::Gone>() {
        return Exit::Done;
    }
    print::say(&format!("{error:#}"));
    Exit::Failed
}

async fn perform(program: clap::Command, command: Command) -> Result<Exit> {
    match command {
        Command::Account(AccountCommand::Add { provider, url, no_keychain, borrow, another, read_only }) => {
            let given = match (borrow, no_keychain) {
                (true, _) => accounts::Given::Borrowed,
                (false, true) => accounts::Given::Nothing,
                (false, false) => accounts::Given::Input,
            };
            accounts::add(provider, url, given, another, read_only).await
        }
        Command::Account(AccountCommand::List { json }) => accounts::list(json).await,
        Command::Account(AccountCommand::Check { id, json }) => accounts::check(&id, json).await,
        Command::Account(AccountCommand::Token { id }) => accounts::replace(&id).await,
        Command::Account(AccountCommand::Set { id, read_only }) => accounts::set(&id, read_only).await,
        Command::Account(AccountCommand::Remove { id, everywhere }) => accounts::remove(&id, everywhere).await,
        Command::Service(ServiceCommand::Add { name, repo, branch, ci, environments, accounts, unchecked }) => {
            let service = Service { name, repo, branch, ci: ci.0, environments, accounts, migration_paths: default_migration_paths() };
            services::add(service, unchecked).await
        }
        Command::Service(ServiceCommand::Edit(edit)) => services::edit::edit(*edit).await,
        Command::Service(ServiceCommand::Discover { repo, json, accounts }) => discover::show(&repo, &accounts, json).await,
        Command::Service(ServiceCommand::List { json }) => services::list(json).await,
        Command::Service(ServiceCommand::Set { name, branch, environment, production, watch_minutes }) => {
            let said = environment.as_deref().map(|environment| SaidOfEnvironment { environment, production, watch_minutes });
            services::set(&name, branch.as_deref(), said).await
        }
        Command::Service(ServiceCommand::Remove { name }) => services::remove(&name).await,
        Command::Status { service, named, json, timeout } => {
            let within = timeout.map_or(STATUS, |seconds| Duration::from_secs(seconds.into()));
            status::show(service.or(named).as_deref(), json, within).await
        }
        Command::Stop(arguments) => stop::stop(arguments).await,
        Command::Pin(command) => pins::perform(command).await,
        Command::Inbox(arguments) => inbox::run(arguments).await,
        Command::Incidents(arguments) => incidents::run(arguments).await,
        Command::Watch { service, json } => watch::follow(service.as_deref(), json).await,
        Command::Reading(command) => read(command).await,
        Command::Journal { json, settle: Some(word), reason, .. } => {
            journal::settle(json, &word, reason.as_deref().unwrap_or_default()).await
        }
        Command::Journal { json, acknowledge, .. } => journal::show(json, acknowledge).await,
        Command::Dismiss { service, alert, reason, json } => dismiss::dismiss(&service, &alert, &reason, json).await,
        Command::Doctor { json } => doctor::show(json).await,
        Command::Sandbox { speed, scenario, history, faults, allow_hosts } => {
            sandbox::serve(speed, scenario, history, faults, allow_hosts).await
        }
        Command::Completions { shell } => documents::completions(program, shell),
        Command::Man { command, out } => documents::man(program, &command, out.as_deref()),
        Command::Action(command) => action::act(command).await,
    }
}

async fn read(command: ReadingCommand) -> Result<Exit> {
    match command {
        ReadingCommand::Releases { service, environment, limit, all, json } => {
            let most = if all { usize::MAX } else { limit as usize };
            releases::show(&service, &environment, most, json).await
        }
        ReadingCommand::Pipelines { service, limit, json } => pipelines::show(&service, limit as usize, json).await,
        ReadingCommand::Logs { service, pipeline, job, lines, all, json } => {
            let lines = (!all).then_some(lines as usize);
            logs::show(&service, &pipeline, job.as_deref(), lines, json).await
        }
        ReadingCommand::Compare { service, base, head, markdown, json } => {
            let form = match (markdown, json) {
                (true, _) => compare::Form::Markdown,
                (false, true) => compare::Form::Json,
                (false, false) => compare::Form::Text,
            };
            compare::show(&service, &base, &head, form).await
        }
        ReadingCommand::Forecast { service, number, json } => forecast::show(&service, &number, json).await,
        ReadingCommand::Open { service, what, print } => open::show(&service, what.as_deref(), print).await,
    }
}

/// The engine of one command. Everything that it read is stored on disk before the process ends.
static OPENED: Mutex<Vec<Engine>> = Mutex::new(Vec::new());

async fn close_engines() {
    let opened = std::mem::take(&mut *OPENED.lock().unwrap_or_else(PoisonError::into_inner));
    for engine in opened {
        if tokio::time::timeout(CLOSING, engine.stop()).await.is_err() {
            tracing::warn!("what was read last was not kept in time");
        }
    }
}

/// Starts the engine on the user's data folder. `polling`: it keeps reading by itself, as `watch` needs.
async fn engine(polling: bool) -> Result<Engine> {
    let options = Options {
        vendors: vendors::known(),
        data_dir: data_folder::own()?,
        clock: Arc::new(SystemClock),
        secrets: Arc::new(Keychain::of_system()),
        environment_tokens: environment_tokens(),
        polling,
        by: process::user_name(),
    };
    let engine = Engine::start(options).await.context("cannot open Slipway's data")?;
    OPENED.lock().unwrap_or_else(PoisonError::into_inner).push(engine.clone());
    for note in engine.storage().notes() {
        print::say(&note);
    }
    if let Ok(Some(code)) = second_factor::CODE.try_with(Clone::clone) {
        engine.give_second_factor(&code);
    }
    Ok(engine)
}

/// Actions that a killed process left open are settled by reading; a command waits at most this long for it.
async fn settle(engine: &Engine, within: Duration) {
    if tokio::time::timeout(within, engine.settle_open_intents()).await.is_err() {
        print::say("open actions of an earlier run could not be checked in time; their outcome stays unknown");
    }
}

fn setup_exit(error: &SetupError) -> Exit {
    match error {
        SetupError::Usage(_) => Exit::Usage,
        SetupError::Changed(_) | SetupError::Refused(_) | SetupError::Keychain(_) | SetupError::Store(_) => Exit::Failed,
    }
}

/// Tokens for this run only, from the environment variables of scripts.
fn environment_tokens() -> EnvironmentTokens {
    EnvironmentTokens::read(vendors::known(), |name| std::env::var(name).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_before_sending_says_that_nothing_was_sent() {
        let gone = || anyhow::Error::new(print::Gone);
        let full = || anyhow::anyhow!("no space left");
        assert_eq!(stopped_by(&gone(), true), Exit::NotSent);
        assert_eq!(stopped_by(&full(), true), Exit::NotSent);
        assert_eq!(stopped_by(&gone(), false), Exit::Done);
        assert_eq!(stopped_by(&full(), false), Exit::Failed);
    }
}
