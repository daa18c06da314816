//! `slipway doctor`: which parts work, which do not, and how to fix them.

use super::engine;
use crate::doctor::Report;
use crate::exit::Exit;
use crate::print;
use anyhow::Result;

pub(super) async fn show(json: bool) -> Result<Exit> {
    let engine = match engine(false).await {
        Ok(engine) => Some(engine),
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "the engine did not start");
            None
        }
    };
    let report = Report::make(engine.as_ref()).await;
    if json {
        print::json(&report, true)?
    } else {
        print::text(&report.text())?
    }
    Ok(if report.is_ok() { Exit::Done } else { Exit::Failed })
}
