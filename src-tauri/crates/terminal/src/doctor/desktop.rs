//! Checks the display, the session bus, the tray and the notifications.

use super::Check;

pub(super) async fn checks() -> Vec<Check> {
    let mut checks = vec![display()];
    checks.extend(bus::checks().await);
    checks
}

fn display() -> Check {
    let named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if !cfg!(target_os = "linux") || named("DISPLAY") || named("WAYLAND_DISPLAY") {
        return Check::ok("display", "Display", "there is one");
    }
    Check::warning("display", "Display", "there is none here", "The window needs one; the commands do not.")
}

#[cfg(all(unix, not(target_os = "macos")))]
mod bus {
    use super::Check;
    use crate::doctor::in_time;
    use zbus::blocking::{Connection, fdo::DBusProxy};

    const BUS: (&str, &str) = ("session_bus", "Session bus");
    const TRAY: (&str, &str) = ("tray", "Tray");
    const TOASTS: (&str, &str) = ("notifications", "Notifications");
    const NO_BUS: &str = "Start Slipway from a desktop session, or under `dbus-run-session`. Without the bus there are no keychain, \
         tray and notifications.";

    pub(super) async fn checks() -> Vec<Check> {
        let Some(Ok(bus)) = in_time(Connection::session).await else {
            let without = |(id, name): (&str, &str)| Check::warning(id, name, "not without a session bus", "See the session bus above.");
            return vec![Check::problem(BUS.0, BUS.1, "there is none", NO_BUS), without(TRAY), without(TOASTS)];
        };
        let (tray, toasts) = (bus.clone(), bus);
        let tray = in_time(move || is_owned(&tray)).await;
        let toasts = in_time(move || server(&toasts)).await;
        vec![Check::ok(BUS.0, BUS.1, "it answers"), self::tray(tray), self::toasts(toasts)]
    }

    fn is_owned(bus: &Connection) -> zbus::Result<bool> {
        Ok(DBusProxy::new(bus)?.name_has_owner("org.kde.StatusNotifierWatcher".try_into()?)?)
    }

    fn tray(owned: Option<zbus::Result<bool>>) -> Check {
        let none =
            "Closing the window then quits Slipway. On GNOME, the extension AppIndicator and KStatusNotifierItem Support adds a tray.";
        match owned {
            Some(Ok(true)) => Check::ok(TRAY.0, TRAY.1, "there is one"),
            Some(Ok(false)) => Check::warning(TRAY.0, TRAY.1, "this desktop has none", none),
            Some(Err(_)) | None => Check::warning(TRAY.0, TRAY.1, "the session bus does not say", none),
        }
    }

    /// The name of the notification server.
    fn server(bus: &Connection) -> zbus::Result<String> {
        const NAME: &str = "org.freedesktop.Notifications";
        let answer = bus.call_method(Some(NAME), "/org/freedesktop/Notifications", Some(NAME), "GetServerInformation", &())?;
        let (name, _vendor, _version, _specification): (String, String, String, String) = answer.body().deserialize()?;
        Ok(name)
    }

    fn toasts(server: Option<zbus::Result<String>>) -> Check {
        let advice = "Failures are then seen only in the window and the tray. Start a notification daemon, for example dunst or mako.";
        match server {
            Some(Ok(name)) => Check::ok(TOASTS.0, TOASTS.1, format!("shown by {}", crate::safe_text::one_line(&name))),
            Some(Err(_)) => Check::warning(TOASTS.0, TOASTS.1, "nothing shows them", advice),
            None => Check::warning(TOASTS.0, TOASTS.1, "the notification daemon does not answer", advice),
        }
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
mod bus {
    use super::Check;

    /// These systems have a tray and notifications of their own.
    pub async fn checks() -> Vec<Check> {
        vec![Check::ok("tray", "Tray", "the system's"), Check::ok("notifications", "Notifications", "the system's")]
    }
}
