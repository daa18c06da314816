use super::*;
use crate::ports::{NoSecrets, SecretKey, SecretsError};
use async_trait::async_trait;
use slipway_domain::snapshot::TokenPlace;
use std::collections::HashSet;
use std::sync::Barrier;

/// Two would not know of each other's waits and budgets.
#[test]
fn an_account_has_one_client_whoever_asks_first() {
    for _ in 0..50 {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).expect("a store");
        let http = Http::new(Arc::new(|| Time(jiff::Timestamp::UNIX_EPOCH))).expect("a transport");
        let token = vec![("HEROKU_API_KEY", "HRKU-test".to_owned())].into();
        let accounts = Accounts::new(slipway_registry::VENDORS, http, folder.path(), Arc::new(NoSecrets), token, store).expect("accounts");
        let account = accounts.all().into_iter().next().expect("that of the environment");
        let all = Barrier::new(4);
        let client = || {
            all.wait();
            let client = accounts.client_of(&account).expect("a client");
            Arc::as_ptr(&client.platform.expect("a platform")).cast::<()>() as usize
        };
        let found: HashSet<usize> = std::thread::scope(|scope| {
            let asked: Vec<_> = (0..4).map(|_| scope.spawn(client)).collect();
            asked.into_iter().map(|one| one.join().expect("it answers")).collect()
        });
        assert_eq!(found.len(), 1);
    }
}

/// A keychain in memory: entries by account, origin and folder, and those of an earlier version.
#[derive(Default)]
struct Kept {
    entries: Mutex<HashMap<SecretKey, String>>,
    earlier: Mutex<HashMap<String, String>>,
}

#[async_trait]
impl Secrets for Kept {
    async fn get(&self, key: &SecretKey) -> Result<Option<String>, SecretsError> {
        Ok(lock(&self.entries).get(key).cloned())
    }

    async fn set(&self, key: &SecretKey, token: &str) -> Result<(), SecretsError> {
        lock(&self.entries).insert(key.clone(), token.to_owned());
        Ok(())
    }

    async fn delete(&self, key: &SecretKey) -> Result<(), SecretsError> {
        lock(&self.entries).remove(key);
        Ok(())
    }

    async fn earlier(&self, account: &str, _origin: &str) -> Result<Option<String>, SecretsError> {
        Ok(lock(&self.earlier).get(account).cloned())
    }

    async fn delete_earlier(&self, account: &str) -> Result<(), SecretsError> {
        lock(&self.earlier).remove(account);
        Ok(())
    }
}

const OWN: &str = "https://api.github.com";
const OTHER: &str = "https://evil.example";

fn github(url: &str) -> Account {
    Account { id: "github".into(), provider: VendorId::new("github"), url: url.into(), keychain: true, borrowed: false, read_only: false }
}

fn accounts(folder: &Path, secrets: &Arc<Kept>, store: &Store) -> Accounts {
    let http = Http::new(Arc::new(|| Time(jiff::Timestamp::UNIX_EPOCH))).expect("a transport");
    Accounts::new(slipway_registry::VENDORS, http, folder, secrets.clone(), EnvironmentTokens::default(), store.clone()).expect("accounts")
}

async fn has_token(accounts: &Accounts, url: &str) -> bool {
    accounts.tokens.of(&github(url), true).await.is_ok()
}

#[tokio::test]
async fn a_token_in_memory_is_for_its_origin() {
    let folder = tempfile::tempdir().expect("a folder");
    let (secrets, store) = (Arc::default(), Store::open(folder.path()).expect("a store"));
    let accounts = accounts(folder.path(), &secrets, &store);
    for keychain in [true, false] {
        accounts.keep_token(&github(OWN), "gho_own", keychain).await.expect("kept");
        store.save_account(&github(OTHER)).expect("edited");
        accounts.reload().expect("read again");
        assert!(!has_token(&accounts, OTHER).await && has_token(&accounts, OWN).await);
        assert!(has_token(&accounts, "https://api.github.com/another/path").await, "one server");
        assert!(!has_token(&accounts, "https://api.github.com:444").await);
        assert_eq!(accounts.states()[0].token, TokenPlace::Missing, "the other server has none");
    }
}

/// Only what was stored when this version first opened the folder is of an earlier version.
#[tokio::test]
async fn an_entry_of_an_earlier_version_is_for_its_accounts() {
    let (folder, secrets) = (tempfile::tempdir().expect("a folder"), Arc::<Kept>::default());
    lock(&secrets.earlier).insert("github".into(), "gho_earlier".into());
    let store = Store::open(folder.path()).expect("a store");
    store.save_account(&github(OWN)).expect("stored");
    let first = accounts(folder.path(), &secrets, &store);
    assert!(!has_token(&first, OTHER).await && has_token(&first, OWN).await);
    assert_eq!(lock(&secrets.entries).len(), 1, "it was copied");
    assert_eq!(lock(&secrets.earlier).len(), 1, "and stays");

    // Changed behind our back, here and for the next start.
    lock(&secrets.entries).clear();
    store.save_account(&github(OTHER)).expect("edited");
    first.reload().expect("read again");
    assert!(!has_token(&first, OTHER).await);
    let next = accounts(folder.path(), &secrets, &store);
    assert!(!has_token(&next, OTHER).await && has_token(&next, OWN).await);

    // Another account of that id.
    lock(&secrets.entries).clear();
    next.is_no_earlier_account("github").expect("noted");
    assert!(!has_token(&accounts(folder.path(), &secrets, &store), OWN).await);
    let empty = tempfile::tempdir().expect("a folder");
    let store = Store::open(empty.path()).expect("a store");
    let added = accounts(empty.path(), &secrets, &store);
    store.save_account(&github(OWN)).expect("stored");
    added.reload().expect("read again");
    assert!(!has_token(&added, OWN).await, "this version's own account");
}

#[tokio::test]
async fn folders_have_entries_of_their_own() {
    let secrets = Arc::<Kept>::default();
    let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let stores = [&one, &two].map(|folder| Store::open(folder.path()).expect("a store"));
    let all = [accounts(one.path(), &secrets, &stores[0]), accounts(two.path(), &secrets, &stores[1])];
    for (accounts, token) in all.iter().zip(["gho_one", "gho_two"]) {
        accounts.keep_token(&github(OWN), token, true).await.expect("kept");
    }
    all[1].forget(&github(OWN)).await.expect("removed");
    let kept: Vec<String> = lock(&secrets.entries).values().cloned().collect();
    assert_eq!(kept, ["gho_one"]);
}
