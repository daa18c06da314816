//! The window: one per data folder, hidden into the tray where there is one.

mod keeping;

use crate::backend::{self, Backend, BackendKind};
use crate::main_window::{self, FirstShow, LABEL};
use crate::remembered::Memory;
use crate::window_lock::Lock;
use crate::{commands, embedded, shortcut, window_lock};
use slipway_engine::EnvironmentTokens;
use slipway_terminal::arguments::program::{HIDDEN, WindowArguments, is_link};
use slipway_terminal::{Exit, data_folder, has_display, process, relaunch};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tauri::webview::WebviewWindowBuilder;
use tauri::{App, AppHandle, Builder, Manager, RunEvent, Url, Window, WindowEvent, Wry};
use tempfile::TempDir;

type PageBuilder<'a> = WebviewWindowBuilder<'a, Wry, App>;

/// A page that has not drawn by then is shown as it is.
const UNSEEN_AT_MOST: Duration = Duration::from_secs(5);
/// How long a window that starts hidden waits for a tray: at login the desktop may still be starting its own.
const TRAY_APPEARS: Duration = Duration::from_secs(20);
/// Sizes and places that follow each other within this time are noted once.
const MOVES: Duration = Duration::from_millis(300);

pub(crate) fn open(arguments: WindowArguments) -> ExitCode {
    if !has_display() {
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
    let start = Start { kind, tokens, hidden: arguments.hidden, link: arguments.link.clone() };
    let app = builder
        .setup(move |app| set_up(app, start))
        .on_window_event(on_event)
        .invoke_handler(commands::handler())
        .build(tauri::generate_context!())?;
    app.run(|app, event| match event {
        RunEvent::ExitRequested { .. } => keeping::note(app),
        RunEvent::Exit => {
            if let Some(memory) = app.try_state::<Arc<Memory>>() {
                memory.write();
            }
            tauri::async_runtime::block_on(backend::of(app).stop());
            forget_web_view(app);
        }
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => urls.into_iter().for_each(|url| backend::of(app).follow(url.into())),
        _ => {}
    });
    Ok(())
}

fn single_instance(folder: &Path) -> tauri::plugin::TauriPlugin<Wry> {
    let mut hash = DefaultHasher::new();
    folder.hash(&mut hash);
    tauri_plugin_single_instance::Builder::new()
        .dbus_id(format!("dev.slipway.Slipway.d{:016x}", hash.finish()))
        .callback(|app, arguments, _| handed_over(app, &arguments))
        .build()
}

/// Whatever another copy, or any program on the bus, says after the program's name: at most this window comes to the
/// front and shows the place that a link names.
fn handed_over(app: &AppHandle, said: &[String]) {
    match said {
        [_, hidden] if hidden == HIDDEN => {}
        [_, link] if is_link(link) => match app.try_state::<Arc<Backend>>() {
            Some(backend) => backend.follow(link.clone()),
            None => main_window::show(app),
        },
        _ => main_window::show(app),
    }
}

/// How the program was started.
struct Start {
    kind: BackendKind,
    tokens: EnvironmentTokens,
    hidden: bool,
    link: Option<String>,
}

fn set_up(app: &mut App, start: Start) -> Result<(), Box<dyn std::error::Error>> {
    let Start { kind, tokens, hidden, link } = start;
    if let BackendKind::Own = kind {
        // Without a bus the other window cannot be notified.
        let folder = data_folder::own()?;
        // This only checks; the backend takes the lock when it opens the folder.
        if matches!(window_lock::lock(&folder)?, Lock::Taken) {
            let unread = if link.is_some() { "; without a session bus it cannot be given the link" } else { "" };
            eprintln!("slipway: the window is open already, on {}{unread}", folder.display());
            std::process::exit(0);
        }
    }
    // Before the window opens, so that a signal is handled from then on.
    let termination = tauri::async_runtime::block_on(async { process::Termination::listen() });
    let memory = match kind {
        BackendKind::Own => Memory::of_folder(&data_folder::own()?),
        BackendKind::Sandbox { .. } => Memory::of_this_run(),
    };
    app.manage(Arc::clone(&memory));
    app.manage(if hidden { FirstShow::not_by_itself() } else { FirstShow::default() });
    let backend = Backend::new(app.handle(), tokens, memory);
    app.manage(Arc::clone(&backend));
    if let Some(link) = link {
        backend.follow(link);
    }
    backend.tray.start(app.handle());
    // The data is opened while the page is built, which takes the desktop's own thread.
    let opening = Arc::clone(&backend);
    tauri::async_runtime::spawn(async move {
        if let Err(error) = opening.switch_to(kind).await {
            // The window shows the error.
            tracing::error!("{error:#}");
        }
        if hidden && let Ok(engine) = opening.engine().await {
            engine.set_visible(false);
        }
    });
    build_page(app, &kind, &backend)?;
    show_in_time(app.handle(), hidden);
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

fn build_page(app: &App, kind: &BackendKind, backend: &Backend) -> Result<(), Box<dyn std::error::Error>> {
    let config = app.config().app.windows.iter().find(|w| w.label == LABEL).ok_or("no window is configured")?;
    let page = without_network(WebviewWindowBuilder::from_config(app, config)?)?.on_navigation(is_own);
    let kept = backend.memory.kept();
    let page = keeping::as_left(app, page, config, &kept);
    let files = web_view_folder(kind)?;
    let window = match files.path() {
        Some(folder) => page.data_directory(folder).build()?,
        None => page.build()?,
    };
    keeping::zoomed(&window, &kept);
    app.manage(Mutex::new(Some(files)));
    if kept.shortcut
        && let Err(why) = shortcut::set(app.handle(), true)
    {
        tracing::warn!("no global shortcut: {why}");
    }
    Ok(())
}

/// The page shows the window when it has drawn. This is for one that does not, and for one that would wait in a tray
/// that never appears.
fn show_in_time(app: &AppHandle, hidden: bool) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(if hidden { TRAY_APPEARS } else { UNSEEN_AT_MOST }).await;
        if !hidden {
            main_window::show_first(&app);
        } else if !backend::of(&app).tray.is_there() {
            main_window::show_if_hidden(&app);
        }
    });
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
    let api = match event {
        WindowEvent::CloseRequested { api, .. } => api,
        WindowEvent::Resized(_) | WindowEvent::Moved(_) => return note_soon(window.app_handle()),
        _ => return,
    };
    keeping::note(window.app_handle());
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

/// Not at once: whether it is maximised is known a little after its size.
fn note_soon(app: &AppHandle) {
    static NOTING: AtomicBool = AtomicBool::new(false);
    if NOTING.swap(true, Ordering::AcqRel) {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(MOVES).await;
        NOTING.store(false, Ordering::Release);
        keeping::note(&app);
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
