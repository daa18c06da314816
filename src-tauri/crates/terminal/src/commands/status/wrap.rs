//! Wraps lines to the width of the terminal, with continuation lines indented. Nothing is cut off.

use std::io::IsTerminal;

/// Narrower terminals are treated as if they had this width.
const NARROWEST: usize = 40;

/// The number of columns of the terminal, else the value of `COLUMNS`; None: lines may have any length.
pub fn width() -> Option<usize> {
    let told = || std::env::var("COLUMNS").ok()?.parse().ok().filter(|columns| *columns > 0);
    terminal().or_else(told).map(|columns: usize| columns.max(NARROWEST))
}

#[cfg(unix)]
fn terminal() -> Option<usize> {
    let stdout = std::io::stdout();
    let size = stdout.is_terminal().then(|| rustix::termios::tcgetwinsize(&stdout).ok())??;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

#[cfg(not(unix))]
fn terminal() -> Option<usize> {
    None.filter(|_: &usize| std::io::stdout().is_terminal())
}

/// Splits `line` into pieces of at most `width` columns, at spaces where possible.
pub fn wrap(line: &str, width: usize) -> Vec<String> {
    let indent = line.len() - line.trim_start_matches(' ').len() + 4;
    let mut pieces: Vec<String> = Vec::new();
    let mut rest: Vec<char> = line.chars().collect();
    while rest.len() > width {
        let first_word = if pieces.is_empty() { 0 } else { indent };
        let may = |at: &usize| rest[*at] == ' ' && rest[..*at].iter().any(|c| *c != ' ');
        // Preferably between two parts of a line.
        let gap = (width / 2..=width).rev().find(|at| may(at) && rest[*at - 1] == ' ');
        let space = gap.or_else(|| (first_word + 1..=width).rev().find(may));
        let (piece, after) = match space {
            Some(at) => (&rest[..at], at),
            None => (&rest[..width], width),
        };
        pieces.push(piece.iter().collect::<String>().trim_end().to_owned());
        let left = rest[after..].iter().skip_while(|c| **c == ' ').copied();
        rest = std::iter::repeat_n(' ', indent.min(width / 2)).chain(left).collect();
    }
    pieces.push(rest.into_iter().collect());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_go_on_below() {
        assert_eq!(wrap("  ! one two three", 80), ["  ! one two three"]);
        assert_eq!(wrap("  ! one two three", 11), ["  ! one two", "     three"]);
        assert_eq!(wrap("0123456789012345", 10), ["0123456789", "    012345"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_wide(line in " {0,6}([a-zé]{0,30} {0,3}){0,12}", width in 40usize..120) {
            let pieces = wrap(&line, width);
            prop_assert!(pieces.iter().all(|piece| piece.chars().count() <= width));
            let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(letters(&pieces.concat()), letters(&line));
        }
    }
}
