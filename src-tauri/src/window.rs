//! The window: one per data folder, hidden into the tray where there is one.

use crate::arguments::WindowArguments;
use crate::backend::{self, Backend, BackendKind};
use crate::main_window::{self, LABEL};
use crate::window_lock::Lock;
use crate::{commands, embedded, relaunch, window_lock};
use slipway_engine::EnvironmentTokens;
use slipway_terminal::{Exit, data_folder, process};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use tauri::webview::WebviewWindowBuilder;
use tauri::{App, AppHandle, Builder, Manager, RunEvent, Url, Window, WindowEvent, Wry};
use tempfile::TempDir;

type PageBuilder<'a> = WebviewWindowBuilder<'a, Wry, App>;

pub(crate) fn open(arguments: WindowArguments) -> ExitCode {
    if !has_display() {
        eprintln!("slipway: there is no display to open the window on; use the commands, see `slipway --help`");
        return Exit::Usage.into();
    }
    match relaunch::prepare(slipway_terminal::vendors::known()).and_then(|tokens| run(&arguments, tokens)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("slipway: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Without a display the toolkit would panic.
fn has_display() -> bool {
    let named = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || named("DISPLAY") || named("WAYLAND_DISPLAY")
}

fn run(arguments: &WindowArguments, tokens: EnvironmentTokens) -> anyhow::Result<()> {
    let kind = if arguments.sandbox {
        BackendKind::Sandbox { scenario: arguments.scenario.unwrap_or_default(), speed: arguments.speed.unwrap_or(embedded::SPEED) }
    } else {
        BackendKind::Own
    };
    let mut builder = Builder::default();
    if let BackendKind::Own = kind {
        let folder = data_folder::own()?;
        // Where there is a bus, this brings the open window to the front and exits.
        builder = builder.plugin(single_instance(&folder));
    }
    let app = builder
        .setup(move |app| set_up(app, kind, tokens))
        .on_window_event(on_event)
        .invoke_handler(commands::handler())
        .build(tauri::generate_context!())?;
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            tauri::async_runtime::block_on(backend::of(app).stop());
            forget_web_view(app);
        }
    });
    Ok(())
}

fn single_instance(folder: &Path) -> tauri::plugin::TauriPlugin<Wry> {
    let mut hash = DefaultHasher::new();
    folder.hash(&mut hash);
    tauri_plugin_single_instance::Builder::new()
        .dbus_id(format!("dev.slipway.Slipway.d{:016x}", hash.finish()))
        // Whatever was written after the program's name: it only comes to the front.
        .callback(|app, _, _| main_window::show(app))
        .build()
}

fn set_up(app: &mut App, kind: BackendKind, tokens: EnvironmentTokens) -> Result<(), Box<dyn std::error::Error>> {
    if let BackendKind::Own = kind {
        // Without a bus the other window cannot be notified.
        let folder = data_folder::own()?;
        // This only checks; the backend takes the lock when it opens the folder.
        if matches!(window_lock::lock(&folder)?, Lock::Taken) {
            eprintln!("slipway: the window is open already, on {}", folder.display());
            std::process::exit(0);
        }
    }
    // Before the window opens, so that a signal is handled from then on.
    let termination = tauri::async_runtime::block_on(async { process::Termination::listen() });
    let backend = Backend::new(app.handle(), tokens);
    app.manage(Arc::clone(&backend));
    backend.tray.start(app.handle());
    let config = app.config().app.windows.iter().find(|w| w.label == LABEL).ok_or("no window is configured")?;
    let page = without_network(WebviewWindowBuilder::from_config(app, config)?)?.on_navigation(is_own);
    let kept = web_view_folder(&kind)?;
    match kept.path() {
        Some(folder) => page.data_directory(folder).build()?,
        None => page.build()?,
    };
    app.manage(Mutex::new(Some(kept)));
    tauri::async_runtime::spawn(async move {
        if let Err(error) = backend.switch_to(kind).await {
            // The window shows the error.
            tracing::error!("{error:#}");
        }
    });
    let quitter = app.handle().clone();
    tauri::async_runtime::spawn(async move {
        let requested = match termination {
            Ok(mut termination) => termination.requested().await,
            Err(error) => Err(error),
        };
        match requested {
            Ok(()) => quitter.exit(0),
            Err(error) => tracing::warn!(%error, "signals cannot be handled"),
        }
    });
    Ok(())
}

/// Where the web view's own files are: beside moved state, or in a temporary folder that is deleted with the
/// window.
enum WebViewFolder {
    Usual,
    Moved(PathBuf),
    Passing(TempDir),
}

impl WebViewFolder {
    fn path(&self) -> Option<PathBuf> {
        match self {
            Self::Usual => None,
            Self::Moved(folder) => Some(folder.clone()),
            Self::Passing(folder) => Some(folder.path().to_owned()),
        }
    }
}

fn web_view_folder(kind: &BackendKind) -> std::io::Result<WebViewFolder> {
    match kind {
        BackendKind::Sandbox { .. } => Ok(WebViewFolder::Passing(tempfile::Builder::new().prefix("slipway-webview-").tempdir()?)),
        BackendKind::Own => Ok(window_lock::of_web_view().map_or(WebViewFolder::Usual, WebViewFolder::Moved)),
    }
}

/// The sandbox leaves no files behind.
fn forget_web_view(app: &AppHandle) {
    let Some(kept) = app.try_state::<Mutex<Option<WebViewFolder>>>() else { return };
    let folder = kept.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(WebViewFolder::Passing(folder)) = folder
        && let Err(error) = folder.close()
    {
        tracing::info!(%error, "the web view's files stay behind");
    }
}

/// The page needs no network: requests that the content security policy does not cover, such as `preconnect`, go to
/// a proxy that does not exist. Port 9 is reserved for discarding and needs root.
fn without_network(builder: PageBuilder<'_>) -> Result<PageBuilder<'_>, Box<dyn std::error::Error>> {
    let served_by_vite = tauri::is_dev();
    if served_by_vite || !cfg!(target_os = "linux") {
        return Ok(builder);
    }
    Ok(builder.proxy_url("http://127.0.0.1:9".parse()?))
}

fn on_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else { return };
    let backend = backend::of(window.app_handle());
    if !backend.tray.is_there() {
        return;
    }
    api.prevent_close();
    if let Err(error) = window.hide() {
        tracing::warn!(%error, "the window was not hidden");
    }
    tauri::async_runtime::spawn(async move {
        if let Ok(engine) = backend.engine().await {
            engine.set_visible(false);
        }
    });
}

/// The window never navigates away from its own interface.
fn is_own(url: &Url) -> bool {
    let host = url.host_str();
    match url.scheme() {
        "tauri" => host == Some("localhost"),
        "http" | "https" => host == Some("tauri.localhost") || (tauri::is_dev() && host == Some("localhost") && url.port() == Some(1420)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_else_is_shown() {
        for (link, own) in [
            ("tauri://localhost/index.html", true),
            ("http://tauri.localhost/", true),
            ("https://evil.example/", false),
            ("https://tauri.localhost.evil.example/", false),
            ("file:///etc/passwd", false),
            ("about:blank", false),
        ] {
            assert_eq!(link.parse().ok().map(|url| super::is_own(&url)), Some(own), "{link}");
        }
    }
}
