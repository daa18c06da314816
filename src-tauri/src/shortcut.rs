//! The global shortcut that brings the window to the front, where the desktop lets a program have one.

use crate::ipc::DesktopSwitch;
use crate::wayland;
use tauri::AppHandle;

pub(crate) const KEYS: &str = "Ctrl+Alt+S";

const ON_WAYLAND: &str = "On Wayland the desktop gives keys to programs: add a shortcut for the command “slipway” in its own settings.";

pub(crate) fn state(app: &AppHandle) -> DesktopSwitch {
    match why_not() {
        Some(why) => DesktopSwitch::cannot(why),
        None => grabbed::state(app),
    }
}

/// Err: why the keys were not given.
pub(crate) fn set(app: &AppHandle, on: bool) -> Result<(), String> {
    match why_not() {
        Some(why) if on => Err(why.to_owned()),
        Some(_) => Ok(()),
        None => grabbed::set(app, on),
    }
}

fn why_not() -> Option<&'static str> {
    if wayland::is_a_session() { Some(ON_WAYLAND) } else { grabbed::WHY_NOT }
}

#[cfg(all(unix, not(target_os = "macos")))]
mod grabbed {
    use super::KEYS;
    use crate::ipc::DesktopSwitch;
    use crate::main_window;
    use global_hotkey::hotkey::{Code, HotKey, Modifiers};
    use global_hotkey::{Error, GlobalHotKeyEvent, GlobalHotKeyManager, HotKeyState};
    use std::sync::{Mutex, MutexGuard, PoisonError};
    use tauri::{AppHandle, Manager};

    pub(super) const WHY_NOT: Option<&str> = None;

    #[derive(Default)]
    struct Grab {
        /// The manager listens for as long as it is there.
        manager: Option<GlobalHotKeyManager>,
        refused: Option<String>,
    }

    type Shared = Mutex<Grab>;

    pub(super) fn state(app: &AppHandle) -> DesktopSwitch {
        let Some(grab) = app.try_state::<Shared>() else { return DesktopSwitch { on: false, cannot: None, note: None } };
        let grab = lock(&grab);
        DesktopSwitch { on: grab.manager.is_some(), cannot: None, note: grab.refused.clone() }
    }

    pub(super) fn set(app: &AppHandle, on: bool) -> Result<(), String> {
        // Only the first is kept.
        app.manage(Shared::default());
        let shared = app.state::<Shared>();
        let mut grab = lock(&shared);
        grab.refused = None;
        if !on {
            if let Some(manager) = grab.manager.take()
                && let Err(error) = manager.unregister(keys())
            {
                tracing::warn!(%error, "the keys were not given back");
            }
            return Ok(());
        }
        if grab.manager.is_none() {
            match taken(app) {
                Ok(manager) => grab.manager = Some(manager),
                Err(why) => {
                    grab.refused = Some(why.clone());
                    return Err(why);
                }
            }
        }
        Ok(())
    }

    fn keys() -> HotKey {
        HotKey::new(Some(Modifiers::CONTROL | Modifiers::ALT), Code::KeyS)
    }

    fn taken(app: &AppHandle) -> Result<GlobalHotKeyManager, String> {
        let failed = |error: Error| match error {
            Error::AlreadyRegistered(_) => format!("Another program has {KEYS} already."),
            error => format!("The desktop does not give {KEYS}: {error}"),
        };
        let manager = GlobalHotKeyManager::new().map_err(failed)?;
        manager.register(keys()).map_err(failed)?;
        let app = app.clone();
        // Only the first handler is kept; each does the same.
        GlobalHotKeyEvent::set_event_handler(Some(move |event: GlobalHotKeyEvent| {
            if event.state == HotKeyState::Pressed {
                main_window::show(&app);
            }
        }));
        Ok(manager)
    }

    fn lock(shared: &Shared) -> MutexGuard<'_, Grab> {
        shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
mod grabbed {
    use crate::ipc::DesktopSwitch;
    use tauri::AppHandle;

    pub(super) const WHY_NOT: Option<&str> = Some("Slipway has no global shortcut on this system yet.");

    pub(super) fn state(_: &AppHandle) -> DesktopSwitch {
        DesktopSwitch::cannot(WHY_NOT.unwrap_or_default())
    }

    pub(super) fn set(_: &AppHandle, _: bool) -> Result<(), String> {
        Ok(())
    }
}
