//! Watches whether the desktop has a tray.

#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) fn start(tell: impl Fn(bool) + Send + 'static) {
    let spawned = std::thread::Builder::new().name("tray".into()).spawn(move || {
        if let Err(error) = follow(&tell) {
            tracing::debug!(%error, "no session bus to look for a tray on");
        }
        tell(false);
    });
    if let Err(error) = spawned {
        tracing::warn!(%error, "no thread to look for a tray");
    }
}

/// Tells whether there is a tray, now and whenever that changes. Returns when the bus is gone.
#[cfg(all(unix, not(target_os = "macos")))]
fn follow(tell: &impl Fn(bool)) -> zbus::Result<()> {
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let bus = zbus::blocking::Connection::session()?;
    let daemon = zbus::blocking::fdo::DBusProxy::new(&bus)?;
    // Subscribes before asking, so that no change in between is missed.
    let changes = daemon.receive_name_owner_changed_with_args(&[(0, WATCHER)])?;
    tell(daemon.name_has_owner(WATCHER.try_into()?)?);
    for change in changes {
        tell(change.args()?.new_owner().is_some());
    }
    Ok(())
}

/// These systems always have a tray.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub fn start(tell: impl Fn(bool)) {
    tell(true);
}
