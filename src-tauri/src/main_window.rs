//! The one window, by its name: it is shown, and brought to the front.

use std::sync::atomic::{AtomicBool, Ordering};
use tauri::window::Color;
use tauri::{AppHandle, Manager};

/// The one window; `capabilities/main.json` names it too.
pub(crate) const LABEL: &str = "main";

/// The ground that the page draws first: `--canvas` of `ui/src/kit/tokens.css`.
const DARK: Color = Color(0x0d, 0x0f, 0x12, 0xff);
const LIGHT: Color = Color(0xf5, 0xf6, 0xf8, 0xff);

/// A window is built unseen, and shown once its page has a ground.
#[derive(Default)]
pub(crate) struct FirstShow {
    done: AtomicBool,
}

impl FirstShow {
    /// One that stays in the tray until somebody asks for it.
    pub(crate) fn not_by_itself() -> Self {
        Self { done: AtomicBool::new(true) }
    }
}

pub(crate) fn ground(dark: bool) -> Color {
    if dark { DARK } else { LIGHT }
}

/// The page has drawn its ground, or never will: what lies behind it takes the same colour, and then it is shown.
pub(crate) fn has_ground(app: &AppHandle, dark: bool) {
    if let Some(window) = app.get_webview_window(LABEL)
        && let Err(error) = window.set_background_color(Some(ground(dark)))
    {
        tracing::warn!(%error, "the window's ground was not set");
    }
    show_first(app);
}

pub(crate) fn show_first(app: &AppHandle) {
    let first = app.try_state::<FirstShow>().is_some_and(|first| !first.done.swap(true, Ordering::Relaxed));
    if first {
        show(app);
    }
}

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

#[cfg(test)]
mod tests {
    #[test]
    fn the_ground_is_the_pages() {
        let tokens = include_str!("../../ui/src/kit/tokens.css");
        let canvas: Vec<&str> = tokens.lines().filter_map(|line| line.trim().strip_prefix("--canvas: ")).collect();
        let hex = |dark| {
            let tauri::window::Color(r, g, b, _) = super::ground(dark);
            format!("#{r:02x}{g:02x}{b:02x};")
        };
        assert_eq!(canvas[..2], [hex(false), hex(true)]);
    }
}
