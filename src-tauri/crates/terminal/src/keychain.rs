//! Stores tokens in the operating system's keychain and nowhere else.
//!
//! A keychain may be absent, locked behind a prompt that nobody sees, or slow. Every call runs on one dedicated
//! thread, and its caller waits at most [`PATIENCE`]. A token that arrives later is kept for the next call, so
//! unlocking the keychain is enough and no restart is needed.
//!
//! An entry is identified by account, origin and data folder. Earlier versions used the account alone; their
//! entries are read, and only deleted when a person asks for it.

mod secret_service_watch;
mod store;

use async_trait::async_trait;
use slipway_engine::ports::{SecretKey, Secrets, SecretsError};
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::{Fault, Store, SystemStore};
use tokio::sync::oneshot;

/// The longest time that a caller waits.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// The keychain of the operating system.
pub struct Keychain {
    jobs: Sender<Job>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    calls: Mutex<Calls>,
    /// Tokens that arrived after their caller stopped waiting.
    late: Mutex<HashMap<Wanted, Option<String>>>,
    /// Called when the keychain answers after having been late.
    awake: Mutex<Option<Box<dyn Fn() + Send>>>,
}

#[derive(Default)]
struct Calls {
    /// Calls that were passed to the thread and are not answered yet.
    open: usize,
    /// A caller's wait timed out, and the keychain has not answered since.
    overdue: bool,
}

/// A request to the thread.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Wanted {
    /// The entry of this name.
    Entry(String),
    /// An earlier version's entry of the account, if it may be used for this origin.
    Earlier { account: String, origin: String },
}

enum Job {
    Get { wanted: Wanted, reply: oneshot::Sender<Result<Option<String>, Fault>> },
    Set { entry: String, token: String, reply: oneshot::Sender<Result<(), Fault>> },
    Delete { entries: Vec<String>, reply: oneshot::Sender<Result<(), Fault>> },
}

impl Keychain {
    pub fn of_system() -> Self {
        Self::with(SystemStore::default())
    }

    /// `awake` is called when the keychain answers late, and when one appears: what was unavailable can be read
    /// now.
    pub fn on_awake(&self, awake: impl Fn() + Clone + Send + 'static) {
        *locked(&self.shared.awake) = Some(Box::new(awake.clone()));
        secret_service_watch::follow(awake);
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

    async fn wanted(&self, wanted: Wanted) -> Result<Option<String>, SecretsError> {
        if let Some(token) = locked(&self.shared.late).remove(&wanted) {
            return Ok(token);
        }
        self.ask(|reply| Job::Get { wanted, reply }).await
    }

    async fn delete_entries(&self, entries: Vec<String>) -> Result<(), SecretsError> {
        locked(&self.shared.late).clear();
        self.ask(|reply| Job::Delete { entries, reply }).await
    }

    async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<Result<T, Fault>>) -> Job) -> Result<T, SecretsError> {
        {
            let mut calls = locked(&self.shared.calls);
            // A call behind one that is overdue is not waited for.
            if calls.overdue {
                return Err(words(&Fault::Late));
            }
            calls.open += 1;
        }
        let (reply, answer) = oneshot::channel();
        self.jobs.send(job(reply)).map_err(|_| words(&Fault::Absent))?;
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(Ok(value))) => Ok(value),
            Ok(Ok(Err(fault))) => Err(words(&fault)),
            Ok(Err(_)) => Err(words(&Fault::Absent)),
            Err(_) => {
                let mut calls = locked(&self.shared.calls);
                calls.overdue = calls.open > 0;
                Err(words(&Fault::Late))
            }
        }
    }
}

#[async_trait]
impl Secrets for Keychain {
    async fn get(&self, key: &SecretKey) -> Result<Option<String>, SecretsError> {
        self.wanted(Wanted::Entry(key.entry_name())).await
    }

    async fn set(&self, key: &SecretKey, token: &str) -> Result<(), SecretsError> {
        let entry = key.entry_name();
        locked(&self.shared.late).remove(&Wanted::Entry(entry.clone()));
        self.ask(|reply| Job::Set { entry, token: token.to_owned(), reply }).await
    }

    async fn delete(&self, key: &SecretKey) -> Result<(), SecretsError> {
        self.delete_entries(vec![key.entry_name()]).await
    }

    async fn earlier(&self, account: &str, origin: &str) -> Result<Option<String>, SecretsError> {
        self.wanted(Wanted::Earlier { account: account.to_owned(), origin: origin.to_owned() }).await
    }

    async fn delete_earlier(&self, account: &str) -> Result<(), SecretsError> {
        self.delete_entries(vec![account.to_owned(), origin_entry(account)]).await
    }
}

/// The entry that records which origin an earlier version's entry was assigned to.
fn origin_entry(account: &str) -> String {
    format!("{account} # origin")
}

fn find(store: &mut impl Store, wanted: &Wanted) -> Result<Option<String>, Fault> {
    match wanted {
        Wanted::Entry(entry) => store.get(entry),
        Wanted::Earlier { account, origin } => {
            let Some(token) = store.get(account)? else { return Ok(None) };
            let bound = origin_entry(account);
            match store.get(&bound)? {
                Some(known) => Ok((known == *origin).then_some(token)),
                // The assignment is stored before the token is returned; if it cannot be stored, no token is
                // returned.
                None => store.set(&bound, origin).map(|()| Some(token)),
            }
        }
    }
}

fn work(mut store: impl Store, jobs: &Receiver<Job>, shared: &Shared) {
    while let Ok(job) = jobs.recv() {
        let late = perform(&mut store, job, shared);
        {
            let mut calls = locked(&shared.calls);
            *calls = Calls { open: calls.open.saturating_sub(1), overdue: false };
        }
        if late && let Some(awake) = &*locked(&shared.awake) {
            awake();
        }
    }
}

/// True when it succeeded after the caller had stopped waiting.
fn perform(store: &mut impl Store, job: Job, shared: &Shared) -> bool {
    match job {
        Job::Get { wanted, reply } => {
            let Err(Ok(token)) = reply.send(find(store, &wanted)) else { return false };
            locked(&shared.late).insert(wanted, token);
            true
        }
        Job::Set { entry, token, reply } => {
            // Reading first causes the prompt for unlocking. A caller that gave up in the meantime was told that
            // nothing was stored, so then nothing is.
            let before = store.get(&entry);
            if reply.is_closed() {
                return before.is_ok();
            }
            let result = before.and_then(|_| store.set(&entry, &token));
            reply.send(result).is_err_and(|r| r.is_ok())
        }
        Job::Delete { entries, reply } => {
            let deleted = entries.iter().try_for_each(|entry| store.delete(entry));
            reply.send(deleted).is_err_and(|r| r.is_ok())
        }
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

    /// A keychain that does not answer at first.
    struct Sleepy {
        sleep: Option<Duration>,
        tokens: HashMap<String, String>,
        /// The names of entries in the order in which they were read.
        read: Arc<Mutex<Vec<String>>>,
    }

    impl Store for Sleepy {
        fn get(&mut self, account: &str) -> Result<Option<String>, Fault> {
            if let Some(sleep) = self.sleep.take() {
                std::thread::sleep(sleep);
            }
            locked(&self.read).push(account.to_owned());
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

    fn key(account: &str, origin: &str, folder: &str) -> SecretKey {
        SecretKey { account: account.to_owned(), origin: origin.to_owned(), folder: folder.to_owned() }
    }

    fn own(account: &str) -> SecretKey {
        key(account, "https://api.github.com", "f")
    }

    fn holding(tokens: HashMap<String, String>) -> Sleepy {
        Sleepy { sleep: None, tokens, read: Arc::default() }
    }

    fn sleepy() -> Sleepy {
        let tokens = HashMap::from([(own("a").entry_name(), "secret".to_owned())]);
        Sleepy { sleep: Some(PATIENCE + Duration::from_secs(4)), ..holding(tokens) }
    }

    #[tokio::test]
    async fn a_late_token_is_not_lost() {
        let store = sleepy();
        let read = Arc::clone(&store.read);
        let keychain = Keychain::with(store);
        let (woken, mut wait) = tokio::sync::mpsc::unbounded_channel();
        keychain.on_awake(move || woken.send(()).unwrap_or_default());
        assert!(keychain.get(&own("a")).await.is_err());
        assert!(keychain.get(&own("b")).await.is_err(), "nobody queues behind a late call");
        wait.recv().await;
        assert_eq!(keychain.get(&own("a")).await, Ok(Some("secret".to_owned())));
        assert_eq!(keychain.get(&own("c")).await, Ok(None), "it answers again");
        assert_eq!(*locked(&read), [own("a").entry_name(), own("c").entry_name()], "who was refused has asked for nothing");
    }

    #[tokio::test]
    async fn what_was_given_up_is_not_stored() {
        let keychain = Keychain::with(sleepy());
        let (woken, mut wait) = tokio::sync::mpsc::unbounded_channel();
        keychain.on_awake(move || woken.send(()).unwrap_or_default());
        assert!(keychain.set(&own("a"), "newer").await.is_err());
        wait.recv().await;
        assert_eq!(keychain.get(&own("a")).await, Ok(Some("secret".to_owned())));
    }

    #[tokio::test]
    async fn an_entry_is_for_one_account_origin_and_folder() {
        let keychain = Keychain::with(holding(HashMap::new()));
        let kept = own("github");
        keychain.set(&kept, "secret").await.expect("kept");
        for other in [
            key("github-2", &kept.origin, &kept.folder),
            key("github", "https://api.github.com:8443", &kept.folder),
            key("github", "http://api.github.com", &kept.folder),
            key("github", &kept.origin, "g"),
        ] {
            assert_eq!(keychain.get(&other).await, Ok(None), "{other:?}");
            keychain.set(&other, "another").await.expect("kept");
            keychain.delete(&other).await.expect("deleted");
        }
        assert_eq!(keychain.get(&kept).await, Ok(Some("secret".to_owned())));
    }

    #[tokio::test]
    async fn an_entry_of_an_earlier_version_is_given_to_one_origin() {
        let tokens = HashMap::from([("github".to_owned(), "secret".to_owned())]);
        let keychain = Keychain::with(holding(tokens));
        let (own, other) = ("https://api.github.com", "https://evil.example");
        assert_eq!(keychain.earlier("heroku", own).await, Ok(None));
        for _ in 0..2 {
            assert_eq!(keychain.earlier("github", own).await, Ok(Some("secret".to_owned())), "any folder may copy it");
            assert_eq!(keychain.earlier("github", other).await, Ok(None));
        }
        keychain.delete(&key("github", own, "f")).await.expect("deleted");
        assert_eq!(keychain.earlier("github", own).await, Ok(Some("secret".to_owned())), "it stays");
        keychain.delete_earlier("github").await.expect("deleted");
        assert_eq!(keychain.earlier("github", own).await, Ok(None));
    }
}
