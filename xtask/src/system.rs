//! Package managers and the names of packages in them. No other file knows these.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::shell;

/// What packages are needed for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To compile Slipway and open its window.
    Build,
    /// To drive the window: virtual display, session bus, keychain, notifications.
    Desktop,
}

/// The system's package manager.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manager {
    Apt,
    Dnf,
    Pacman,
    Brew,
}

impl Manager {
    /// The package manager of this machine.
    pub(crate) fn detect() -> Option<Self> {
        [(Self::Apt, "apt-get"), (Self::Dnf, "dnf"), (Self::Pacman, "pacman"), (Self::Brew, "brew")]
            .into_iter()
            .find(|(_, name)| shell::is_on_path(name))
            .map(|(manager, _)| manager)
    }

    /// The packages for a purpose, with this manager's names. On dnf a path stands for the package that contains
    /// it, as on dnf's own command line.
    pub(crate) fn packages(self, purpose: Purpose) -> &'static [&'static str] {
        match (self, purpose) {
            (Self::Apt, Purpose::Build) => &[
                "build-essential",
                "pkg-config",
                "libgtk-3-dev",
                "libwebkit2gtk-4.1-dev",
                "libayatana-appindicator3-dev",
                "librsvg2-dev",
                "libdbus-1-dev",
            ],
            (Self::Apt, Purpose::Desktop) => &[
                "webkit2gtk-driver",
                "xvfb",
                "xauth",
                "dbus",
                "dunst",
                "libnotify-bin",
                "gnome-keyring",
                "libsecret-tools",
                "imagemagick",
                "chromium",
            ],
            (Self::Dnf, Purpose::Build) => &[
                "gcc",
                "gcc-c++",
                "make",
                "pkgconf-pkg-config",
                "gtk3-devel",
                "webkit2gtk4.1-devel",
                "libayatana-appindicator-gtk3-devel",
                "librsvg2-devel",
                "dbus-devel",
            ],
            (Self::Dnf, Purpose::Desktop) => &[
                "/usr/bin/WebKitWebDriver",
                "xorg-x11-server-Xvfb",
                "xorg-x11-xauth",
                "dbus-daemon",
                "dbus-tools",
                "dunst",
                "/usr/bin/notify-send",
                "gnome-keyring",
                "/usr/bin/secret-tool",
                "ImageMagick",
                "chromium",
            ],
            (Self::Pacman, Purpose::Build) => &["base-devel", "gtk3", "webkit2gtk-4.1", "libayatana-appindicator", "librsvg", "dbus"],
            (Self::Pacman, Purpose::Desktop) => &[
                "webkitgtk-6.0",
                "xorg-server-xvfb",
                "xorg-xauth",
                "dunst",
                "libnotify",
                "gnome-keyring",
                "libsecret",
                "imagemagick",
                "chromium",
            ],
            // The system's own compiler and WebKit are used; that WebKit cannot be driven.
            (Self::Brew, Purpose::Build | Purpose::Desktop) => &[],
        }
    }

    /// Those of `packages` that are not installed.
    pub(crate) fn missing(self, packages: &[&'static str]) -> Vec<&'static str> {
        packages.iter().copied().filter(|package| !self.has(package)).collect()
    }

    /// Installs packages, printing the command.
    pub(crate) fn install(self, packages: &[&str]) -> Result<()> {
        match self {
            Self::Apt => {
                shell::run(as_root("apt-get")?.args(["update", "--quiet=2"]))?;
                shell::run(
                    as_root("apt-get")?
                        .args(["install", "--yes", "--quiet=2", "--no-install-recommends", "--option=Dpkg::Use-Pty=0"])
                        .args(packages),
                )
            }
            Self::Dnf => shell::run(as_root("dnf")?.args(["install", "--assumeyes"]).args(packages)),
            Self::Pacman => shell::run(as_root("pacman")?.args(["--sync", "--refresh", "--needed", "--noconfirm"]).args(packages)),
            Self::Brew => shell::run(shell::program("brew").arg("install").args(packages)),
        }
    }

    fn has(self, package: &str) -> bool {
        let mut question = match self {
            Self::Apt => {
                let mut question = shell::program("dpkg-query");
                question.args(["--show", "--showformat=${db:Status-Status}", package]);
                return shell::answer(&mut question).as_deref() == Some("installed");
            }
            Self::Dnf => {
                let mut question = shell::program("rpm");
                question.args(["--query", "--whatprovides", package]);
                question
            }
            Self::Pacman => {
                let mut question = shell::program("pacman");
                question.args(["--deptest", package]);
                question
            }
            Self::Brew => {
                let mut question = shell::program("brew");
                question.args(["list", package]);
                question
            }
        };
        shell::answer(&mut question).is_some()
    }
}

/// A command that may change the system: directly for root, else with sudo.
fn as_root(name: &str) -> Result<Command> {
    let mut command = if is_root() {
        shell::program(name)
    } else if shell::is_on_path("sudo") {
        let mut command = shell::program("sudo");
        command.args(["--preserve-env=DEBIAN_FRONTEND", name]);
        command
    } else {
        bail!("`{name}` needs root, and there is no sudo: install the packages named above yourself");
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command.stdin(Stdio::inherit());
    Ok(command)
}

fn is_root() -> bool {
    shell::answer(shell::program("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}
