//! This process: its user, and requests to end it.

/// The name of the operating system's user, for the journal.
pub fn user_name() -> String {
    let variables = ["USER", "LOGNAME", "USERNAME"].into_iter();
    let named = variables.filter_map(|name| std::env::var(name).ok()).find(|name| !name.is_empty());
    named.or_else(user_of_process).unwrap_or_else(|| "unknown".to_owned())
}

/// Used where no variable has it, as in a system service: the owner of this process.
#[cfg(target_os = "linux")]
fn user_of_process() -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let id = std::fs::metadata("/proc/self").ok()?.uid();
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let of_id = |line: &str| line.split(':').nth(2).is_some_and(|field| field.parse() == Ok(id));
    let line = users.lines().find(|line| of_id(line))?;
    line.split(':').next().map(str::to_owned)
}

#[cfg(not(target_os = "linux"))]
fn user_of_process() -> Option<String> {
    None
}

/// Returns when the program is asked to end.
pub async fn termination_requested() -> std::io::Result<()> {
    Termination::listen()?.requested().await
}

/// Listens from its creation, so that no request before the wait is lost.
pub struct Termination {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 3],
}

impl Termination {
    /// Must be called within the runtime that later waits.
    pub fn listen() -> std::io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let signals = [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?, signal(SignalKind::hangup())?];
            Ok(Self { signals })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    pub async fn requested(&mut self) -> std::io::Result<()> {
        #[cfg(unix)]
        {
            let [terminate, interrupt, hangup] = &mut self.signals;
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                _ = hangup.recv() => {}
            }
        }
        #[cfg(not(unix))]
        tokio::signal::ctrl_c().await?;
        Ok(())
    }
}
