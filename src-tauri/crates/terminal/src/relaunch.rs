//! Before the window's program does anything else its process restarts once: with the variables that WebKit needs, and
//! without the tokens in its environment, because every process that it starts (WebKit's, and browsers) would
//! inherit them. The tokens are passed through a pipe on standard input, which the window does not need, and stay
//! in memory. Where `slipway` is a program of its own that becomes the window's, it does that instead, and the window's
//! program has nothing left to do.
//!
//! On Unix the program replaces itself, so process id, exit code and signals stay the same. On other systems the
//! first process waits for the second and ends with its exit code.

use crate::graphics;
use anyhow::{Context, Result, ensure};
use slipway_engine::EnvironmentTokens;
use slipway_vendor::Vendors;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Marks that standard input holds tokens for the process with this id.
const HANDED_OVER: &str = "SLIPWAY_TOKENS_ON_STDIN";
/// The number of bytes that every system's pipe accepts before they are read.
const LONGEST: usize = 16 * 1024;

/// Returns in the process that becomes the window, with the tokens that were in the environment.
pub fn prepare(vendors: Vendors) -> Result<EnvironmentTokens> {
    if std::env::var(HANDED_OVER).is_ok_and(|mark| is_for_this_process(&mark)) {
        return received(vendors).context("the tokens from the environment did not arrive");
    }
    let graphics = graphics::missing();
    let has_tokens = has_tokens(vendors);
    if graphics.is_empty() && !has_tokens {
        return Ok(EnvironmentTokens::default());
    }
    let failed = start_again(vendors, &std::env::current_exe()?, &graphics, has_tokens)
        .context("cannot start again without the tokens in the environment")?;
    ensure!(!has_tokens, "cannot start again without the tokens in the environment: {failed}");
    tracing::warn!(error = %failed, "cannot start again with WebKit's variables; going on without");
    Ok(EnvironmentTokens::default())
}

/// This process becomes `program`, the window's, prepared as [`prepare`] would. Returns only when it failed, with the reason.
pub(crate) fn become_window(vendors: Vendors, program: &Path) -> anyhow::Error {
    let failed = start_again(vendors, program, &graphics::missing(), has_tokens(vendors));
    failed.map_or_else(|error| error, anyhow::Error::from).context(format!(
        "the window's program {} cannot be started; install the whole package, or put it there in the same version. The commands work \
         without it, see `slipway --help`",
        program.display()
    ))
}

fn has_tokens(vendors: Vendors) -> bool {
    vendors.secret_variables().any(|name| std::env::var_os(name).is_some())
}

/// Returns only when it failed, with the reason.
fn start_again(vendors: Vendors, program: &Path, graphics: &[(&str, &str)], has_tokens: bool) -> Result<std::io::Error> {
    let mut command = Command::new(program);
    command.args(std::env::args_os().skip(1)).envs(graphics.iter().copied());
    if !has_tokens {
        return Ok(replace(command, None));
    }
    for name in vendors.secret_variables() {
        command.env_remove(name);
    }
    let tokens: Vec<(&str, String)> = vendors.secret_variables().filter_map(|name| Some((name, std::env::var(name).ok()?))).collect();
    let text = serde_json::to_vec(&tokens)?;
    ensure!(text.len() <= LONGEST, "the tokens in the environment are too long to be tokens");
    Ok(replace(command, Some(&text)))
}

#[cfg(unix)]
fn replace(mut command: Command, tokens: Option<&[u8]>) -> std::io::Error {
    use std::os::unix::process::CommandExt;
    if let Some(name) = std::env::args_os().next() {
        command.arg0(name);
    }
    if let Some(tokens) = tokens {
        let piped = std::io::pipe().and_then(|(reader, mut writer)| writer.write_all(tokens).map(|()| reader));
        match piped {
            Ok(reader) => command.stdin(Stdio::from(reader)).env(HANDED_OVER, std::process::id().to_string()),
            Err(error) => return error,
        };
    }
    command.exec()
}

#[cfg(not(unix))]
fn replace(mut command: Command, tokens: Option<&[u8]>) -> std::io::Error {
    if tokens.is_some() {
        command.stdin(Stdio::piped()).env(HANDED_OVER, "child");
    }
    let ended = command.spawn().and_then(|mut child| {
        if let (Some(tokens), Some(mut input)) = (tokens, child.stdin.take()) {
            input.write_all(tokens)?;
        }
        child.wait()
    });
    match ended {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

/// Child processes inherit the variable but have another process id.
#[cfg(unix)]
fn is_for_this_process(mark: &str) -> bool {
    mark == std::process::id().to_string()
}

#[cfg(not(unix))]
fn is_for_this_process(mark: &str) -> bool {
    use std::io::IsTerminal;
    mark == "child" && !std::io::stdin().is_terminal()
}

fn received(vendors: Vendors) -> Result<EnvironmentTokens> {
    let mut text = String::new();
    std::io::stdin().lock().take(LONGEST as u64).read_to_string(&mut text)?;
    nothing_more_on_standard_input()?;
    let tokens: Vec<(String, String)> = serde_json::from_str(&text).map_err(|_| anyhow::anyhow!("they were not readable"))?;
    Ok(EnvironmentTokens::read(vendors, |name| tokens.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())))
}

/// The pipe is not inherited by child processes.
#[cfg(unix)]
fn nothing_more_on_standard_input() -> Result<()> {
    let nothing = std::fs::File::open("/dev/null")?;
    Ok(rustix::stdio::dup2_stdin(&nothing)?)
}

/// It was read to its end, and its writer has closed it.
#[cfg(not(unix))]
fn nothing_more_on_standard_input() -> Result<()> {
    Ok(())
}
