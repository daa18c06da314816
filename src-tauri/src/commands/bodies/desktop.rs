//! The commands about the window itself, the desktop around it, and the vendors' token pages.

use super::{Of, Reply};
use crate::ipc::*;
use crate::main_window::{self, LABEL};
use crate::remembered::zoom;
use crate::wayland::no_place;
use crate::{login_start, shortcut};
use slipway_domain::vendor::VendorId;
use slipway_terminal::links;
use slipway_terminal::vendors;
use slipway_vendor::TokenWay;
use tauri::{Manager, Url};

/// Why the sandbox leaves the desktop alone.
const SANDBOX: &str = "The sandbox changes nothing on this computer. Open Slipway without it to change this.";

/// How tokens of a vendor are made, on its own pages or on those of a server.
pub(in crate::commands) async fn token_ways(backend: Of<'_>, provider: VendorId, url: Option<String>) -> Reply<Vec<TokenWayView>> {
    let Some(vendor) = vendors::known().get(provider) else { return Ok(Vec::new()) };
    let accounts = backend.engine().await?.accounts();
    let server = match url.as_deref().map(str::trim).filter(|url| !url.is_empty()) {
        None => Ok(None),
        // What is no https address has no page.
        Some(url) => {
            Url::parse(url).ok().filter(|url| url.scheme() == "https").and_then(|url| Some(url.domain()?.to_owned())).map(Some).ok_or(())
        }
    };
    let view = |way: &TokenWay| {
        let page = server.as_ref().ok().and_then(|server| (way.page)(server.as_deref()));
        TokenWayView {
            title: way.title.to_owned(),
            opens: page.as_deref().is_some_and(|page| links::allowed(vendors::known(), page, &accounts).is_ok()),
            page,
            command: way.command.map(str::to_owned),
            needs: way.needs.iter().map(|n| TokenNeedView { name: n.name.into(), purpose: n.purpose.into(), to_read: n.to_read }).collect(),
            note: way.note.map(str::to_owned),
        }
    };
    Ok(vendor.token_ways.iter().map(view).collect())
}

pub(in crate::commands) async fn start_place(backend: Of<'_>) -> Reply<Option<Place>> {
    backend.start_place().await
}

pub(in crate::commands) async fn remember_place(backend: Of<'_>, place: Place) -> Reply<()> {
    backend.remember_place(place).await
}

/// The page has drawn, on a ground of this kind.
pub(in crate::commands) async fn set_ground(backend: Of<'_>, dark: bool) -> Reply<()> {
    backend.memory.change(|kept| kept.dark = dark);
    main_window::has_ground(backend.app(), dark);
    Ok(())
}

/// Percent.
pub(in crate::commands) async fn zoom(backend: Of<'_>, change: ZoomChange) -> Reply<u32> {
    let percent = zoom::changed(backend.memory.kept().zoom, change);
    if let Some(window) = backend.app().get_webview_window(LABEL) {
        window.set_zoom(zoom::factor(percent)).map_err(|error| IpcError::new(ErrorCode::Internal, error.to_string()))?;
    }
    backend.memory.change(|kept| kept.zoom = percent);
    Ok(percent)
}

pub(in crate::commands) async fn desktop_settings(backend: Of<'_>) -> Reply<DesktopSettings> {
    let shortcut_keys = shortcut::KEYS.to_owned();
    let zoom = backend.memory.kept().zoom;
    if is_sandbox(backend) {
        let off = || DesktopSwitch::cannot(SANDBOX);
        let no_place = Some("The sandbox remembers nothing.".to_owned());
        return Ok(DesktopSettings { start_at_login: off(), shortcut: off(), shortcut_keys, no_place, zoom });
    }
    let shortcut = shortcut::state(backend.app());
    Ok(DesktopSettings { start_at_login: login_start::state(), shortcut, shortcut_keys, no_place: no_place(), zoom })
}

pub(in crate::commands) async fn set_start_at_login(backend: Of<'_>, on: bool) -> Reply<DesktopSettings> {
    not_on_the_sandbox(backend)?;
    login_start::set(on).map_err(denied)?;
    desktop_settings(backend).await
}

pub(in crate::commands) async fn set_shortcut(backend: Of<'_>, on: bool) -> Reply<DesktopSettings> {
    not_on_the_sandbox(backend)?;
    shortcut::set(backend.app(), on).map_err(denied)?;
    backend.memory.change(|kept| kept.shortcut = on);
    desktop_settings(backend).await
}

/// Opened by itself, or in the user's own window.
fn is_sandbox(backend: Of<'_>) -> bool {
    backend.memory.is_of_this_run() || backend.shows_sandbox()
}

fn not_on_the_sandbox(backend: Of<'_>) -> Reply<()> {
    if is_sandbox(backend) { Err(denied(SANDBOX.to_owned())) } else { Ok(()) }
}

fn denied(why: String) -> IpcError {
    IpcError::new(ErrorCode::Denied, why)
}
