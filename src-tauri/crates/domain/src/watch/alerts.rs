//! What a watch says on the board.

use crate::alert::Alert;
use crate::environment::Environment;

/// The alert while the watch of the live code is bad.
pub fn watch_bad(_environment: &Environment) -> Option<Alert> {
    None
}
