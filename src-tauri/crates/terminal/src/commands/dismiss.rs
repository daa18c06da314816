//! `slipway dismiss`: a person dismisses an alert.

use super::engine;
use crate::exit::Exit;
use crate::print;
use crate::safe_text::one_line;
use anyhow::Result;
use slipway_engine::DismissError;

pub(super) async fn dismiss(service: &str, alert: &str, reason: &str, json: bool) -> Result<Exit> {
    if reason.trim().is_empty() {
        print::say(&DismissError::NoReason.to_string());
        return Ok(Exit::Usage);
    }
    let engine = engine(false).await?;
    // Reads first, because a current reading takes precedence over a person's statement.
    engine.refresh_within(Some(service), super::STATUS).await;
    match engine.dismiss(service, alert, reason).await {
        Ok(dismissal) if json => print::json(&dismissal, true)?,
        Ok(dismissal) => {
            let [message, by] = [&dismissal.message, &dismissal.by].map(|text| one_line(text));
            print::text(&format!("dismissed by {by}: {message}"))?;
        }
        Err(error) => {
            print::say(&error.to_string());
            return Ok(match error {
                DismissError::NoReason | DismissError::NoSuchService { .. } | DismissError::NoSuchAlert { .. } => Exit::Usage,
                DismissError::Refused(_) => Exit::NotSent,
                DismissError::Store(_) => Exit::Failed,
            });
        }
    }
    Ok(Exit::Done)
}
