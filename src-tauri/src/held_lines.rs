//! Of a text that grows, the lines that the window lacks.

use crate::ipc::{HeldLines, LogLine};

/// The place of the first line that is sent, and the lines from there on. All of them where other bytes were cut
/// since, because then places mean other lines.
pub(crate) fn lacking(mut lines: Vec<LogLine>, cut: u64, held: HeldLines) -> (usize, Vec<LogLine>) {
    if held.cut != cut {
        return (0, lines);
    }
    // The last line may have been read before its end.
    let from = held.lines.saturating_sub(1).min(lines.len());
    let rest = lines.split_off(from);
    (from, rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ansi;

    fn sent(text: &str, cut: u64, held: HeldLines) -> (usize, Vec<String>) {
        let (from, lines) = lacking(ansi::lines(text), cut, held);
        (from, lines.into_iter().map(|line| line.spans.into_iter().map(|span| span.text).collect()).collect())
    }

    #[test]
    fn only_what_is_lacking_is_sent_and_the_last_line_again() {
        let whole = "one\ntwo\nthree\n";
        let all = vec!["one".to_owned(), "two".to_owned(), "three".to_owned()];
        assert_eq!(sent(whole, 0, HeldLines::default()), (0, all.clone()));
        assert_eq!(sent("one\ntw", 0, HeldLines::default()), (0, vec!["one".to_owned(), "tw".to_owned()]));
        assert_eq!(sent(whole, 0, HeldLines { lines: 2, cut: 0 }), (1, all[1..].to_vec()));
        assert_eq!(sent(whole, 0, HeldLines { lines: 3, cut: 0 }), (2, all[2..].to_vec()));
        // It shrank, as no log should: nothing of what is held beyond it is kept.
        assert_eq!(sent("one\n", 0, HeldLines { lines: 9, cut: 0 }), (1, Vec::new()));
        // The beginning was cut: places have moved.
        assert_eq!(sent(whole, 7, HeldLines { lines: 3, cut: 0 }), (0, all));
    }

    #[test]
    fn a_poll_of_a_long_log_that_grew_by_a_line_sends_two() {
        let log = "a line of the log\n".repeat(10_000);
        let (from, lines) = sent(&format!("{log}one more\n"), 0, HeldLines { lines: 10_000, cut: 0 });
        assert_eq!((from, lines.len()), (9_999, 2));
    }
}
