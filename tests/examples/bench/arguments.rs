//! What `cargo xtask bench` passes on.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

pub(crate) struct Arguments {
    pub rows: Vec<String>,
    /// How often a timing is taken.
    pub runs: usize,
    pub services: usize,
    /// The line of another stand-in, in place of the sandbox.
    pub stand_in: Option<PathBuf>,
    /// The bare window's program.
    pub bare: Option<PathBuf>,
}

impl Arguments {
    pub(crate) fn read() -> Result<Self> {
        let mut arguments = Self { rows: Vec::new(), runs: 5, services: 200, stand_in: None, bare: None };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let value = words.next().with_context(|| format!("{word} needs a value"))?;
            match word.as_str() {
                "--rows" => arguments.rows = value.split(',').map(str::to_owned).collect(),
                "--runs" => arguments.runs = value.parse().context("--runs")?,
                "--services" => arguments.services = value.parse().context("--services")?,
                "--stand-in" => arguments.stand_in = Some(value.into()),
                "--bare" => arguments.bare = Some(value.into()),
                unknown => bail!("there is no {unknown}"),
            }
        }
        Ok(arguments)
    }
}
