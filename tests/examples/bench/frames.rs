//! What a display shows from the start of a program on, frame after frame.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat};
use x11rb::rust_connection::RustConnection;

use crate::processes::{cpu_seconds, family};

/// Of how many pixels, in each direction, one is looked at.
const EVERY: usize = 4;
/// The share of what the last frame has on its ground that must be there.
const MOST: f64 = 0.8;
/// A picture without anything on it has fewer marks than one pixel in as many.
const MARKS: usize = 2_000;

struct Frame {
    after: Duration,
    cpu: f64,
    pixels: Vec<u8>,
}

/// When most of a program's first page was on the display, and the processor time until then.
#[derive(Debug)]
pub(crate) struct FirstPage {
    pub seconds: f64,
    pub cpu: f64,
}

/// Looks at the display for as long as `lasts`. The last frame is taken for the page: nothing may change it before.
///
/// A page is there when [`MOST`] of the pixels that differ from the commonest colour are as they stay. So it says the same
/// of any program, and needs nothing inside it.
pub(crate) fn first_page(display: &str, started: Instant, id: u32, lasts: Duration) -> Result<FirstPage> {
    let (x, screen) = RustConnection::connect(Some(display)).with_context(|| format!("display {display}"))?;
    let mut frames = Vec::new();
    while started.elapsed() < lasts {
        let pixels = look(&x, screen)?;
        frames.push(Frame { after: started.elapsed(), cpu: cpu_seconds(&family(id)), pixels });
        std::thread::sleep(Duration::from_millis(5));
    }
    let last = &frames.last().context("no frame")?.pixels;
    let ground = commonest(last);
    let marks: Vec<usize> = (0..last.len()).filter(|at| last[*at].abs_diff(ground) > 8).collect();
    anyhow::ensure!(marks.len() > last.len() / MARKS, "the window shows nothing after {lasts:?}");
    let share = |frame: &Frame| marks.iter().filter(|at| frame.pixels[**at].abs_diff(last[**at]) <= 8).count() as f64 / marks.len() as f64;
    // The display itself is black before: where marks are black as well they would be there from the beginning.
    let before = frames.first().map_or(0.0, share);
    let reached = frames.iter().find(|frame| (share(frame) - before) / (1.0 - before) >= MOST).context("it is not reached")?;
    Ok(FirstPage { seconds: reached.after.as_secs_f64(), cpu: reached.cpu })
}

/// One byte, the middle of three colours, of each pixel that is looked at.
fn look(x: &RustConnection, screen: usize) -> Result<Vec<u8>> {
    let screen = &x.setup().roots[screen];
    let (width, height) = (screen.width_in_pixels, screen.height_in_pixels);
    let image = x.get_image(ImageFormat::Z_PIXMAP, screen.root, 0, 0, width, height, !0)?.reply()?;
    let (pixels, _) = image.data.as_chunks::<4>();
    let rows = pixels.chunks(usize::from(width)).step_by(EVERY);
    Ok(rows.flat_map(|row| row.iter().step_by(EVERY)).map(|pixel| pixel[1]).collect())
}

fn commonest(pixels: &[u8]) -> u8 {
    let mut counts = [0_usize; 256];
    pixels.iter().for_each(|pixel| counts[usize::from(*pixel)] += 1);
    (0..=u8::MAX).max_by_key(|value| counts[usize::from(*value)]).unwrap_or(0)
}
