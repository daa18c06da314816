//! The desktop's notification server: who it is, and what it can do.

use std::time::Duration;

/// A server that takes longer is treated as hanging, and the toast is given up.
pub(super) const DAEMON: Duration = Duration::from_secs(5);

/// Its capabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Able {
    /// Bodies are markup, so text must be escaped, and only then.
    pub(super) markup: bool,
    pub(super) actions: bool,
    pub(super) body: bool,
    pub(super) sound: bool,
}

/// What is known of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Server {
    Answers {
        /// Name and version.
        name: String,
        able: Able,
    },
    /// Why it cannot be asked.
    Absent(String),
    Hangs,
}

impl Able {
    /// Used when the capabilities are unknown: text is escaped, and no further capability is used.
    pub(super) const UNTOLD: Self = Self { markup: true, actions: false, body: true, sound: false };
    /// Systems without such a server use plain text, and buttons of their own.
    #[cfg(not(all(unix, not(target_os = "macos"))))]
    pub(super) const OF_SYSTEM: Self = Self { markup: false, actions: false, body: true, sound: true };

    pub(super) fn of(capabilities: &[String]) -> Self {
        let has = |wanted: &str| capabilities.iter().any(|one| one == wanted);
        Self { markup: has("body-markup"), actions: has("actions"), body: has("body"), sound: has("sound") }
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
pub(super) use on_a_bus::{able, ask};

#[cfg(all(unix, not(target_os = "macos")))]
mod on_a_bus {
    use super::{Able, DAEMON, Server};
    use slipway_terminal::safe_text::{cut, one_line};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};

    /// The last known server, and when it was asked. Only one call at a time, because each is a connection and one
    /// to a hanging server stays open.
    static KNOWN: tokio::sync::Mutex<Option<(Instant, Server)>> = tokio::sync::Mutex::const_new(None);
    static IS_ASKED: AtomicBool = AtomicBool::new(false);
    /// After this time the server may have been replaced.
    const KNOWN_FOR: Duration = Duration::from_secs(10);
    const NAME: usize = 60;

    /// None: the server does not answer.
    pub(in crate::notify) async fn able() -> Option<Able> {
        match known(KNOWN_FOR).await {
            Server::Answers { able, .. } => Some(able),
            Server::Absent(_) => Some(Able::UNTOLD),
            Server::Hangs => None,
        }
    }

    /// Asks now.
    pub(in crate::notify) async fn ask() -> Server {
        known(Duration::ZERO).await
    }

    async fn known(for_: Duration) -> Server {
        let mut known = KNOWN.lock().await;
        if let Some((_, server)) = known.as_ref().filter(|(at, _)| at.elapsed() < for_) {
            return server.clone();
        }
        if IS_ASKED.swap(true, Ordering::SeqCst) {
            return Server::Hangs;
        }
        let asked = tokio::task::spawn_blocking(|| {
            let server = asked();
            IS_ASKED.store(false, Ordering::SeqCst);
            server
        });
        let server = match tokio::time::timeout(DAEMON, asked).await {
            Ok(Ok(server)) => server,
            Ok(Err(_)) | Err(_) => return Server::Hangs,
        };
        *known = Some((Instant::now(), server.clone()));
        server
    }

    fn asked() -> Server {
        let told = notify_rust::get_server_information().and_then(|who| Ok((who, notify_rust::get_capabilities()?)));
        match told {
            Ok((who, capabilities)) => {
                let name = cut(one_line(&format!("{} {}", who.name, who.version)).trim(), NAME);
                Server::Answers { name, able: Able::of(&capabilities) }
            }
            Err(error) => {
                tracing::debug!(%error, "the notification server does not say what it can do");
                Server::Absent(error.to_string())
            }
        }
    }
}

/// The system's own, which does not tell a version.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(super) async fn ask() -> Server {
    Server::Answers { name: "The system".to_owned(), able: Able::OF_SYSTEM }
}
