//! Races against the real program; see `slipway_tests::attack`. Exit code 1 on any violation.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use slipway_tests::attack::{Options, attack};

const HELP: &str = "attack [--pairs N] [--outsiders N] [--stops N] [--seed N] [--speed X] [--lanes N] [--only pN|oN|sN]";

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let options = options(std::env::args().skip(1))?;
    let report = attack(options, |line| eprintln!("{line}")).await;
    print!("{}", report.text);
    Ok(if report.violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn options(mut words: impl Iterator<Item = String>) -> Result<Options> {
    let mut options = Options::default();
    while let Some(word) = words.next() {
        let value = words.next().with_context(|| format!("{word} has no value; {HELP}"))?;
        let wrong = || format!("{word} {value}; {HELP}");
        match word.as_str() {
            "--pairs" => options.pairs = value.parse().with_context(wrong)?,
            "--outsiders" => options.outsiders = value.parse().with_context(wrong)?,
            "--stops" => options.stops = value.parse().with_context(wrong)?,
            "--seed" => options.seed = value.parse().with_context(wrong)?,
            "--speed" => options.speed = value.parse().with_context(wrong)?,
            "--lanes" => options.lanes = value.parse::<usize>().with_context(wrong)?.max(1),
            "--only" => options.only = Some(value.parse().map_err(anyhow::Error::msg)?),
            _ => bail!("there is no {word}; {HELP}"),
        }
    }
    Ok(options)
}
