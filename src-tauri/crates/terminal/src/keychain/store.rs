//! The keychain entries: one for each token, with service `slipway` and the entry's name as user.

use keyring::Error;

/// The service name of every entry.
const SERVICE: &str = "slipway";

/// The operations that [`super::Keychain`] needs. They may block for long.
pub(super) trait Store {
    fn get(&mut self, name: &str) -> Result<Option<String>, Fault>;
    fn set(&mut self, name: &str, token: &str) -> Result<(), Fault>;
    fn delete(&mut self, name: &str) -> Result<(), Fault>;
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Absent,
    Locked,
    Late,
    /// The store's message; it never contains the token.
    Other(String),
}

/// The keychain of the operating system.
#[derive(Default)]
pub(super) struct SystemStore {
    #[cfg(all(unix, not(target_os = "macos")))]
    opened: Option<std::sync::Arc<zbus_secret_service_keyring_store::Store>>,
}

impl Store for SystemStore {
    fn get(&mut self, name: &str) -> Result<Option<String>, Fault> {
        let entry = self.entry(name)?;
        match entry.get_password() {
            Ok(token) => Ok(Some(token)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn set(&mut self, name: &str, token: &str) -> Result<(), Fault> {
        let entry = self.entry(name)?;
        entry.set_password(token).map_err(|error| self.failed(&error))
    }

    fn delete(&mut self, name: &str) -> Result<(), Fault> {
        let entry = self.entry(name)?;
        match entry.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(self.failed(&error)),
        }
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
impl SystemStore {
    /// `keyring` opens its store only once, so a service that starts later or restarts would stay absent. Here the
    /// store is opened again after a failure.
    fn entry(&mut self, name: &str) -> Result<keyring_core::Entry, Fault> {
        use keyring_core::api::CredentialStoreApi;
        let store = match &self.opened {
            Some(store) => store,
            None => {
                let store = zbus_secret_service_keyring_store::Store::new().map_err(|error| {
                    tracing::debug!(%error, "no Secret Service");
                    Fault::Absent
                })?;
                self.opened.insert(store)
            }
        };
        store.build(SERVICE, name, None).map_err(|error| fault(&error))
    }

    fn failed(&mut self, error: &Error) -> Fault {
        self.opened = None;
        fault(error)
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
impl SystemStore {
    fn entry(&mut self, name: &str) -> Result<keyring::Entry, Fault> {
        keyring::Entry::new(SERVICE, name).map_err(|error| fault(&error))
    }

    fn failed(&mut self, error: &Error) -> Fault {
        fault(error)
    }
}

fn fault(error: &Error) -> Fault {
    match error {
        Error::NoStorageAccess(_) => Fault::Locked,
        Error::NoDefaultStore => Fault::Absent,
        Error::PlatformFailure(_) => {
            tracing::debug!(%error, "the keychain failed");
            Fault::Absent
        }
        Error::TooLong(what, limit) => Fault::Other(format!("{what} is longer than {limit} bytes")),
        Error::Ambiguous(_) => Fault::Other("it has more than one entry for this account".to_owned()),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => Fault::Other("what it holds for this account is no token".to_owned()),
        _ => Fault::Other("it does not say why".to_owned()),
    }
}
