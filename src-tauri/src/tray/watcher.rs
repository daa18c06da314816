//! Watches whether the desktop has a tray.

use crate::backend;
use tauri::AppHandle;

#[cfg(all(unix, not(target_os = "macos")))]
pub fn start(app: AppHandle) {
    let spawned = std::thread::Builder::new().name("tray".into()).spawn(move || {
        if let Err(error) = follow(&app) {
            tracing::debug!(%error, "no session bus to look for a tray on");
        }
        set(&app, false);
    });
    if let Err(error) = spawned {
        tracing::warn!(%error, "no thread to look for a tray");
    }
}

/// Returns when the connection to the bus is lost.
#[cfg(all(unix, not(target_os = "macos")))]
fn follow(app: &AppHandle) -> zbus::Result<()> {
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let bus = zbus::blocking::Connection::session()?;
    let daemon = zbus::blocking::fdo::DBusProxy::new(&bus)?;
    // Subscribes before asking, so that no change in between is missed.
    let changes = daemon.receive_name_owner_changed_with_args(&[(0, WATCHER)])?;
    set(app, daemon.name_has_owner(WATCHER.try_into()?)?);
    for change in changes {
        set(app, change.args()?.new_owner().is_some());
    }
    Ok(())
}

/// These systems always have a tray.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub fn start(app: AppHandle) {
    set(&app, true);
}

fn set(app: &AppHandle, there: bool) {
    backend::of(app).tray.set_there(app, there);
}
