//! Starts the engine on the user's data or on the sandbox.

use super::{Backend, Open, SETTINGS};
use crate::embedded::Embedded;
use crate::notify::stored;
use crate::window_lock::{self, Lock};
use anyhow::{Context, Result, bail};
use slipway_engine::ports::SystemClock;
use slipway_engine::{Engine, Options};
use slipway_sandbox::Scenario;
use slipway_terminal::keychain::Keychain;
use slipway_terminal::{data_folder, process, vendors};
use std::sync::Arc;

impl Backend {
    pub(super) async fn open_own(self: &Arc<Self>) -> Result<Arc<Open>> {
        let folder = data_folder::own()?;
        let held = window_lock::lock(&folder).context("cannot lock the data folder")?;
        if matches!(held, Lock::Taken) {
            bail!("Slipway is already open in another window.");
        }
        let secrets = Arc::new(Keychain::of_system());
        let engine = Engine::start(Options {
            vendors: vendors::known(),
            data_dir: folder,
            clock: Arc::new(SystemClock),
            secrets: secrets.clone(),
            environment_tokens: self.environment_tokens.clone(),
            polling: true,
            by: process::user_name(),
        })
        .await
        .context("cannot open Slipway's data")?;
        stored::migrate(&engine, SETTINGS);
        let (runtime, waiting) = (tokio::runtime::Handle::current(), engine.clone());
        secrets.on_awake(move || {
            let engine = waiting.clone();
            runtime.spawn(async move { engine.recheck_keychain().await });
        });
        Ok(self.opened(engine, None, Some(held)))
    }

    pub(super) async fn open_sandbox(self: &Arc<Self>, scenario: Scenario, speed: f64) -> Result<Arc<Open>> {
        let (embedded, engine) = Embedded::start(scenario, speed).await?;
        Ok(self.opened(engine, Some(embedded), None))
    }
}
