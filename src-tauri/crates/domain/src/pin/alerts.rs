//! What a pin says on the board.

use crate::alert::Alert;
use crate::environment::Environment;

/// The alert while something that the pin keeps out is live.
pub fn pin_violated(_environment: &Environment) -> Option<Alert> {
    None
}
