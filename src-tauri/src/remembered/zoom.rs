//! The zoom of the page, in the steps that browsers have.

use crate::ipc::ZoomChange;

/// Percent.
const STEPS: [u32; 13] = [50, 67, 75, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300];
const USUAL: u32 = 100;

/// Percent. A zoom that is none of the steps counts as the nearest below it.
pub(crate) fn changed(zoom: u32, change: ZoomChange) -> u32 {
    match change {
        ZoomChange::In => STEPS.into_iter().find(|step| *step > zoom).unwrap_or(STEPS[STEPS.len() - 1]),
        ZoomChange::Out => STEPS.into_iter().rev().find(|step| *step < zoom).unwrap_or(STEPS[0]),
        ZoomChange::Reset => USUAL,
    }
}

/// As a factor, for the web view. What was damaged is the usual.
pub(crate) fn factor(zoom: u32) -> f64 {
    let known = (STEPS[0]..=STEPS[STEPS.len() - 1]).contains(&zoom);
    f64::from(if known { zoom } else { USUAL }) / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_end_at_both_ends() {
        let all: Vec<u32> = std::iter::successors(Some(50), |zoom| Some(changed(*zoom, ZoomChange::In))).take(14).collect();
        assert_eq!(all, [50, 67, 75, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300, 300]);
        assert_eq!((changed(50, ZoomChange::Out), changed(300, ZoomChange::Out)), (50, 250));
        assert_eq!((changed(130, ZoomChange::In), changed(130, ZoomChange::Out), changed(130, ZoomChange::Reset)), (150, 125, 100));
    }

    #[test]
    fn a_damaged_zoom_is_the_usual() {
        for (zoom, expected) in [(100, 1.0), (50, 0.5), (300, 3.0), (0, 1.0), (49, 1.0), (100_000, 1.0)] {
            assert!((factor(zoom) - expected).abs() < f64::EPSILON, "{zoom}");
        }
    }
}
