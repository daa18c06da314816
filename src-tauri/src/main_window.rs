//! The one window, by its name: it is shown, and brought to the front.

use tauri::{AppHandle, Manager};

/// The one window; `capabilities/main.json` names it too.
pub(crate) const LABEL: &str = "main";

pub(crate) fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    let shown = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "the window was not shown");
    }
}

pub(crate) fn show_if_hidden(app: &AppHandle) {
    let hidden = app.get_webview_window(LABEL).is_some_and(|w| !w.is_visible().unwrap_or(true));
    if hidden {
        show(app);
    }
}
