//! `slipway forecast`: whether a revert would apply cleanly.

use super::{engine, named};
use crate::arguments::values::PullRequestName;
use crate::exit::Exit;
use crate::look::{Line, Tone};
use crate::print;
use crate::safe_text::one_line;
use anyhow::Result;
use slipway_domain::forecast::{ForecastOutcome, RevertForecast};
use slipway_domain::plan::{ConsequenceKind, forecast_consequence};
use slipway_engine::PlanError;
use slipway_vendor::ReadError;

pub(super) async fn show(service: &str, name: &PullRequestName, json: bool) -> Result<Exit> {
    let engine = engine(false).await?;
    let meant = named::service(&engine, service).and_then(|state| Ok((state, named::pull_request(&engine, service, name)?)));
    let (state, number) = match meant {
        Ok(meant) => meant,
        Err(unknown) => {
            print::say(&unknown);
            return Ok(Exit::Usage);
        }
    };
    match engine.forecast_revert(service, number).await {
        Ok(forecast) if json => print::json(&forecast, true).map(|()| exit(&forecast.outcome)),
        Ok(forecast) => print::lines(&lines(&forecast, number, &state.branch)).map(|()| exit(&forecast.outcome)),
        Err(error) => {
            print::say(&error.to_string());
            Ok(refused(&error))
        }
    }
}

fn exit(outcome: &ForecastOutcome) -> Exit {
    match outcome {
        ForecastOutcome::Clean => Exit::Done,
        ForecastOutcome::NothingLeft | ForecastOutcome::Conflicts { .. } => Exit::Failed,
        ForecastOutcome::NotKnown { .. } => Exit::Unknown,
    }
}

fn refused(error: &PlanError) -> Exit {
    match error {
        PlanError::NotFound(_) | PlanError::Ambiguous(_) | PlanError::Impossible(_) | PlanError::Read(ReadError::NotFound(_)) => {
            Exit::Usage
        }
        PlanError::Read(_) => Exit::Unknown,
    }
}

fn lines(forecast: &RevertForecast, number: u64, branch: &str) -> Vec<Line> {
    let said = forecast_consequence(forecast, branch);
    let (mark, tone) = match said.kind {
        ConsequenceKind::Fact => ("", Tone::Ok),
        ConsequenceKind::Warning | ConsequenceKind::NotUndone => ("! ", Tone::Warn),
    };
    let mut lines = vec![Line::of(&format!("#{number}  "), Tone::Strong).and(&format!("{mark}{}", one_line(&said.title)), tone)];
    lines.extend(said.details.iter().map(|detail| Line::plain(&format!("  {}", one_line(detail)))));
    if let ForecastOutcome::Conflicts { paths } = &forecast.outcome {
        lines.extend(paths.iter().map(|path| Line::of(&format!("  {}", one_line(path)), Tone::Grey)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(outcome: ForecastOutcome, chain: Vec<u64>) -> RevertForecast {
        RevertForecast { outcome, tip: Some("4be21d7c0ffee".into()), files: 2, chain }
    }

    #[test]
    fn each_outcome_has_its_words_and_its_exit_code() {
        let conflicts = || ForecastOutcome::Conflicts { paths: vec!["app/a.rb".into()] };
        let tried = "  Tried on main at 4be21d7, with 2 files; nothing was changed.";
        let rows: [(RevertForecast, Exit, Vec<&str>); 5] = [
            (of(ForecastOutcome::Clean, vec![]), Exit::Done, vec!["#482  Reverts cleanly", tried]),
            (
                of(ForecastOutcome::NothingLeft, vec![]),
                Exit::Failed,
                vec!["#482  ! Nothing of it is left on main", "  A revert would change nothing.", tried],
            ),
            (
                of(conflicts(), vec![490, 482]),
                Exit::Failed,
                vec![
                    "#482  ! Would conflict in app/a.rb",
                    "  One revert is not enough: in the order #490, #482 all apply cleanly.",
                    tried,
                    "  app/a.rb",
                ],
            ),
            (
                of(conflicts(), vec![]),
                Exit::Failed,
                vec!["#482  ! Would conflict in app/a.rb", "  Which reverts would have to go first is not known.", tried, "  app/a.rb"],
            ),
            (
                of(ForecastOutcome::NotKnown { why: "it renamed app/a.rb".into() }, vec![]),
                Exit::Unknown,
                vec!["#482  ! Whether it applies cleanly is not known", "  it renamed app/a.rb"],
            ),
        ];
        for (forecast, code, expected) in rows {
            let shown: Vec<String> = lines(&forecast, 482, "main").iter().map(Line::text).collect();
            assert_eq!((shown.iter().map(String::as_str).collect::<Vec<_>>(), exit(&forecast.outcome)), (expected, code));
        }
    }
}
