//! The order of test programs, and which of them run alone.

/// Programs during which no other program runs, each with the reason.
pub(crate) const ALONE: [(&str, &str); 7] = [
    ("slipway-engine soak", "its memory, files and connections have limits, at a speed that it must keep up with"),
    ("slipway-engine volume", "the first of ten thousand rows must be there within a second"),
    ("slipway-sandbox it", "ten reads of a busy world must take less than three seconds"),
    ("slipway slipway_app", "a call must end before the keychain's patience does, which is four seconds"),
    ("slipway-tests keychain", "the window must be usable 15 seconds after its start"),
    ("slipway-tests service_edit", "an open window must show within two seconds what a terminal has saved"),
    ("slipway-tests desktop", "it shows that the harness itself works, with its own patience"),
];

/// The longest first, so that the last to end is a short one. Others follow these.
const LONGEST: [&str; 25] = [
    "slipway-tests plans",
    "slipway-tests attack",
    "slipway-tests main_job",
    "slipway-engine trust",
    "slipway-engine polling",
    "slipway-engine counts",
    "slipway-contracts clients",
    "slipway-tests tray_and_terminal",
    "slipway-tests window_state",
    "slipway-tests two_windows",
    "slipway-tests toasts",
    "slipway-tests processes",
    "slipway-tests rapid_input",
    "slipway-tests fault_injection",
    "slipway-tests side_by_side",
    "slipway-tests window_killed",
    "slipway-registry answers",
    "slipway-engine interleavings",
    "slipway-tests token_leaks",
    "slipway-tests terminal",
    "slipway-tests merge_queue",
    "slipway-domain rules",
    "slipway-tests arguments",
    "slipway-tests public_view",
    "slipway-tests small_window",
];

/// The position of a program in the order.
pub(crate) fn place(name: &str) -> usize {
    LONGEST.iter().position(|known| *known == name).unwrap_or(LONGEST.len())
}

pub(crate) fn is_alone(name: &str) -> bool {
    ALONE.iter().any(|(known, _)| *known == name)
}

/// Names in these lists that no program has, because it was renamed.
pub(crate) fn unknown<'a>(programs: impl Iterator<Item = &'a str> + Clone) -> Vec<&'static str> {
    let listed = ALONE.iter().map(|(name, _)| *name).chain(LONGEST);
    listed.filter(|name| !programs.clone().any(|program| program == *name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renamed_program_is_missed() {
        let all: Vec<&str> = ALONE.iter().map(|(name, _)| *name).chain(LONGEST).collect();
        assert_eq!(unknown(all.iter().copied()), Vec::<&str>::new());
        assert_eq!(unknown(all.iter().copied().filter(|name| *name != "slipway-engine soak")), ["slipway-engine soak"]);
    }

    #[test]
    fn the_longest_come_first() {
        assert!(place("slipway-tests attack") < place("slipway-tests small_window"));
        assert!(place("slipway-tests small_window") < place("slipway-tests ipc_permissions"));
        assert!(is_alone("slipway-engine soak") && !is_alone("slipway-engine trust"));
    }
}
