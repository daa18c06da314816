//! What a desktop on Wayland does itself, and so no program can.

/// Whether the window is on Wayland. GTK prefers it where both are there, unless it is told otherwise.
pub(crate) fn is_used() -> bool {
    let value = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let told = value("GDK_BACKEND").map(|all| all.split(',').next().is_some_and(|first| first == "wayland" || first == "*"));
    cfg!(all(unix, not(target_os = "macos"))) && value("WAYLAND_DISPLAY").is_some() && told.unwrap_or(true)
}

/// Whether the desktop is one on Wayland, whatever the window is on: the keys of its other programs are its own.
pub(crate) fn is_a_session() -> bool {
    let is_named = std::env::var_os("WAYLAND_DISPLAY").is_some_and(|value| !value.is_empty());
    cfg!(all(unix, not(target_os = "macos"))) && is_named
}

/// Why the window's place is not remembered; None where it is.
pub(crate) fn no_place() -> Option<String> {
    is_used().then(|| "On Wayland the desktop places windows. Size, page and zoom are remembered.".to_owned())
}
