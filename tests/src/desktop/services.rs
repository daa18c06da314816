//! The services of a session: bus, keychain, notifications and tray.

use anyhow::{Context, Result, bail};

use super::Desktop;
use crate::bus;
use crate::keychain::{self, Keychain, Secret};
use crate::toasts::{self, Toast, ToastSignal};
use crate::tray::Tray;
use crate::wait::wait_for;

impl Desktop {
    /// The harness's own connection.
    pub fn bus(&self) -> &zbus::Connection {
        &self.bus
    }

    /// The owner of a name, if it has one.
    pub async fn owner(&self, name: &str) -> Result<Option<String>> {
        bus::owner(&self.bus, name).await
    }

    // ---- the keychain

    /// Starts the keychain of a desktop that was configured without one, or whose keychain was stopped. Its entries
    /// are kept.
    pub async fn start_keychain(&mut self) -> Result<()> {
        self.stop_keychain().await?;
        let command = self.command("gnome-keyring-daemon");
        let daemon = keychain::start(command, &self.log(), &self.bus).await?;
        self.processes.push(daemon);
        Ok(())
    }

    /// Stops the keychain; its entries stay on disk.
    pub async fn stop_keychain(&mut self) -> Result<()> {
        self.processes.retain(|process| !process.is("gnome-keyring-daemon"));
        self.spoilt = None;
        wait_for("the keychain to go", async || Ok(self.owner(keychain::SERVICE).await?.is_none().then_some(()))).await
    }

    /// Replaces it by one that answers nothing, or refuses everything.
    pub async fn spoil_keychain(&mut self, how: Keychain) -> Result<()> {
        self.stop_keychain().await?;
        self.spoilt = Some(bus::occupy(&self.bus_address, keychain::SERVICE, how == Keychain::Refuses).await?);
        Ok(())
    }

    /// Locks the keychain.
    pub async fn lock_keychain(&self) -> Result<()> {
        keychain::lock(&self.bus).await
    }

    /// Every entry of the open keychain.
    pub async fn secrets(&self) -> Result<Vec<Secret>> {
        keychain::secrets(&self.bus).await
    }

    /// The secret of an entry, read with `secret-tool`.
    pub fn secret(&self, attributes: &[(&str, &str)]) -> Result<Option<String>> {
        let mut command = self.command("secret-tool");
        command.arg("lookup");
        for (name, value) in attributes {
            command.args([name, value]);
        }
        let output = command.output().context("cannot start secret-tool")?;
        let text = String::from_utf8(output.stdout)?;
        Ok(output.status.success().then_some(text))
    }

    // ---- notifications

    /// Every toast that was requested so far.
    pub fn toasts(&self) -> Vec<Toast> {
        self.record.lock().map_or_else(|_| Vec::new(), |record| record.toasts.clone())
    }

    /// The signals of the notification server so far.
    pub fn toast_signals(&self) -> Vec<ToastSignal> {
        self.record.lock().map_or_else(|_| Vec::new(), |record| record.signals.clone())
    }

    /// Waits for the first matching toast that the server has accepted.
    pub async fn toast(&self, what: &str, fits: impl Fn(&Toast) -> bool) -> Result<Toast> {
        let found =
            wait_for(&format!("a toast: {what}"), async || Ok(self.toasts().into_iter().find(|toast| toast.id != 0 && fits(toast)))).await;
        found.with_context(|| format!("there were: {:#?}", self.toasts()))
    }

    /// Clicks a toast's action ("default": the toast itself). Needs [`Toasts::Harness`].
    pub async fn click_toast(&self, toast: &Toast, action: &str) -> Result<()> {
        let connection = self.server.as_ref().context("only the harness's own notification server can be clicked")?;
        if !toast.actions.iter().any(|(key, _)| key == action) {
            bail!("the toast has no action {action}: {toast:#?}");
        }
        toasts::invoke(connection, toast.id, action).await
    }

    // ---- the tray

    /// Starts the tray of a desktop that was configured without one.
    pub async fn start_tray(&mut self) -> Result<()> {
        let connection = bus::connect(&self.bus_address).await?;
        self.tray = Some(Tray::start(connection).await?);
        Ok(())
    }

    pub fn tray(&self) -> Result<&Tray> {
        self.tray.as_ref().context("this desktop was planned without a tray")
    }
}
