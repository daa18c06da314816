//! A virtual display, and its windows as X reports them.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, ImageFormat, MapState};
use x11rb::rust_connection::RustConnection;

use crate::process::Process;

/// A top-level window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XWindow {
    pub id: u32,
    pub title: String,
    /// Mapped: neither hidden to the tray nor minimised.
    pub shown: bool,
    pub x: i16,
    pub y: i16,
    pub width: u16,
    pub height: u16,
}

/// Starts Xvfb on a free display and returns its name, such as `:7`.
pub(crate) fn start(folder: &Path, size: (u32, u32)) -> Result<(Process, String)> {
    let mut command = Command::new("Xvfb");
    let (width, height) = size;
    command.args(["-displayfd", "1", "-screen", "0"]).arg(format!("{width}x{height}x24")).args(["-nolisten", "tcp", "-noreset"]);
    let (display, output) = Process::start_read(command, folder, "Xvfb")?;
    let mut number = String::new();
    BufReader::new(output).read_line(&mut number)?;
    if number.trim().is_empty() {
        bail!("Xvfb found no display: {}", display.said());
    }
    Ok((display, format!(":{}", number.trim())))
}

/// The windows that have a title.
pub(crate) fn windows(display: &str) -> Result<Vec<XWindow>> {
    let (x, screen) = connect(display)?;
    let root = x.setup().roots[screen].root;
    let mut windows = Vec::new();
    for id in x.query_tree(root)?.reply()?.children {
        // A window may close between two calls.
        if let Ok(Some(window)) = describe(&x, id) {
            windows.push(window);
        }
    }
    Ok(windows)
}

/// Asks the window with this title to close, as the close button of a title bar does.
pub(crate) fn close(display: &str, title: &str) -> Result<()> {
    let window = windows(display)?
        .into_iter()
        .find(|window| window.shown && window.title == title)
        .with_context(|| format!("no shown window is called {title}"))?;
    let (x, _) = connect(display)?;
    let atom = |name: &str| -> Result<u32> { Ok(x.intern_atom(false, name.as_bytes())?.reply()?.atom) };
    let (protocols, delete) = (atom("WM_PROTOCOLS")?, atom("WM_DELETE_WINDOW")?);
    let message = ClientMessageEvent::new(32, window.id, protocols, [delete, 0, 0, 0, 0]);
    x.send_event(false, window.id, EventMask::NO_EVENT, message)?.check()?;
    Ok(())
}

/// The share of pixels that are nearly white.
pub(crate) fn brightness(x: &RustConnection, screen: usize) -> Result<f64> {
    const NEARLY_WHITE: u8 = 225;
    let screen = &x.setup().roots[screen];
    let image = x.get_image(ImageFormat::Z_PIXMAP, screen.root, 0, 0, screen.width_in_pixels, screen.height_in_pixels, !0)?.reply()?;
    let (pixels, _) = image.data.as_chunks::<4>();
    let bright = pixels.iter().filter(|pixel| pixel[..3].iter().all(|part| *part >= NEARLY_WHITE)).count();
    Ok(bright as f64 / pixels.len() as f64)
}

/// Whether the clipboard or the selection has an owner.
pub(crate) fn clipboard_is_taken(display: &str) -> Result<bool> {
    let (x, _) = connect(display)?;
    for name in ["CLIPBOARD", "PRIMARY"] {
        let selection = x.intern_atom(false, name.as_bytes())?.reply()?.atom;
        if x.get_selection_owner(selection)?.reply()?.owner != x11rb::NONE {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(crate) fn connect(display: &str) -> Result<(RustConnection, usize)> {
    RustConnection::connect(Some(display)).with_context(|| format!("display {display}"))
}

fn describe(x: &RustConnection, id: u32) -> Result<Option<XWindow>> {
    let atom = |name: &str| -> Result<u32> { Ok(x.intern_atom(false, name.as_bytes())?.reply()?.atom) };
    let read = |property: u32| -> Result<String> {
        let answer = x.get_property(false, id, property, AtomEnum::ANY, 0, 1024)?.reply()?;
        Ok(String::from_utf8_lossy(&answer.value).into_owned())
    };
    let mut title = read(atom("_NET_WM_NAME")?)?;
    if title.is_empty() {
        title = read(AtomEnum::WM_NAME.into())?;
    }
    if title.is_empty() {
        return Ok(None);
    }
    let state = x.get_window_attributes(id)?.reply()?.map_state;
    let geometry = x.get_geometry(id)?.reply()?;
    Ok(Some(XWindow {
        id,
        title,
        shown: state == MapState::VIEWABLE,
        x: geometry.x,
        y: geometry.y,
        width: geometry.width,
        height: geometry.height,
    }))
}
