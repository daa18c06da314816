//! The tray: the most urgent state as an icon, details as text.
//!
//! On Linux there is a tray only while a `StatusNotifierWatcher` is on the session bus, and it can appear and
//! disappear. Closing the window hides it only while it can be opened again from the tray.

mod watcher;
mod words;

use crate::backend;
use crate::ipc::Place;
use slipway_domain::snapshot::Snapshot;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use tauri::image::Image;
use tauri::menu::{Menu, MenuBuilder, MenuItemBuilder};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Wry};
use tempfile::TempDir;
use words::{Icon, Words};

const OPEN: &str = "open";
const MUTE: &str = "mute";
const QUIT: &str = "quit";
const SERVICE: &str = "service:";
const MUTE_MINUTES: u32 = 60;

#[derive(Default)]
pub struct Tray {
    /// A tray shows the icon.
    there: AtomicBool,
    shown: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    icon: Option<TrayIcon>,
    /// What should be shown; None before the first state.
    words: Option<Words>,
    /// What is shown now.
    drawn: Option<Words>,
    /// The folder of the icon's files: each window has its own, so that they do not overwrite each other's.
    files: Option<TempDir>,
}

impl Tray {
    /// Starts watching for a tray.
    pub fn start(app: &AppHandle) {
        watcher::start(app.clone());
    }

    /// Whether the window may hide, because it can be opened again from here.
    pub fn is_there(&self) -> bool {
        self.there.load(Ordering::Relaxed)
    }

    pub fn show(&self, app: &AppHandle, snapshot: &Snapshot, muted: bool) {
        let words = words::words(snapshot, muted);
        {
            let mut shown = self.shown();
            if shown.words.as_ref() == Some(&words) {
                return;
            }
            shown.words = Some(words);
        }
        draw(app);
    }

    /// A tray has appeared, or the last one has disappeared.
    fn set_there(&self, app: &AppHandle, there: bool) {
        if there {
            self.there.store(true, Ordering::Relaxed);
            draw(app);
        } else if self.there.swap(false, Ordering::Relaxed) {
            // A hidden window could not be opened any more.
            crate::window::show_if_hidden(app);
        }
    }

    fn shown(&self) -> std::sync::MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs on the main thread, as GTK requires.
fn draw(app: &AppHandle) {
    let on_main = app.clone();
    let asked = app.run_on_main_thread(move || {
        // The tray library is loaded at its first use and panics when it is missing.
        if catch_unwind(AssertUnwindSafe(|| draw_now(&on_main))).is_err() {
            tracing::warn!("no tray: libayatana-appindicator is not installed");
            backend::of(&on_main).tray.set_there(&on_main, false);
        }
    });
    if let Err(error) = asked {
        tracing::warn!(%error, "the tray was not drawn");
    }
}

fn draw_now(app: &AppHandle) {
    let backend = backend::of(app);
    let tray = &backend.tray;
    let (words, drawn, icon) = {
        let shown = tray.shown();
        (shown.words.clone().unwrap_or_default(), shown.drawn.clone(), shown.icon.clone())
    };
    if !tray.is_there() || (icon.is_some() && drawn.as_ref() == Some(&words)) {
        return;
    }
    let result = menu(app, &words).and_then(|menu| match icon {
        Some(icon) => {
            if drawn.as_ref().map(|d| d.icon) != Some(words.icon) {
                icon.set_icon(Some(picture(words.icon)?))?;
            }
            icon.set_menu(Some(menu))?;
            Ok(icon)
        }
        None => {
            let files = tempfile::Builder::new().prefix("slipway-tray-").tempdir()?;
            let icon = TrayIconBuilder::with_id("slipway").icon(picture(words.icon)?).menu(&menu).tooltip("Slipway");
            let icon = icon.temp_dir_path(files.path());
            tray.shown().files = Some(files);
            icon.on_menu_event(|app, event| chosen(app, event.id().as_ref())).build(app)
        }
    });
    match result {
        Ok(icon) => {
            let mut shown = tray.shown();
            shown.icon = Some(icon);
            shown.drawn = Some(words);
        }
        Err(error) => tracing::warn!(%error, "the tray was not drawn"),
    }
}

fn menu(app: &AppHandle, words: &Words) -> tauri::Result<Menu<Wry>> {
    let said = |text: &str| MenuItemBuilder::new(escaped(text)).enabled(false).build(app);
    let mut menu = MenuBuilder::new(app).item(&said(&words.sentence)?);
    if let Some(detail) = &words.detail {
        menu = menu.item(&said(detail)?);
    }
    menu = menu.separator();
    for line in &words.lines {
        menu = menu.item(&MenuItemBuilder::with_id(format!("{SERVICE}{}", line.service), escaped(&line.text)).build(app)?);
    }
    if let Some(more) = &words.more {
        menu = menu.item(&said(more)?);
    }
    if !words.lines.is_empty() || words.more.is_some() {
        menu = menu.separator();
    }
    let mute = if words.muted { "Unmute" } else { "Mute for 1 hour" };
    menu.text(OPEN, "Open Slipway").text(MUTE, mute).separator().text(QUIT, "Quit").build()
}

fn chosen(app: &AppHandle, id: &str) {
    match id {
        OPEN => crate::window::show(app),
        MUTE => {
            let backend = backend::of(app);
            backend.mute(if backend.is_muted() { 0 } else { MUTE_MINUTES });
        }
        QUIT => app.exit(0),
        id => {
            if let Some(service) = id.strip_prefix(SERVICE) {
                backend::go(app, Place::Flow { service: service.to_owned() });
            }
        }
    }
}

/// In menus an ampersand marks a shortcut key.
fn escaped(text: &str) -> String {
    text.replace('&', "&&")
}

fn picture(icon: Icon) -> tauri::Result<Image<'static>> {
    let bytes: &[u8] = match icon {
        Icon::Idle => include_bytes!("../../icons/tray/idle-64.png"),
        Icon::Moving => include_bytes!("../../icons/tray/moving-64.png"),
        Icon::Waiting => include_bytes!("../../icons/tray/waiting-64.png"),
        Icon::Trouble => include_bytes!("../../icons/tray/trouble-64.png"),
        Icon::Hurt => include_bytes!("../../icons/tray/hurt-64.png"),
        Icon::Offline => include_bytes!("../../icons/tray/offline-64.png"),
    };
    Image::from_bytes(bytes)
}
