//! Where a remembered window opens on the screens of today.

use super::Kept;

/// Logical pixels of the desktop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Placement {
    /// None: the usual size.
    pub size: Option<(f64, f64)>,
    /// None: where the desktop puts it.
    pub corner: Option<(f64, f64)>,
}

/// What of the window's top edge must be on a screen, so that it can be seen and moved.
const GRIP: (f64, f64) = (120.0, 24.0);
/// Larger than any desktop: such a number is damage.
const FARTHEST: f64 = 100_000.0;

/// A size that is smaller than the smallest is none; one that is larger than every screen is made to fit. A place on
/// no screen is none.
pub(crate) fn restored(kept: &Kept, screens: &[Area], smallest: (f64, f64)) -> Placement {
    let sound = |(a, b): &(f64, f64)| a.is_finite() && b.is_finite() && a.abs() < FARTHEST && b.abs() < FARTHEST;
    let size = kept.size.filter(sound).filter(|size| size.0 >= smallest.0 && size.1 >= smallest.1);
    let largest = screens.iter().fold((0.0_f64, 0.0_f64), |most, screen| (most.0.max(screen.width), most.1.max(screen.height)));
    let fitted = |(width, height): (f64, f64)| match screens {
        [] => (width, height),
        _ => (width.min(largest.0).max(smallest.0), height.min(largest.1).max(smallest.1)),
    };
    let size = size.map(fitted);
    let width = size.map_or(smallest.0, |size| size.0);
    let corner = kept.corner.filter(sound).filter(|corner| screens.iter().any(|screen| shows(screen, *corner, width)));
    Placement { size, corner }
}

fn shows(screen: &Area, (x, y): (f64, f64), width: f64) -> bool {
    let across = (x + width).min(screen.x + screen.width) - x.max(screen.x);
    let down = screen.y + screen.height - y;
    across >= GRIP.0 && y >= screen.y && down >= GRIP.1
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALLEST: (f64, f64) = (900.0, 600.0);
    const LEFT: Area = Area { x: 0.0, y: 0.0, width: 1440.0, height: 900.0 };
    const RIGHT: Area = Area { x: 1440.0, y: 0.0, width: 1920.0, height: 1080.0 };

    fn of(size: (f64, f64), corner: (f64, f64), screens: &[Area]) -> Placement {
        restored(&Kept { size: Some(size), corner: Some(corner), ..Kept::default() }, screens, SMALLEST)
    }

    #[test]
    fn a_place_on_a_screen_is_kept() {
        for (corner, screens) in [
            ((0.0, 0.0), &[LEFT][..]),
            ((300.0, 200.0), &[LEFT]),
            ((-700.0, 0.0), &[LEFT]),
            ((1500.0, 40.0), &[LEFT, RIGHT]),
            ((1300.0, 870.0), &[LEFT]),
        ] {
            assert_eq!(of((1000.0, 700.0), corner, screens), Placement { size: Some((1000.0, 700.0)), corner: Some(corner) });
        }
    }

    #[test]
    fn a_place_on_no_screen_of_today_is_not() {
        for corner in [(1500.0, 40.0), (-990.0, 0.0), (1400.0, 10.0), (0.0, -300.0), (0.0, 890.0), (1e9, 0.0), (f64::NAN, 0.0)] {
            assert_eq!(of((1000.0, 700.0), corner, &[LEFT]).corner, None, "{corner:?}");
        }
        assert_eq!(of((1000.0, 700.0), (0.0, 0.0), &[]).corner, None, "no screen is known");
    }

    #[test]
    fn a_size_fits_the_screens() {
        let size = |width, height| of((width, height), (0.0, 0.0), &[LEFT]).size;
        assert_eq!(size(3000.0, 2000.0), Some((1440.0, 900.0)));
        assert_eq!(size(900.0, 600.0), Some(SMALLEST));
        for (width, height) in [(0.0, 0.0), (899.0, 700.0), (-1000.0, 700.0), (f64::INFINITY, 700.0), (1e9, 700.0)] {
            assert_eq!(size(width, height), None, "{width} x {height}");
        }
        let tiny = Area { x: 0.0, y: 0.0, width: 800.0, height: 480.0 };
        assert_eq!(of((1000.0, 700.0), (0.0, 0.0), &[tiny]).size, Some(SMALLEST));
    }
}
