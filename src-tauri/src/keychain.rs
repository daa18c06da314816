//! Tokens in the operating system's keychain, and nowhere else.
//!
//! A keychain can be absent, locked behind a prompt nobody sees, or late. Every call runs on one
//! thread of its own and its caller waits at most [`PATIENCE`]. A token that comes late is kept
//! for the next call, so that unlocking the keychain is enough and no restart is needed.

mod arrival;
mod store;

use async_trait::async_trait;
use slipway_engine::ports::{Secrets, SecretsError};
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use store::{Fault, Store, SystemStore};
use tokio::sync::oneshot;

/// How long a caller waits.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// The keychain of this system.
pub struct Keychain {
    jobs: Sender<Job>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// When the call under way began; None while the thread is idle.
    busy_since: Mutex<Option<Instant>>,
    /// Tokens that came after their caller had gone.
    late: Mutex<HashMap<String, Option<String>>>,
    /// Told when the keychain answers after having been late.
    awake: Mutex<Option<Box<dyn Fn() + Send>>>,
}

enum Job {
    Get { account: String, reply: oneshot::Sender<Result<Option<String>, Fault>> },
    Set { account: String, token: String, reply: oneshot::Sender<Result<(), Fault>> },
    Delete { account: String, reply: oneshot::Sender<Result<(), Fault>> },
}

impl Keychain {
    pub fn new() -> Self {
        Self::with(SystemStore::default())
    }

    /// `awake` is called when the keychain answers late, and when one comes that was not there:
    /// what was unavailable is there now.
    pub fn on_awake(&self, awake: impl Fn() + Clone + Send + 'static) {
        *locked(&self.shared.awake) = Some(Box::new(awake.clone()));
        arrival::follow(awake);
    }

    fn with(store: impl Store + Send + 'static) -> Self {
        let (jobs, receiver) = channel();
        let shared = Arc::new(Shared::default());
        let seen = Arc::clone(&shared);
        let spawned = std::thread::Builder::new().name("keychain".into()).spawn(move || work(store, &receiver, &seen));
        if let Err(error) = spawned {
            tracing::error!(%error, "no thread for the keychain");
        }
        Self { jobs, shared }
    }

    async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<Result<T, Fault>>) -> Job) -> Result<T, SecretsError> {
        // Behind a call that is overdue already there is nothing to wait for.
        if locked(&self.shared.busy_since).is_some_and(|since| since.elapsed() >= PATIENCE) {
            return Err(words(&Fault::Late));
        }
        let (reply, answer) = oneshot::channel();
        self.jobs.send(job(reply)).map_err(|_| words(&Fault::Absent))?;
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(Ok(value))) => Ok(value),
            Ok(Ok(Err(fault))) => Err(words(&fault)),
            Ok(Err(_)) => Err(words(&Fault::Absent)),
            Err(_) => Err(words(&Fault::Late)),
        }
    }
}

#[async_trait]
impl Secrets for Keychain {
    async fn get(&self, account: &str) -> Result<Option<String>, SecretsError> {
        if let Some(token) = locked(&self.shared.late).remove(account) {
            return Ok(token);
        }
        self.ask(|reply| Job::Get { account: account.to_owned(), reply }).await
    }

    async fn set(&self, account: &str, token: &str) -> Result<(), SecretsError> {
        locked(&self.shared.late).remove(account);
        self.ask(|reply| Job::Set { account: account.to_owned(), token: token.to_owned(), reply }).await
    }

    async fn delete(&self, account: &str) -> Result<(), SecretsError> {
        locked(&self.shared.late).remove(account);
        self.ask(|reply| Job::Delete { account: account.to_owned(), reply }).await
    }
}

fn work(mut store: impl Store, jobs: &Receiver<Job>, shared: &Shared) {
    while let Ok(job) = jobs.recv() {
        *locked(&shared.busy_since) = Some(Instant::now());
        let late = perform(&mut store, job, shared);
        *locked(&shared.busy_since) = None;
        if late && let Some(awake) = &*locked(&shared.awake) {
            awake();
        }
    }
}

/// True when it succeeded, but nobody waited for it any more.
fn perform(store: &mut impl Store, job: Job, shared: &Shared) -> bool {
    match job {
        Job::Get { account, reply } => {
            let Err(Ok(token)) = reply.send(store.get(&account)) else { return false };
            locked(&shared.late).insert(account, token);
            true
        }
        Job::Set { account, token, reply } => {
            // Reading first makes the keychain unlock; whoever gave up meanwhile was told that
            // nothing is stored, and that stays true.
            let before = store.get(&account);
            if reply.is_closed() {
                return before.is_ok();
            }
            let result = before.and_then(|_| store.set(&account, &token));
            reply.send(result).is_err_and(|r| r.is_ok())
        }
        Job::Delete { account, reply } => reply.send(store.delete(&account)).is_err_and(|r| r.is_ok()),
    }
}

fn words(fault: &Fault) -> SecretsError {
    SecretsError(match fault {
        Fault::Absent if cfg!(target_os = "linux") => "No keychain answers here. Start one that offers the Secret Service \
             (GNOME Keyring, KWallet or KeePassXC), or use tokens for this run only."
            .to_owned(),
        Fault::Absent => "The system's keychain does not answer; tokens can be used for this run only.".to_owned(),
        Fault::Locked => "The keychain is locked. Unlock it and try again, or use tokens for this run only.".to_owned(),
        Fault::Late => "The keychain does not answer; it may be waiting to be unlocked. Unlock it and try again, or use tokens \
             for this run only."
            .to_owned(),
        Fault::Other(what) => format!("The keychain refused: {what}. Tokens can be used for this run only."),
    })
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A keychain that sleeps before its first answer.
    struct Sleepy {
        sleep: Option<Duration>,
        tokens: HashMap<String, String>,
    }

    impl Store for Sleepy {
        fn get(&mut self, account: &str) -> Result<Option<String>, Fault> {
            if let Some(sleep) = self.sleep.take() {
                std::thread::sleep(sleep);
            }
            Ok(self.tokens.get(account).cloned())
        }

        fn set(&mut self, account: &str, token: &str) -> Result<(), Fault> {
            self.tokens.insert(account.to_owned(), token.to_owned());
            Ok(())
        }

        fn delete(&mut self, account: &str) -> Result<(), Fault> {
            self.tokens.remove(account);
            Ok(())
        }
    }

    fn sleepy() -> Sleepy {
        Sleepy { sleep: Some(PATIENCE + Duration::from_millis(800)), tokens: HashMap::from([("a".to_owned(), "secret".to_owned())]) }
    }

    #[tokio::test]
    async fn a_late_token_is_not_lost() {
        let keychain = Keychain::with(sleepy());
        let (woken, mut wait) = tokio::sync::mpsc::unbounded_channel();
        keychain.on_awake(move || woken.send(()).unwrap_or_default());
        assert!(keychain.get("a").await.is_err());
        let began = Instant::now();
        assert!(keychain.get("b").await.is_err(), "nobody queues behind a late call");
        assert!(began.elapsed() < Duration::from_millis(500));
        wait.recv().await;
        assert_eq!(keychain.get("a").await, Ok(Some("secret".to_owned())));
    }

    #[tokio::test]
    async fn what_was_given_up_is_not_stored() {
        let keychain = Keychain::with(sleepy());
        let (woken, mut wait) = tokio::sync::mpsc::unbounded_channel();
        keychain.on_awake(move || woken.send(()).unwrap_or_default());
        assert!(keychain.set("a", "newer").await.is_err());
        wait.recv().await;
        assert_eq!(keychain.get("a").await, Ok(Some("secret".to_owned())));
    }
}
