//! A keyboard and a mouse at the level of the display: keys that are held down repeat automatically.

use anyhow::{Context, Result};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt as _, GrabMode, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MOTION_NOTIFY_EVENT,
    ModMask,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// X's names for keys.
pub mod keys {
    pub const ENTER: u32 = 0xff0d;
    pub const CONTROL: u32 = 0xffe3;
    pub const ALT: u32 = 0xffe9;
    /// As X names them when they are held together.
    pub const CONTROL_ALT: u16 = 1 << 2 | 1 << 3;
}

pub struct Input {
    x: RustConnection,
    root: u32,
}

impl Input {
    pub(crate) fn on(display: &str) -> Result<Self> {
        let (x, screen) = RustConnection::connect(Some(display)).with_context(|| format!("display {display}"))?;
        let root = x.setup().roots[screen].root;
        Ok(Self { x, root })
    }

    /// Presses keys one after the other and holds them down.
    pub fn hold(&self, keys: &[u32]) -> Result<()> {
        keys.iter().try_for_each(|key| self.fake(KEY_PRESS_EVENT, self.code(*key)?, 0, 0))
    }

    /// Releases them, the last one first.
    pub fn release(&self, keys: &[u32]) -> Result<()> {
        keys.iter().rev().try_for_each(|key| self.fake(KEY_RELEASE_EVENT, self.code(*key)?, 0, 0))
    }

    /// Takes a key for itself, as a program with a global shortcut does, until this is dropped.
    pub fn grab(&self, held: u16, key: u32) -> Result<()> {
        self.x.grab_key(false, self.root, ModMask::from(held), self.code(key)?, GrabMode::ASYNC, GrabMode::ASYNC)?.check()?;
        Ok(())
    }

    /// Types small letters and spaces.
    pub fn type_text(&self, text: &str) -> Result<()> {
        text.chars().map(u32::from).try_for_each(|key| self.hold(&[key]).and_then(|()| self.release(&[key])))
    }

    /// Moves the pointer, in pixels of the display.
    pub fn point(&self, x: i16, y: i16) -> Result<()> {
        self.fake(MOTION_NOTIFY_EVENT, 0, x, y)
    }

    /// Presses the first mouse button at the pointer.
    pub fn button_down(&self) -> Result<()> {
        self.fake(BUTTON_PRESS_EVENT, 1, 0, 0)
    }

    pub fn button_up(&self) -> Result<()> {
        self.fake(BUTTON_RELEASE_EVENT, 1, 0, 0)
    }

    /// This many clicks, as fast as the display accepts them.
    pub fn clicks(&self, count: usize) -> Result<()> {
        for _ in 0..count {
            self.button_down()?;
            self.button_up()?;
        }
        Ok(())
    }

    fn fake(&self, kind: u8, detail: u8, x: i16, y: i16) -> Result<()> {
        self.x.xtest_fake_input(kind, detail, 0, self.root, x, y, 0)?.check()?;
        Ok(())
    }

    fn code(&self, key: u32) -> Result<u8> {
        let setup = self.x.setup();
        let count = setup.max_keycode - setup.min_keycode + 1;
        let mapping = self.x.get_keyboard_mapping(setup.min_keycode, count)?.reply()?;
        let wide = usize::from(mapping.keysyms_per_keycode);
        let at = mapping.keysyms.chunks(wide).position(|symbols| symbols.contains(&key)).context("the keyboard has no such key")?;
        Ok(setup.min_keycode + u8::try_from(at)?)
    }
}
