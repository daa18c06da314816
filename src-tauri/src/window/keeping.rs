//! Opens the window as it was left, and notes how it is left.

use super::PageBuilder;
use crate::ipc::Theme;
use crate::main_window::{self, LABEL};
use crate::remembered::placement::{Area, restored};
use crate::remembered::{Kept, Memory, zoom};
use crate::wayland::no_place;
use std::sync::Arc;
use tauri::utils::config::WindowConfig;
use tauri::webview::WebviewWindow;
use tauri::{App, AppHandle, Manager, Monitor};

/// As it was left, still unseen, and with the ground that its page draws first.
pub(super) fn as_left<'a>(app: &App, builder: PageBuilder<'a>, config: &WindowConfig, kept: &Kept) -> PageBuilder<'a> {
    let screens: Vec<Area> = app.available_monitors().unwrap_or_default().iter().map(area).collect();
    let smallest = (config.min_width.unwrap_or_default(), config.min_height.unwrap_or_default());
    let placement = restored(kept, &screens, smallest);
    let mut builder = builder.visible(false).background_color(main_window::ground(is_dark(kept)));
    builder = builder.initialization_script(first_theme(kept.theme));
    if let Some((width, height)) = placement.size {
        builder = builder.inner_size(width, height);
    }
    if let Some((x, y)) = placement.corner.filter(|_| no_place().is_none()) {
        builder = builder.position(x, y);
    }
    builder.maximized(kept.maximized)
}

pub(super) fn zoomed(window: &WebviewWindow, kept: &Kept) {
    if let Err(error) = window.set_zoom(zoom::factor(kept.zoom)) {
        tracing::warn!(%error, "the page was not zoomed");
    }
}

fn is_dark(kept: &Kept) -> bool {
    match kept.theme {
        Theme::Dark => true,
        Theme::Light => false,
        Theme::System => kept.dark,
    }
}

/// Runs before the page: its first paint has its theme.
fn first_theme(theme: Theme) -> String {
    let named = match theme {
        Theme::Dark => "'dark'",
        Theme::Light => "'light'",
        Theme::System => "matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'",
    };
    format!("document.documentElement.dataset.theme = {named};")
}

fn area(monitor: &Monitor) -> Area {
    let scale = monitor.scale_factor();
    let (position, size) = (monitor.position().to_logical::<f64>(scale), monitor.size().to_logical::<f64>(scale));
    Area { x: position.x, y: position.y, width: size.width, height: size.height }
}

/// Size and place as they are now. Of a window that is hidden, minimised or full screen there is nothing to note; of one
/// that is maximised, that it is.
pub(super) fn note(app: &AppHandle) {
    let (Some(window), Some(memory)) = (app.get_webview_window(LABEL), app.try_state::<Arc<Memory>>()) else { return };
    match now(&window) {
        Ok(Some((maximized, size, corner))) => memory.change(|kept| {
            kept.maximized = maximized;
            if !maximized {
                kept.size = Some(size);
                kept.corner = Some(corner).filter(|_| no_place().is_none());
            }
        }),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "the window's size is not known"),
    }
}

type Left = (bool, (f64, f64), (f64, f64));

fn now(window: &WebviewWindow) -> tauri::Result<Option<Left>> {
    if !window.is_visible()? || window.is_minimized()? || window.is_fullscreen()? {
        return Ok(None);
    }
    let scale = window.scale_factor()?;
    let size = window.inner_size()?.to_logical::<f64>(scale);
    let corner = window.outer_position()?.to_logical::<f64>(scale);
    Ok(Some((window.is_maximized()?, (size.width, size.height), (corner.x, corner.y))))
}
