//! A desktop session.

mod plan;
mod run;
mod services;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::brightness::Brightness;
use crate::bus;
use crate::display::{self, XWindow};
use crate::input::Input;
use crate::keychain::{self, Keychain};
use crate::process::{self, Process};
use crate::terminal::{Cli, slipway_bin, slipway_window_bin};
use crate::toasts::{self, Record, Toasts};
use crate::tray::Tray;
use crate::wait::wait_for;
use crate::window::Window;
pub use plan::{DesktopPlan, Scheme};

/// A running session. Dropping it ends everything that was started inside.
pub struct Desktop {
    plan: DesktopPlan,
    folder: TempDir,
    display: String,
    bus_address: String,
    bus: zbus::Connection,
    /// The connection of the harness's notification server, if there is one.
    server: Option<zbus::Connection>,
    /// The connection of a keychain that hangs or refuses, if there is one.
    spoilt: Option<zbus::Connection>,
    record: Arc<Mutex<Record>>,
    tray: Option<Tray>,
    /// In the order of their start; they are ended in reverse order.
    processes: Vec<Process>,
}

/// Marks every process of a session; its value is the session's folder.
const MARK: &str = "SLIPWAY_TEST_SESSION";

/// The program that asks for the keychain's password: its path on Debian and Fedora, and on Arch.
const PROMPTERS: [&str; 2] = ["/usr/libexec/gcr-prompter", "/usr/lib/gcr-prompter"];

impl Desktop {
    async fn start(plan: DesktopPlan) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("slipway-").tempdir()?;
        for name in ["home", "config", "data", "cache", "state", "run", "log", "slipway"] {
            fs::create_dir(folder.path().join(name))?;
        }
        private(&folder.path().join("run"))?;
        settings(&folder.path().join("config"), plan.scheme)?;
        let log = folder.path().join("log");
        let mut processes = Vec::new();
        let display = match watched_display() {
            Some(display) => display,
            None => {
                let (process, display) = display::start(&log, plan.size)?;
                processes.push(process);
                display
            }
        };
        let (process, bus_address) = bus::start(&log, &folder.path().join("run"))?;
        processes.push(process);
        let record = toasts::overhear(&bus_address).await?;
        let mut desktop = Self {
            bus: bus::connect(&bus_address).await?,
            plan,
            folder,
            display,
            bus_address,
            server: None,
            spoilt: None,
            record,
            tray: None,
            processes,
        };
        desktop.furnish().await?;
        Ok(desktop)
    }

    async fn furnish(&mut self) -> Result<()> {
        match self.plan.keychain {
            Keychain::Unlocked => self.start_keychain().await?,
            Keychain::Locked => {
                self.start_keychain().await?;
                if let Some(prompter) = PROMPTERS.iter().find(|path| Path::new(path).exists()) {
                    let prompter = self.command(prompter);
                    self.background(prompter, "gcr-prompter")?;
                    self.owned("org.gnome.keyring.SystemPrompter").await?;
                }
                keychain::lock(&self.bus).await?;
            }
            Keychain::Absent => {}
            Keychain::Hangs | Keychain::Refuses => self.spoil_keychain(self.plan.keychain).await?,
        }
        match self.plan.toasts {
            Toasts::Dunst => {
                let dunst = self.command("dunst");
                self.background(dunst, "dunst")?;
                self.owned(toasts::INTERFACE).await?;
            }
            Toasts::Harness | Toasts::HarnessPlain => {
                let connection = bus::connect(&self.bus_address).await?;
                toasts::Server::start(&connection, self.plan.toasts == Toasts::HarnessPlain).await?;
                self.server = Some(connection);
            }
            Toasts::Nobody => {}
            Toasts::Hangs => self.server = Some(bus::occupy(&self.bus_address, toasts::INTERFACE, false).await?),
        }
        if self.plan.tray {
            self.start_tray().await?;
        }
        Ok(())
    }

    // ---- processes inside

    /// A command with the environment of the session and nothing of the test's own.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(self.environment());
        command.current_dir(self.folder.path().join("home"));
        command
    }

    /// The environment of everything inside.
    pub fn environment(&self) -> Vec<(String, String)> {
        let below = |name: &str| self.folder.path().join(name).display().to_string();
        let own = |text: &str| text.to_owned();
        let mut environment = vec![
            (own("HOME"), below("home")),
            (own("XDG_CONFIG_HOME"), below("config")),
            (own("XDG_DATA_HOME"), below("data")),
            (own("XDG_CACHE_HOME"), below("cache")),
            (own("XDG_STATE_HOME"), below("state")),
            (own("XDG_RUNTIME_DIR"), below("run")),
            (own("XDG_SESSION_TYPE"), own("x11")),
            (own("SLIPWAY_DATA_DIR"), below("slipway")),
            (own(MARK), self.folder.path().display().to_string()),
            (own("DISPLAY"), self.display.clone()),
            (own("DBUS_SESSION_BUS_ADDRESS"), self.bus_address.clone()),
            (own("GDK_BACKEND"), own("x11")),
            (own("GSETTINGS_BACKEND"), own("memory")),
            (own("LIBGL_ALWAYS_SOFTWARE"), own("1")),
            (own("NO_AT_BRIDGE"), own("1")),
            (own("TAURI_WEBVIEW_AUTOMATION"), own("true")),
            (own("LANG"), own("C.UTF-8")),
            (own("TZ"), own("UTC")),
        ];
        for name in ["PATH", "LD_LIBRARY_PATH", "RUST_LOG", "RUST_BACKTRACE"] {
            if let Ok(value) = std::env::var(name) {
                environment.push((name.to_owned(), value));
            }
        }
        // WebKitGTK reads this variable, GTK's own programs read the settings file.
        let theme = match self.plan.scheme {
            Scheme::Dark => "Adwaita:dark",
            Scheme::Light => "Adwaita",
        };
        environment.push((own("GTK_THEME"), own(theme)));
        environment.extend(self.plan.variables.iter().cloned());
        environment
    }

    /// The folder of all files of the session: home, settings, caches, logs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Every process with the environment of the session.
    pub fn process_ids(&self) -> Vec<u32> {
        process::marked(&self.mark())
    }

    /// The folder of Slipway's state.
    pub fn data_folder(&self) -> PathBuf {
        self.folder.path().join("slipway")
    }

    /// Opens Slipway's window. Where it opens on all services, the first service's Flow is opened from there.
    pub async fn open(&self, arguments: &[&str]) -> Result<Window> {
        let window = self.open_as_it_is(arguments).await?;
        window.leave_all_services().await?;
        Ok(window)
    }

    /// Opens Slipway's window and waits for its page, whichever that is.
    pub async fn open_as_it_is(&self, arguments: &[&str]) -> Result<Window> {
        let window = self.open_program(&slipway_bin()?, arguments).await?;
        window.loaded().await?;
        Ok(window)
    }

    /// Opens another program's web view.
    pub async fn open_program(&self, program: &Path, arguments: &[&str]) -> Result<Window> {
        let driver = self.command("WebKitWebDriver");
        Window::open(driver, &self.log(), program, arguments).await
    }

    /// Slipway in a terminal of this desktop, on the same data.
    pub fn cli(&self) -> Result<Cli> {
        Ok(Cli::in_environment(slipway_bin()?, self.environment()))
    }

    /// The ids of Slipway's own processes in this session.
    pub fn slipway_ids(&self) -> Result<Vec<u32>> {
        let program = slipway_window_bin()?.canonicalize()?;
        Ok(process::marked(&self.mark())
            .into_iter()
            .filter(|id| fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| exe == program))
            .collect())
    }

    /// Kills Slipway's own processes with `kill -9`, and waits until they have ended.
    pub async fn kill_slipway(&self) -> Result<()> {
        let ids = self.slipway_ids()?;
        if ids.is_empty() {
            bail!("Slipway does not run here");
        }
        for id in ids {
            process::kill(id);
        }
        self.slipway_ended().await
    }

    /// Waits until none of Slipway's processes runs here.
    pub async fn slipway_ended(&self) -> Result<()> {
        wait_for("Slipway to end", async || Ok(self.slipway_ids()?.is_empty().then_some(()))).await
    }

    /// What the window's process has printed.
    pub fn said(&self) -> String {
        fs::read_to_string(self.log().join("window.log")).unwrap_or_default()
    }

    // ---- the display

    /// The titled windows on the display.
    pub fn windows(&self) -> Result<Vec<XWindow>> {
        display::windows(&self.display)
    }

    /// Whether the clipboard has an owner.
    pub fn clipboard_is_taken(&self) -> Result<bool> {
        display::clipboard_is_taken(&self.display)
    }

    /// Clicks the cross of a window's title bar.
    pub fn close_window(&self, title: &str) -> Result<()> {
        display::close(&self.display, title)
    }

    /// A PNG of the whole display, toasts included.
    pub fn picture(&self) -> Result<Vec<u8>> {
        let output = self.command("import").args(["-window", "root", "png:-"]).output().context("cannot start import")?;
        if !output.status.success() {
            bail!("import: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(output.stdout)
    }

    /// Watches how bright the display is, frame after frame.
    pub fn watch_brightness(&self) -> Result<Brightness> {
        Brightness::watch(&self.display)
    }

    /// A keyboard and a mouse.
    pub fn input(&self) -> Result<Input> {
        Input::on(&self.display)
    }

    /// A variable of the session's environment.
    pub fn variable(&self, name: &str) -> Result<String> {
        let found = self.environment().into_iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value).with_context(|| format!("no variable {name}"))
    }

    fn background(&mut self, command: Command, name: &str) -> Result<()> {
        let process = Process::start(command, &self.log(), name)?;
        self.processes.push(process);
        Ok(())
    }

    async fn owned(&self, name: &str) -> Result<()> {
        wait_for(name, async || Ok(self.owner(name).await?.map(|_| ()))).await
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn mark(&self) -> String {
        format!("{MARK}={}", self.folder.path().display())
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        process::kill_marked(&self.mark());
        while let Some(process) = self.processes.pop() {
            drop(process);
        }
    }
}

/// The tour is shown on the user's display if there is one to watch it.
fn watched_display() -> Option<String> {
    std::env::var_os("SLIPWAY_WATCH")?;
    std::env::var("DISPLAY").ok().filter(|name| !name.is_empty())
}

/// `XDG_RUNTIME_DIR` must only be accessible to its owner.
fn private(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    Ok(())
}

fn settings(config: &Path, scheme: Scheme) -> Result<()> {
    let folder = config.join("gtk-3.0");
    fs::create_dir(&folder)?;
    let dark = u8::from(scheme == Scheme::Dark);
    let settings = format!("[Settings]\ngtk-application-prefer-dark-theme={dark}\ngtk-enable-animations=0\n");
    fs::write(folder.join("settings.ini"), settings)?;
    Ok(())
}
