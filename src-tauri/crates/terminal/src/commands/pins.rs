//! `slipway pin`, `unpin` and `mark-bad`.

use super::engine;
use crate::arguments::PinCommand;
use crate::exit::Exit;
use crate::print;
use crate::safe_text::one_line;
use anyhow::Result;
use schemars::JsonSchema;
use serde::Serialize;
use slipway_domain::humanize::capital;
use slipway_domain::pin::{BadRelease, Pin};
use slipway_engine::{Engine, PinError};

/// The document of `--json`.
#[derive(Serialize, JsonSchema)]
pub(super) struct PinReport<'a> {
    /// The pin as it is now; None where `mark-bad` was asked for, or nothing was changed.
    pub(super) pin: Option<&'a Pin>,
    /// The mark; None where it was taken back.
    pub(super) marked_bad: Option<&'a BadRelease>,
    pub(super) message: &'a str,
}

pub(super) async fn perform(command: PinCommand) -> Result<Exit> {
    let engine = engine(false).await?;
    let (service, json) = match &command {
        PinCommand::Pin { service, json, .. } | PinCommand::Unpin { service, json, .. } | PinCommand::MarkBad { service, json, .. } => {
            (service.clone(), *json)
        }
    };
    // What is live decides, so it is read first.
    engine.refresh_within(Some(&service), super::STATUS).await;
    let done = change(&engine, command).await;
    let report = match &done {
        Ok(Done { pin, marked_bad, message }) => PinReport { pin: pin.as_ref(), marked_bad: marked_bad.as_ref(), message },
        Err(error) => PinReport { pin: None, marked_bad: None, message: &error.to_string() },
    };
    if json {
        print::json(&report, true)?;
    }
    match done {
        Ok(Done { message, .. }) if !json => print::text(&one_line(&message))?,
        Ok(_) => {}
        Err(error) => {
            print::say(&error.to_string());
            return Ok(match error {
                PinError::NoReason | PinError::NotFound(_) => Exit::Usage,
                PinError::Refused(_) => Exit::NotSent,
                PinError::Store(_) => Exit::Failed,
            });
        }
    }
    Ok(Exit::Done)
}

struct Done {
    pin: Option<Pin>,
    marked_bad: Option<BadRelease>,
    message: String,
}

impl Done {
    fn of_pin(pin: Pin, message: String) -> Self {
        Self { pin: Some(pin), marked_bad: None, message }
    }
}

async fn change(engine: &Engine, command: PinCommand) -> Result<Done, PinError> {
    match command {
        PinCommand::Pin { service, environment, bad, reason, .. } => {
            let bad = (!bad.is_empty()).then_some(bad);
            let pin = engine.pin(&service, &environment, bad.as_deref(), &reason).await?;
            let message = format!("{} is pinned to {}: {} must stay out", capital(&pin.environment), pin.target.label, pin.names());
            Ok(Done::of_pin(pin, message))
        }
        PinCommand::Unpin { service, environment, when_reverted: Some(by_itself), .. } => {
            let pin = engine.set_pin_ending(&service, &environment, by_itself).await?;
            let how = if by_itself { "ends by itself once the revert is live and its watch was good" } else { "asks before it ends" };
            let message = format!("The pin of {environment} {how}");
            Ok(Done::of_pin(pin, message))
        }
        PinCommand::Unpin { service, environment, reason, .. } => {
            let pin = engine.unpin(&service, &environment, &reason.unwrap_or_default()).await?;
            let message = format!("{} is no longer pinned to {}", capital(&environment), pin.target.label);
            Ok(Done::of_pin(pin, message))
        }
        PinCommand::MarkBad { service, environment, version, undo: true, reason, .. } => {
            engine.unmark_bad(&service, &environment, version, &reason).await?;
            Ok(Done { pin: None, marked_bad: None, message: format!("v{version} of {environment} is no longer marked bad") })
        }
        PinCommand::MarkBad { service, environment, version, reason, .. } => {
            let mark = engine.mark_bad(&service, &environment, version, &reason).await?;
            let message = format!("v{version} of {environment} is marked bad: it is not offered as a way back");
            Ok(Done { pin: None, marked_bad: Some(mark), message })
        }
    }
}
