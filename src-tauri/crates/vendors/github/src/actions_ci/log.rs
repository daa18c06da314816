//! Makes a job's log, as GitHub stores it, readable: every line begins with a time stamp, and some with a runner
//! command (docs "Workflow commands").

use slipway_http::Tail;
use slipway_vendor::LogText;

/// A longer line is passed on in pieces, so that memory stays bounded.
const LONGEST_LINE: usize = 64 << 10;

#[derive(Default)]
pub(super) struct ActionsLog {
    tail: Tail,
    line: Vec<u8>,
    /// The beginning of the current line has already been passed on.
    begun: bool,
}

impl ActionsLog {
    pub(super) fn push(&mut self, mut piece: &[u8]) {
        while !piece.is_empty() {
            let end = piece.iter().position(|byte| *byte == b'\n');
            let room = LONGEST_LINE - self.line.len();
            let taken = end.map_or(piece.len(), |at| at + 1).min(room);
            self.line.extend_from_slice(&piece[..taken]);
            piece = &piece[taken..];
            if self.line.ends_with(b"\n") || self.line.len() == LONGEST_LINE {
                self.flush();
            }
        }
    }

    pub(super) fn finish(mut self) -> LogText {
        self.flush();
        self.tail.finish()
    }

    fn flush(&mut self) {
        let line = std::mem::take(&mut self.line);
        let ended = line.ends_with(b"\n");
        let text = if self.begun { line } else { readable(&line) };
        self.begun = !ended;
        self.tail.push(&text);
    }
}

/// The line without its time stamp; a command becomes what GitHub shows for it.
fn readable(line: &[u8]) -> Vec<u8> {
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    let line = without_stamp(line);
    let (text, end) = match line.strip_suffix(b"\n") {
        Some(text) => (text.strip_suffix(b"\r").unwrap_or(text), &b"\n"[..]),
        None => (line, &b""[..]),
    };
    let styled = |style: &str, word: &str, text: &[u8]| [style.as_bytes(), word.as_bytes(), text, b"\x1b[0m", end].concat();
    for (command, style, word) in COMMANDS {
        if let Some(rest) = text.strip_prefix(command.as_bytes()) {
            return styled(style, word, rest);
        }
    }
    if text == b"##[endgroup]" { Vec::new() } else { [text, end].concat() }
}

const COMMANDS: [(&str, &str, &str); 8] = [
    ("##[group]", "\x1b[1m", ""),
    ("##[section]", "\x1b[1m", ""),
    ("##[error]", "\x1b[31m", "Error: "),
    ("##[warning]", "\x1b[33m", "Warning: "),
    ("##[notice]", "\x1b[34m", "Notice: "),
    ("##[debug]", "\x1b[2m", ""),
    ("##[command]", "\x1b[36m", ""),
    ("[command]", "\x1b[36m", ""),
];

/// The length of `2026-11-23T12:00:00.1234567Z ` at the beginning of a line.
fn without_stamp(line: &[u8]) -> &[u8] {
    let Some(at) = line.iter().take(40).position(|byte| *byte == b' ') else { return line };
    let stamp = &line[..at];
    let form = |(n, byte): (usize, &u8)| match n {
        4 | 7 => *byte == b'-',
        10 => *byte == b'T',
        13 | 16 => *byte == b':',
        19 => *byte == b'.',
        _ => byte.is_ascii_digit(),
    };
    match stamp.split_last() {
        Some((b'Z', digits)) if digits.len() > 20 && digits.iter().enumerate().all(form) => &line[at + 1..],
        Some(_) | None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, piece: usize) -> String {
        let mut log = ActionsLog::default();
        text.as_bytes().chunks(piece).for_each(|piece| log.push(piece));
        log.finish().text
    }

    #[test]
    fn stamps_go_and_commands_read_as_on_github() {
        let stored = "\u{feff}2026-11-23T12:00:00.1234567Z ##[group]Run bin/ci\r\n2026-11-23T12:00:00.1234567Z shell: bash\n\
                      2026-11-23T12:00:00.1234567Z ##[endgroup]\n2026-11-23T12:00:01.1234567Z \n2026-11-23T12:00:01.5Z two  words\n\
                      2026-11-23T12:00:02.1234567Z ##[error]Process completed with exit code 1.\nno stamp here";
        let shown =
            "\x1b[1mRun bin/ci\x1b[0m\nshell: bash\n\ntwo  words\n\x1b[31mError: Process completed with exit code 1.\x1b[0m\nno stamp here";
        for piece in [1, 7, 4096] {
            assert_eq!(read(stored, piece), shown, "in pieces of {piece}");
        }
    }

    #[test]
    fn what_only_looks_like_a_stamp_stays() {
        for line in ["2026-11-23 12:00 released", "2026-11-23T12:00:00 x", "2026-11-23T12:00:0x.1234567Z y", "Z ", " 2026", ""] {
            assert_eq!(read(line, 3), line);
        }
    }

    #[test]
    fn a_line_of_ten_megabytes_keeps_its_end() {
        let line = "0123456789".repeat(1 << 20);
        let log = read(&format!("2026-11-23T12:00:00.1234567Z {line}"), 7001);
        assert!(log.len() <= 5 << 20 && line.ends_with(&log));
    }

    proptest! {
        #[test]
        fn any_text_in_any_pieces_reads_the_same(text in any::<String>(), piece in 1usize..40) {
            prop_assert_eq!(read(&text, piece), read(&text, 1 << 20));
        }

        /// Also for lines that are passed on in pieces.
        #[test]
        fn a_long_line_cut_anywhere_reads_the_same(ends in "[\\r\\n\\PC]{0,6}", short in 0usize..8, piece in 1usize..70_000) {
            let text = format!("2026-11-23T12:00:00.1234567Z ##[error]{}{ends}after", "x".repeat(LONGEST_LINE - 38 - short));
            prop_assert_eq!(read(&text, piece), read(&text, 1 << 20));
        }
    }
}
