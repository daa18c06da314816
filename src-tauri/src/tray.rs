//! The tray: the most urgent state as an icon, details as text.
//!
//! On Linux there is a tray only while a `StatusNotifierWatcher` is on the session bus, and it can appear and
//! disappear. Closing the window hides it only while it can be opened again from the tray.

mod watcher;
mod words;

use crate::main_window;
use slipway_domain::snapshot::Snapshot;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tauri::image::Image;
use tauri::menu::{Menu, MenuBuilder, MenuItemBuilder};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Wry};
use tempfile::TempDir;
use words::{Icon, Words};

pub(crate) use words::Silence;

const OPEN: &str = "open";
const ALL_SERVICES: &str = "all services";
const INBOX: &str = "inbox";
const REFRESH: &str = "refresh";
const SETTINGS: &str = "settings";
const MUTE: &str = "mute";
const ALERTS: &str = "alerts";
const QUIT: &str = "quit";
const SERVICE: &str = "service:";

/// What a person chose in the menu.
pub(crate) enum Choice {
    Open,
    AllServices,
    Inbox,
    /// Reads everything now.
    Refresh,
    Settings,
    Mute,
    Alerts,
    Quit,
    Service(String),
}

/// A handle: clones are the same tray.
#[derive(Clone)]
pub(crate) struct Tray {
    on_choice: fn(&AppHandle, Choice),
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// Somebody shows the icon.
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
    pub(crate) fn new(on_choice: fn(&AppHandle, Choice)) -> Self {
        Self { on_choice, state: Arc::default() }
    }

    /// Watches for a tray from now on.
    pub(crate) fn start(&self, app: &AppHandle) {
        let (tray, app) = (self.clone(), app.clone());
        watcher::start(move |there| tray.set_there(&app, there));
    }

    /// Whether the window may hide, because it can be opened again from here.
    pub(crate) fn is_there(&self) -> bool {
        self.state.there.load(Ordering::Relaxed)
    }

    pub(crate) fn show(&self, app: &AppHandle, snapshot: &Snapshot, silence: Silence) {
        let words = words::words(snapshot, silence);
        {
            let mut shown = self.shown();
            if shown.words.as_ref() == Some(&words) {
                return;
            }
            shown.words = Some(words);
        }
        self.draw(app);
    }

    /// A tray has appeared, or the last one has disappeared.
    fn set_there(&self, app: &AppHandle, there: bool) {
        if there {
            self.state.there.store(true, Ordering::Relaxed);
            self.draw(app);
        } else if self.state.there.swap(false, Ordering::Relaxed) {
            // A hidden window could not be found any more.
            main_window::show_if_hidden(app);
        }
    }

    fn shown(&self) -> std::sync::MutexGuard<'_, Shown> {
        self.state.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// On the main thread, where GTK lives.
    fn draw(&self, app: &AppHandle) {
        let (tray, on_main) = (self.clone(), app.clone());
        let asked = app.run_on_main_thread(move || {
            // The library of the tray is loaded at its first use, and panics when it is missing.
            if catch_unwind(AssertUnwindSafe(|| tray.draw_now(&on_main))).is_err() {
                tracing::warn!("no tray: libayatana-appindicator is not installed");
                tray.set_there(&on_main, false);
            }
        });
        if let Err(error) = asked {
            tracing::warn!(%error, "the tray was not drawn");
        }
    }

    fn draw_now(&self, app: &AppHandle) {
        let (words, drawn, icon) = {
            let shown = self.shown();
            (shown.words.clone().unwrap_or_default(), shown.drawn.clone(), shown.icon.clone())
        };
        if !self.is_there() || (icon.is_some() && drawn.as_ref() == Some(&words)) {
            return;
        }
        let result = menu(app, &words).and_then(|menu| match icon {
            Some(icon) => {
                if drawn.as_ref().map(|d| d.icon) != Some(words.icon) {
                    icon.set_icon(Some(picture(words.icon)?))?;
                }
                icon.set_menu(Some(menu))?;
                icon.set_tooltip(Some(&words.sentence))?;
                Ok(icon)
            }
            None => {
                let files = tempfile::Builder::new().prefix("slipway-tray-").tempdir()?;
                let icon = TrayIconBuilder::with_id("slipway").icon(picture(words.icon)?).menu(&menu).tooltip(&words.sentence);
                let icon = icon.temp_dir_path(files.path());
                self.shown().files = Some(files);
                let on_choice = self.on_choice;
                icon.on_menu_event(move |app, event| chosen(event.id().as_ref()).into_iter().for_each(|choice| on_choice(app, choice)))
                    .build(app)
            }
        });
        match result {
            Ok(icon) => {
                let mut shown = self.shown();
                shown.icon = Some(icon);
                shown.drawn = Some(words);
            }
            Err(error) => tracing::warn!(%error, "the tray was not drawn"),
        }
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
    let menu = menu.text(OPEN, "Open Slipway").text(ALL_SERVICES, "All services").text(INBOX, words.inbox()).separator();
    let menu = menu.text(MUTE, words.silence.mute()).text(ALERTS, words.silence.quiet()).separator();
    menu.text(REFRESH, "Refresh").text(SETTINGS, "Settings…").text(QUIT, "Quit").build()
}

fn chosen(id: &str) -> Option<Choice> {
    match id {
        OPEN => Some(Choice::Open),
        ALL_SERVICES => Some(Choice::AllServices),
        INBOX => Some(Choice::Inbox),
        REFRESH => Some(Choice::Refresh),
        SETTINGS => Some(Choice::Settings),
        MUTE => Some(Choice::Mute),
        ALERTS => Some(Choice::Alerts),
        QUIT => Some(Choice::Quit),
        id => id.strip_prefix(SERVICE).map(|service| Choice::Service(service.to_owned())),
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
