//! Where the page begins, and where links lead it. What arrives before the page listens waits for it.

use super::{Backend, go, lock};
use crate::deep_link::{self, LinkFault};
use crate::ipc::{IpcError, Place, Theme};
use crate::main_window;
use std::sync::Arc;

#[derive(Default)]
pub(super) enum Arrival {
    #[default]
    NotListening,
    /// The newest link that came before.
    Waiting(String),
    Listening,
}

impl Backend {
    /// Shows the window at the place that a link leads to, or says why it leads nowhere.
    pub(crate) fn follow(self: &Arc<Self>, link: String) {
        {
            let mut arrival = lock(&self.arrival);
            if !matches!(*arrival, Arrival::Listening) {
                *arrival = Arrival::Waiting(link);
                return;
            }
        }
        main_window::show(&self.app);
        let backend = Arc::clone(self);
        tauri::async_runtime::spawn(async move {
            match backend.place_of(&link).await {
                Ok(place) => go(&backend.app, place),
                Err(error) => tracing::warn!(error = error.message, "a link was not followed"),
            }
        });
    }

    /// The place at which a page that begins to listen opens: that of a link, else where it was left.
    pub(crate) async fn start_place(&self) -> Result<Option<Place>, IpcError> {
        let before = std::mem::replace(&mut *lock(&self.arrival), Arrival::Listening);
        match before {
            Arrival::Waiting(link) => {
                main_window::show(&self.app);
                let place = self.place_of(&link).await;
                // The page asks again when there is something to show.
                Ok(Some(place.unwrap_or_else(|error| Place::Nowhere { message: error.message })))
            }
            Arrival::NotListening | Arrival::Listening => Ok(self.memory.kept().place),
        }
    }

    /// On the sandbox nothing is remembered: its services are gone with it.
    pub(crate) async fn remember_place(&self, place: Place) -> Result<(), IpcError> {
        if self.open().await?.sandbox.is_none() && !matches!(place, Place::Nowhere { .. }) {
            self.memory.change(|kept| kept.place = Some(place));
        }
        Ok(())
    }

    pub(super) fn keep_theme(&self, theme: Theme) {
        self.memory.change(|kept| kept.theme = theme);
    }

    async fn place_of(&self, link: &str) -> Result<Place, IpcError> {
        let open = self.open().await?;
        let place = match open.sandbox {
            Some(_) => Err(LinkFault::Sandbox),
            None => deep_link::place(link, &open.engine.snapshot()),
        };
        Ok(place.unwrap_or_else(|fault| Place::Nowhere { message: fault.to_string() }))
    }
}
