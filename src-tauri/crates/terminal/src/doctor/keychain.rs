//! Checks the keychain without reading a token and without causing a password prompt.

use super::{Check, in_time};

const ID: &str = "keychain";
const NAME: &str = "Keychain";

#[cfg(all(unix, not(target_os = "macos")))]
pub(super) async fn check() -> Check {
    let absent = "Start one that offers the Secret Service (GNOME Keyring, KWallet or KeePassXC), or use tokens for one run only.";
    match in_time(locked).await {
        Some(Ok(Some(false))) => Check::ok(ID, NAME, "open"),
        Some(Ok(Some(true))) => Check::problem(ID, NAME, "locked", "Unlock it; Slipway goes on by itself."),
        Some(Ok(None)) => Check::problem(ID, NAME, "it has no default collection", "Make a default keyring in your keychain's program."),
        Some(Err(_)) => Check::problem(ID, NAME, "none answers", absent),
        None => Check::problem(
            ID,
            NAME,
            "it does not answer",
            "It may wait for its password behind another window. Unlock it, or start it again; Slipway goes on by itself.",
        ),
    }
}

/// Whether the default collection is locked; None: there is none.
#[cfg(all(unix, not(target_os = "macos")))]
fn locked() -> zbus::Result<Option<bool>> {
    use zbus::blocking::{Connection, Proxy};
    use zbus::zvariant::OwnedObjectPath;
    const SERVICE: &str = "org.freedesktop.secrets";
    let bus = Connection::session()?;
    let service = Proxy::new(&bus, SERVICE, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service")?;
    let default: OwnedObjectPath = service.call("ReadAlias", &("default",))?;
    if default.as_str() == "/" {
        return Ok(None);
    }
    let collection = Proxy::new(&bus, SERVICE, default, "org.freedesktop.Secret.Collection")?;
    Ok(Some(collection.get_property("Locked")?))
}

/// Asks for an entry that does not exist.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub async fn check() -> Check {
    use slipway_engine::ports::{SecretKey, Secrets};
    let _ = in_time::<()>;
    let nothing = SecretKey { account: "doctor".to_owned(), origin: "none".to_owned(), folder: "none".to_owned() };
    match crate::keychain::Keychain::of_system().get(&nothing).await {
        Ok(_) => Check::ok(ID, NAME, "it answers"),
        Err(error) => Check::problem(ID, NAME, "it does not answer", error.0),
    }
}
