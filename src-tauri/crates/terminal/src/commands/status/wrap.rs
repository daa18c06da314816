//! Wraps lines to the width of the terminal, with continuation lines indented. Nothing is cut off.

use std::io::IsTerminal;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Narrower terminals are treated as if they had this width.
const NARROWEST: usize = 40;

/// The number of columns of the terminal, else the value of `COLUMNS`; None: lines may have any length.
pub(super) fn width() -> Option<usize> {
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
pub(super) fn wrap(line: &str, width: usize) -> Vec<String> {
    let indent = line.len() - line.trim_start_matches(' ').len() + 4;
    let mut pieces: Vec<String> = Vec::new();
    let mut rest: Vec<char> = line.chars().collect();
    while let Some(fits) = overflow(&rest, width) {
        let first_word = if pieces.is_empty() { 0 } else { indent };
        let may = |at: &usize| rest[*at] == ' ' && rest[..*at].iter().any(|c| *c != ' ');
        // Preferably between two parts of a line.
        let gap = (fits / 2..=fits).rev().find(|at| may(at) && rest[*at - 1] == ' ');
        let space = gap.or_else(|| (first_word + 1..=fits).rev().find(may));
        let at = space.unwrap_or(fits);
        pieces.push(rest[..at].iter().collect::<String>().trim_end().to_owned());
        let left = rest[at..].iter().skip_while(|c| **c == ' ').copied();
        rest = std::iter::repeat_n(' ', indent.min(width / 2)).chain(left).collect();
    }
    pieces.push(rest.into_iter().collect());
    pieces
}

/// How many of the characters fit into `width` columns; None when all do.
fn overflow(line: &[char], width: usize) -> Option<usize> {
    let mut columns = 0;
    line.iter().position(|c| {
        columns += c.width().unwrap_or(0);
        columns > width
    })
}

/// `text` in a column of `width`, with a space after a wider text.
pub(super) fn padded(text: &str, width: usize) -> String {
    let spaces = width.saturating_sub(text.width()).max(1);
    format!("{text}{}", " ".repeat(spaces))
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

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(wrap("注文に配送時間帯を保存する", 12), ["注文に配送時", "    間帯を保", "    存する"]);
        assert_eq!((padded("検索", 6), padded("検索", 4)), ("検索  ".to_owned(), "検索 ".to_owned()));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_wide(line in " {0,6}([a-zé検]{0,30} {0,3}){0,12}", width in 40usize..120) {
            let pieces = wrap(&line, width);
            prop_assert!(pieces.iter().all(|piece| piece.width() <= width));
            let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(letters(&pieces.concat()), letters(&line));
        }
    }
}
