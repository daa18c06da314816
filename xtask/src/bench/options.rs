//! The arguments of `cargo xtask bench`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

pub(super) const USAGE: &str = "\
bench [counts] [--rows A,B] [--runs N] [--services N] [--stand-in FILE] [--compare FILE]

  counts           only what is counted: no release build, no window
  --rows A,B       only these rows; `--rows list` prints their names. Rows that take very long are measured only by name
  --runs N         how often a timing is taken (5)
  --services N     how many services the rows `many-*` have (200)
  --stand-in FILE  measure on other stand-ins of the vendors than the sandbox: a JSON file as `slipway sandbox` prints its
                   line, {github, circleci, heroku: {url, token}, services: [...]}; rows that need a sandbox are skipped
  --compare FILE   say of each row whether it agrees with an earlier table.json within the two spreads (exit code 1: one does not)";

pub(super) struct Options {
    pub counts: bool,
    pub rows: Vec<String>,
    pub runs: u32,
    pub services: u32,
    pub stand_in: Option<PathBuf>,
    pub compare: Option<PathBuf>,
}

impl Options {
    pub(super) fn read(words: &[String]) -> Result<Self> {
        let mut options = Self { counts: false, rows: Vec::new(), runs: 5, services: 200, stand_in: None, compare: None };
        let mut words = words.iter().map(String::as_str);
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value\n\n{USAGE}"));
            match word {
                "counts" => options.counts = true,
                "-h" | "--help" => bail!("{USAGE}"),
                "--rows" => options.rows = value()?.split(',').map(str::to_owned).collect(),
                "--runs" => options.runs = number(word, value()?)?,
                "--services" => options.services = number(word, value()?)?,
                "--stand-in" => options.stand_in = Some(absolute(value()?)?),
                "--compare" => options.compare = Some(absolute(value()?)?),
                unknown => bail!("bench has no `{unknown}`\n\n{USAGE}"),
            }
        }
        Ok(options)
    }
}

fn number(word: &str, value: &str) -> Result<u32> {
    let number: u32 = value.parse().with_context(|| format!("{word} takes a whole number, not {value}"))?;
    if number == 0 {
        bail!("{word} is at least 1");
    }
    Ok(number)
}

fn absolute(path: &str) -> Result<PathBuf> {
    std::path::absolute(path).with_context(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<Options> {
        Options::read(&words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn words_are_read_and_wrong_ones_refused() -> Result<()> {
        let options = read("counts --rows trips-1,trips-20 --runs 3 --services 7")?;
        assert!(options.counts && options.rows == ["trips-1", "trips-20"]);
        assert_eq!((options.runs, options.services), (3, 7));
        for wrong in ["count", "--runs", "--runs 0", "--runs x", "--compare"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        Ok(())
    }
}
