//! Notices when a keychain service appears that was not there: it started after Slipway, or restarted.

/// `came` is called each time.
#[cfg(all(unix, not(target_os = "macos")))]
pub(super) fn follow(came: impl Fn() + Send + 'static) {
    let spawned = std::thread::Builder::new().name("keychain-arrival".into()).spawn(move || {
        if let Err(error) = wait(&came) {
            tracing::debug!(%error, "no session bus to wait for a keychain on");
        }
    });
    if let Err(error) = spawned {
        tracing::warn!(%error, "no thread to wait for a keychain");
    }
}

/// Returns when the connection to the bus is lost.
#[cfg(all(unix, not(target_os = "macos")))]
fn wait(came: &dyn Fn()) -> zbus::Result<()> {
    const SERVICE: &str = "org.freedesktop.secrets";
    let bus = zbus::blocking::Connection::session()?;
    let daemon = zbus::blocking::fdo::DBusProxy::new(&bus)?;
    for change in daemon.receive_name_owner_changed_with_args(&[(0, SERVICE)])? {
        if change.args()?.new_owner().is_some() {
            came();
        }
    }
    Ok(())
}

/// These systems always have a keychain.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub fn follow(_came: impl Fn() + Send + 'static) {}
