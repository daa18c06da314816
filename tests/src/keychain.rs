//! A real Secret Service.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use zbus::zvariant::OwnedObjectPath;

use crate::bus;
use crate::process::Process;
use crate::wait::wait_for;

/// The keychain of a desktop.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Keychain {
    /// gnome-keyring with its login collection open.
    #[default]
    Unlocked,
    /// gnome-keyring, locked, with a prompt on the display that nobody answers.
    Locked,
    /// No Secret Service on the bus.
    Absent,
    /// A Secret Service that answers nothing.
    Hangs,
    /// A Secret Service that refuses everything.
    Refuses,
}

/// An entry without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    pub label: String,
    pub attributes: HashMap<String, String>,
}

pub(crate) const SERVICE: &str = "org.freedesktop.secrets";
const ROOT: &str = "/org/freedesktop/secrets";
const LOGIN: &str = "/org/freedesktop/secrets/collection/login";
/// The password.
pub const PASSWORD: &str = "correct horse";

/// Starts the daemon with an unlocked login collection.
pub(crate) async fn start(mut command: Command, folder: &Path, connection: &zbus::Connection) -> Result<Process> {
    command.args(["--unlock", "--foreground", "--components=secrets"]).stdin(Stdio::piped());
    let mut daemon = Process::start(command, folder, "gnome-keyring-daemon")?;
    let mut input = daemon.child().stdin.take().context("no standard input")?;
    input.write_all(PASSWORD.as_bytes())?;
    drop(input);
    wait_for("the keychain", async || {
        if bus::owner(connection, SERVICE).await?.is_none() {
            return Ok(None);
        }
        Ok(is_locked(connection).await?.then_some(()).map_or(Some(()), |()| None))
    })
    .await
    .with_context(|| daemon.said())?;
    Ok(daemon)
}

/// Locks the login collection.
pub(crate) async fn lock(connection: &zbus::Connection) -> Result<()> {
    let login = OwnedObjectPath::try_from(LOGIN)?;
    connection.call_method(Some(SERVICE), ROOT, Some("org.freedesktop.Secret.Service"), "Lock", &(vec![login],)).await?;
    wait_for("the keychain to be locked", async || Ok(is_locked(connection).await?.then_some(()))).await
}

/// Every entry of every open collection.
pub(crate) async fn secrets(connection: &zbus::Connection) -> Result<Vec<Secret>> {
    let everything: HashMap<String, String> = HashMap::new();
    let answer = connection.call_method(Some(SERVICE), ROOT, Some("org.freedesktop.Secret.Service"), "SearchItems", &(everything,)).await?;
    let (open, _locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) = answer.body().deserialize()?;
    let mut secrets = Vec::new();
    for path in open {
        let item = zbus::Proxy::new(connection, SERVICE, path, "org.freedesktop.Secret.Item").await?;
        secrets.push(Secret { label: item.get_property("Label").await?, attributes: item.get_property("Attributes").await? });
    }
    Ok(secrets)
}

async fn is_locked(connection: &zbus::Connection) -> Result<bool> {
    let login = zbus::Proxy::new(connection, SERVICE, LOGIN, "org.freedesktop.Secret.Collection").await?;
    Ok(login.get_property("Locked").await?)
}
