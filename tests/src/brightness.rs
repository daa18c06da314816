//! Watches how bright a display is, frame after frame.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use anyhow::{Result, anyhow};

use crate::display;

/// Looks as often as the display answers, until [`Brightness::end`].
pub struct Brightness {
    over: Arc<AtomicBool>,
    watcher: Option<JoinHandle<Result<Vec<f64>>>>,
}

impl Brightness {
    pub(crate) fn watch(display: &str) -> Result<Self> {
        let (x, screen) = display::connect(display)?;
        let over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&over);
        let watcher = std::thread::spawn(move || {
            let mut shares = Vec::new();
            while !ends.load(Ordering::Relaxed) {
                shares.push(display::brightness(&x, screen)?);
            }
            Ok(shares)
        });
        Ok(Self { over, watcher: Some(watcher) })
    }

    /// The share of nearly white pixels in each frame that was seen.
    pub fn end(mut self) -> Result<Vec<f64>> {
        self.over.store(true, Ordering::Relaxed);
        let watcher = self.watcher.take().ok_or_else(|| anyhow!("it has ended"))?;
        watcher.join().map_err(|_| anyhow!("the watcher panicked"))?
    }
}

impl Drop for Brightness {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}
