//! Accounts: adding, changing and removing them, and what services could be made through them.

use super::Engine;
use crate::accounts::cli_credentials::AvailableCli;
use crate::accounts::new_account::{AccountProbe, NewAccount, NewToken, SetupError};
use crate::accounts::token_trial::Tested;
use crate::discover;
use crate::engine_event::EngineEvent;
use slipway_domain::discover::Proposal;
use slipway_domain::humanize::names_there_are;
use slipway_domain::service::Account;
use slipway_domain::snapshot::AccountState;
use slipway_domain::vendor::VendorId;
use slipway_vendor::ReadError;
use slipway_vendor::discover::RepositoryPage;
use tokio::sync::oneshot;

impl Engine {
    pub fn accounts(&self) -> Vec<Account> {
        self.accounts.all()
    }

    /// The accounts as they are now, asked or not.
    pub fn account_states(&self) -> Vec<AccountState> {
        self.accounts.states()
    }

    /// As [`Self::add_account`], once the vendor was asked about the token. One that it refuses is not
    /// kept, and an account that was there stays as it was; one that could not be asked about is kept.
    pub async fn add_tested_account(&self, new: NewAccount) -> Result<(Account, Tested), SetupError> {
        let tried = self.accounts.try_token(&self.as_account(&new)?, &new.token).await?;
        let account = self.add_account(new).await?;
        let tested = self.tested(&account.id, tried).await;
        Ok((account, tested))
    }

    /// As [`Self::replace_token`], once the vendor was asked about the token.
    pub async fn replace_tested_token(&self, id: &str, token: String, keychain: bool) -> Result<Tested, SetupError> {
        let account = Account { borrowed: false, ..self.account(id)? };
        let tried = self.accounts.try_token(&account, &NewToken::ThisRun(token.clone())).await?;
        self.replace_token(id, token, keychain).await?;
        Ok(self.tested(id, tried).await)
    }

    /// What works is asked once more by the account as it is kept: what it may do is remembered of it.
    async fn tested(&self, id: &str, tried: Tested) -> Tested {
        match tried {
            Tested::Works(_) => self.test_account(id).await.map_or_else(Tested::NotTested, Tested::Works),
            Tested::NotTested(_) | Tested::NoToken => tried,
        }
    }

    /// The account that is asked for, under the id it gets. Nothing is stored.
    fn as_account(&self, new: &NewAccount) -> Result<Account, SetupError> {
        let NewAccount { provider, url, token, another, read_only } = new;
        let (provider, read_only) = (*provider, *read_only);
        let vendor = self.accounts.vendor(provider)?;
        self.accounts.check_url(vendor, url.as_deref())?;
        let url = url.as_deref().map_or_else(|| vendor.dialect.default_url().to_owned(), plain);
        let known = self.accounts().into_iter().filter(|a| !a.id.ends_with("-environment"));
        let same = known.clone().find(|a| !another && a.provider == provider && a.url == url);
        let id = same.map_or_else(|| free_id(provider, &known.map(|a| a.id).collect::<Vec<_>>()), |a| a.id);
        let (keychain, borrowed) = (matches!(token, NewToken::Keychain(_)), matches!(token, NewToken::Borrowed));
        Ok(Account { id, provider, url, keychain, borrowed, read_only })
    }

    /// Adds the account, or replaces the first of its kind at the same URL unless `another` is
    /// wanted there.
    pub async fn add_account(&self, new: NewAccount) -> Result<Account, SetupError> {
        let account = self.as_account(&new)?;
        let token = new.token;
        if account.borrowed {
            // The CLI is asked before anything is stored.
            self.accounts.check_borrowed(&account).await?;
        }
        self.accounts.forget_learnt(&account.id);
        match &token {
            NewToken::Keychain(token) => self.accounts.keep_token(&account, token, true).await?,
            NewToken::ThisRun(token) => self.accounts.keep_token(&account, token, false).await?,
            NewToken::None | NewToken::Borrowed => {}
        }
        // One that was added is no account of an earlier version, and gets none of its tokens.
        self.accounts.is_no_earlier_account(&account.id)?;
        self.store.save_account(&account)?;
        self.reconfigured().await?;
        Ok(account)
    }

    pub async fn replace_token(&self, id: &str, token: String, keychain: bool) -> Result<(), SetupError> {
        let mut account = self.account(id)?;
        self.accounts.forget_learnt(id);
        self.accounts.keep_token(&account, &token, keychain).await?;
        account.borrowed = false;
        // A token for this run must not make the next run forget the one in the keychain.
        account.keychain = account.keychain || keychain;
        self.store.save_account(&account)?;
        self.reconfigured().await
    }

    /// Whether removing the account leaves its token in the keychain in an entry of an earlier
    /// version, which other data folders may use.
    pub async fn has_earlier_entry(&self, id: &str) -> Result<bool, SetupError> {
        self.accounts.has_earlier_entry(&self.account(id)?).await
    }

    /// The token leaves the keychain first: an account that is gone could not remove it. An entry of
    /// an earlier version stays.
    pub async fn remove_account(&self, id: &str) -> Result<(), SetupError> {
        let account = self.account(id)?;
        self.accounts.forget(&account).await?;
        self.store.remove_account(id)?;
        self.accounts.is_no_earlier_account(id)?;
        self.accounts.forget_learnt(id);
        self.reconfigured().await
    }

    /// As [`Self::remove_account`], and takes the entry of an earlier version out of the keychain too:
    /// for other data folders, and for that version, the token is gone as well.
    pub async fn remove_account_everywhere(&self, id: &str) -> Result<(), SetupError> {
        if self.has_earlier_entry(id).await? {
            self.accounts.delete_earlier_entry(&self.account(id)?).await?;
        }
        self.remove_account(id).await
    }

    /// Keeps `note` until somebody acknowledges it.
    pub fn notify(&self, note: &str) -> Result<(), SetupError> {
        self.intents.notify(note, self.now())?;
        self.events.send(EngineEvent::JournalChanged);
        Ok(())
    }

    pub async fn test_account(&self, id: &str) -> Result<AccountProbe, ReadError> {
        let probe = self.accounts.probe(id, self.now()).await;
        // What it may do decides what is off.
        self.events.send(EngineEvent::AccountsChanged);
        probe
    }

    /// Which of the vendors' CLIs could lend their token.
    pub async fn borrowable(&self) -> Vec<AvailableCli> {
        self.accounts.borrowable().await
    }

    pub async fn set_read_only(&self, id: &str, read_only: bool) -> Result<(), SetupError> {
        let account = Account { read_only, ..self.account(id)? };
        if account.id.ends_with("-environment") {
            return Err(SetupError::Usage("This account is only in the environment; add it first.".to_owned()));
        }
        self.store.save_account(&account)?;
        self.reconfigured().await
    }

    /// For the requests of the next minute; kept in memory only.
    pub fn give_second_factor(&self, code: &str) {
        self.accounts.give_second_factor(code);
    }

    /// Repositories to make a service of, most recently pushed first, a hundred at a time.
    pub async fn repositories(&self, accounts: &[String], after: Option<&str>) -> Result<RepositoryPage, ReadError> {
        discover::repositories(&self.accounts, accounts, after).await
    }

    /// A service for `repo`, guessed from what the accounts show, with reasons and doubts.
    /// Nothing is added. `accounts`: which to look through, where there are several of a kind.
    pub async fn discover(&self, repo: &str, accounts: &[String]) -> Result<Proposal, ReadError> {
        discover::discover(&self.accounts, &self.commits, repo, accounts).await
    }

    fn account(&self, id: &str) -> Result<Account, SetupError> {
        let accounts = self.accounts();
        let ids = || accounts.iter().map(|a| a.id.clone()).collect::<Vec<_>>();
        let gone = || SetupError::Usage(format!("There is no account {id}. {}", names_there_are(id, &ids())));
        accounts.iter().find(|a| a.id == id).cloned().ok_or_else(gone)
    }

    pub(super) async fn reconfigured(&self) -> Result<(), SetupError> {
        self.accounts.reload()?;
        let (done, noted) = oneshot::channel();
        self.events.send(EngineEvent::Reconfigured(done));
        let _ = noted.await;
        Ok(())
    }
}

fn free_id(provider: VendorId, taken: &[String]) -> String {
    let plain = provider.to_string();
    if !taken.contains(&plain) {
        return plain;
    }
    let numbered = (2..).map(|n| format!("{plain}-{n}")).find(|id| !taken.contains(id));
    numbered.unwrap_or(plain)
}

/// The same place is the same account however it was written.
fn plain(url: &str) -> String {
    let url = url.trim().trim_end_matches('/');
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    format!("{}://{}{path}", scheme.to_ascii_lowercase(), host.to_ascii_lowercase())
}
