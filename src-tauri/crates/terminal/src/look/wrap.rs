//! Wraps lines to the width of the terminal, with continuation lines indented. Nothing is cut off.

use super::{Line, Tone};
use std::io::IsTerminal;
use unicode_width::UnicodeWidthChar;

/// Narrower terminals are treated as if they had this width.
const NARROWEST: usize = 40;

/// The number of columns of the terminal, else the value of `COLUMNS`; None: lines may have any length.
pub(crate) fn width() -> Option<usize> {
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
pub(super) fn wrap(line: &Line, width: usize) -> Vec<Line> {
    let indent = line.0.iter().take_while(|(c, _)| *c == ' ').count() + 4;
    let mut pieces: Vec<Line> = Vec::new();
    let mut rest = line.0.clone();
    while let Some(fits) = overflow(&rest, width) {
        let first_word = if pieces.is_empty() { 0 } else { indent };
        let is_space = |at: usize| rest[at].0 == ' ';
        let may = |at: &usize| is_space(*at) && rest[..*at].iter().any(|(c, _)| *c != ' ');
        // Preferably between two parts of a line.
        let gap = (fits / 2..=fits).rev().find(|at| may(at) && is_space(*at - 1));
        let space = gap.or_else(|| (first_word + 1..=fits).rev().find(may));
        let at = space.unwrap_or(fits);
        let end = rest[..at].iter().rposition(|(c, _)| *c != ' ').map_or(0, |last| last + 1);
        pieces.push(Line(rest[..end].to_vec()));
        let left = rest[at..].iter().skip_while(|(c, _)| *c == ' ').copied();
        rest = std::iter::repeat_n((' ', Tone::Plain), indent.min(width / 2)).chain(left).collect();
    }
    pieces.push(Line(rest));
    pieces
}

/// How many of the characters fit into `width` columns; None when all do. Spaces at the end need no room.
fn overflow(line: &[(char, Tone)], width: usize) -> Option<usize> {
    let mut columns = 0;
    let end = line.iter().rposition(|(c, _)| *c != ' ').map_or(0, |last| last + 1);
    line[..end].iter().position(|(c, _)| {
        columns += c.width().unwrap_or(0);
        columns > width
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wrapped(line: &str, width: usize) -> Vec<String> {
        wrap(&Line::plain(line), width).iter().map(Line::text).collect()
    }

    #[test]
    fn lines_go_on_below() {
        assert_eq!(wrapped("  ! one two three", 80), ["  ! one two three"]);
        assert_eq!(wrapped("  ! one two three", 11), ["  ! one two", "     three"]);
        assert_eq!(wrapped("0123456789012345", 10), ["0123456789", "    012345"]);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(wrapped("注文に配送時間帯を保存する", 12), ["注文に配送時", "    間帯を保", "    存する"]);
    }

    #[test]
    fn tones_go_on_below() {
        let line = Line::of("one two", Tone::Warn).and(" three", Tone::Grey);
        let pieces = wrap(&line, 7);
        assert_eq!(pieces[0], Line::of("one two", Tone::Warn));
        assert_eq!(pieces[1].text().trim(), "thre");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_wide(line in " {0,6}([a-zé検]{0,30} {0,3}){0,12}", width in 40usize..120) {
            let pieces = wrap(&Line::plain(&line), width);
            prop_assert!(pieces.iter().all(|piece| Line::plain(piece.text().trim_end()).width() <= width));
            let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(letters(&pieces.iter().map(Line::text).collect::<String>()), letters(&line));
        }
    }
}
