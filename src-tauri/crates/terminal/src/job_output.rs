//! Parses a job's output into lines of styled text. Colours, bold and dim are kept; every other control sequence
//! (titles, clipboard, links, cursor) is removed.

use crate::safe_text::is_direction;
use anstyle_parse::{DefaultCharAccumulator, Params, Parser, Perform};
use slipway_domain::status::JobStatus;
use slipway_vendor::{CiAbilities, LogStep};

/// The most characters of a line that are kept; the number of the others is shown at its end.
const LINE_LIMIT: usize = 4_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputLine {
    pub spans: Vec<OutputSpan>,
    /// The tool itself reports a failure here.
    pub failure: bool,
}

/// Text in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputSpan {
    pub text: String,
    /// 0 to 15, as in a terminal's palette.
    pub color: Option<u8>,
    pub bold: bool,
    pub dim: bool,
}

impl OutputLine {
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

/// The newest `limit` lines and the number of bytes before them.
pub fn newest_lines(text: &str, limit: usize) -> (&str, usize) {
    let end = text.strip_suffix('\n').unwrap_or(text);
    let start = limit.checked_sub(1).and_then(|before| end.rmatch_indices('\n').nth(before)).map_or(0, |(at, _)| at + 1);
    (&text[start..], start)
}

/// What this CI does not report about this job, as a text for people.
pub fn note(abilities: CiAbilities, steps: &[LogStep], over: bool) -> Option<String> {
    let failed = steps.iter().any(|step| step.status == JobStatus::Failed);
    match (over, abilities) {
        (false, CiAbilities { live_log: false, .. }) => {
            Some("The log comes when the job has ended; until then its steps are shown as they are.".to_owned())
        }
        (true, CiAbilities { failed_tests: false, .. }) if failed => Some("This CI lists no failed tests: the log names them.".to_owned()),
        (true | false, _) => None,
    }
}

/// How a failed step ended, where its output does not say it.
pub fn exit_words(step: &LogStep, lines: &[OutputLine]) -> Option<String> {
    let code = step.exit_code.filter(|code| *code != 0 && step.status == JobStatus::Failed)?;
    let said = lines.iter().any(|line| line.failure);
    (!said).then(|| format!("Exited with code {code}"))
}

pub fn lines(text: &str) -> Vec<OutputLine> {
    let mut parser = Parser::<DefaultCharAccumulator>::new();
    let mut page = Page::default();
    for byte in text.bytes() {
        // A sequence without an end must not consume the following lines.
        if byte == b'\n' {
            parser = Parser::<DefaultCharAccumulator>::new();
        }
        parser.advance(&mut page, byte);
    }
    if page.length > 0 {
        page.end_line();
    }
    page.lines
}

#[derive(Default)]
struct Page {
    lines: Vec<OutputLine>,
    spans: Vec<OutputSpan>,
    /// The number of characters in the current line, including those beyond the limit.
    length: usize,
    /// After a carriage return the next character overwrites the line.
    returned: bool,
    style: Style,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Style {
    color: Option<u8>,
    bold: bool,
    dim: bool,
}

impl Page {
    fn end_line(&mut self) {
        let mut spans = std::mem::take(&mut self.spans);
        if self.length > LINE_LIMIT {
            let text = format!(" … {} more characters", self.length - LINE_LIMIT);
            spans.push(OutputSpan { text, color: None, bold: false, dim: true });
        }
        let failure = is_failure(&spans.iter().map(|s| s.text.as_str()).collect::<String>());
        self.lines.push(OutputLine { spans, failure });
        self.clear();
    }

    fn clear(&mut self) {
        self.spans.clear();
        self.length = 0;
        self.returned = false;
    }

    fn put(&mut self, c: char) {
        if self.returned {
            self.clear();
        }
        self.length += 1;
        if self.length > LINE_LIMIT {
            return;
        }
        let Style { color, bold, dim } = self.style;
        match self.spans.last_mut() {
            Some(last) if (last.color, last.bold, last.dim) == (color, bold, dim) => last.text.push(c),
            Some(_) | None => self.spans.push(OutputSpan { text: c.to_string(), color, bold, dim }),
        }
    }
}

impl Perform for Page {
    fn print(&mut self, c: char) {
        match c {
            // Invisible characters are removed, since lines that look the same would differ.
            '\u{200b}' | '\u{2060}' | '\u{feff}' => {}
            c if is_direction(c) || c.is_control() => self.put('\u{fffd}'),
            c => self.put(c),
        }
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\n' => self.end_line(),
            b'\r' => self.returned = true,
            b'\t' => self.put('\t'),
            _ => {}
        }
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], ignore: bool, action: u8) {
        match action {
            b'm' if intermediates.is_empty() && !ignore => self.style = styled(self.style, params),
            // Clears the line, as progress displays do before they rewrite it.
            b'K' => self.returned = self.length > 0,
            _ => {}
        }
    }
}

fn styled(mut style: Style, params: &Params) -> Style {
    let all: Vec<u16> = params.iter().flatten().copied().collect();
    let mut rest = all.as_slice();
    while let Some((code, tail)) = rest.split_first() {
        rest = tail;
        match code {
            0 => style = Style::default(),
            1 => style.bold = true,
            2 => style.dim = true,
            22 => (style.bold, style.dim) = (false, false),
            30..=37 => style.color = Some((code - 30) as u8),
            90..=97 => style.color = Some((code - 90 + 8) as u8),
            39 => style.color = None,
            38 | 48 => {
                let (color, tail) = extended(rest);
                rest = tail;
                if *code == 38 {
                    style.color = color;
                }
            }
            _ => {}
        }
    }
    style
}

/// `5;n` or `2;r;g;b`, as the nearest of the sixteen colours.
fn extended(params: &[u16]) -> (Option<u8>, &[u16]) {
    match params {
        [5, n @ 0..=15, rest @ ..] => (Some(*n as u8), rest),
        [5, n @ 16..=231, rest @ ..] => {
            let cube = n - 16;
            let level = |step: u16| if step == 0 { 0 } else { 55 + 40 * step };
            (Some(nearest([level(cube / 36), level(cube / 6 % 6), level(cube % 6)])), rest)
        }
        [5, n @ 232..=255, rest @ ..] => (Some(nearest([8 + (n - 232) * 10; 3])), rest),
        [2, r, g, b, rest @ ..] => (Some(nearest([*r, *g, *b])), rest),
        _ => (None, &[]),
    }
}

fn nearest(rgb: [u16; 3]) -> u8 {
    let top = rgb.into_iter().max().unwrap_or(0);
    if top < 64 {
        return 0;
    }
    let bit = |value: u16, bit: u8| if value * 3 >= top * 2 { bit } else { 0 };
    let hue = bit(rgb[0], 1) | bit(rgb[1], 2) | bit(rgb[2], 4);
    match (hue, top) {
        (7, 64..=160) => 8,
        (hue, 200..) => hue + 8,
        (hue, _) => hue,
    }
}

/// Highlights a line only where the tool itself reports a failure.
fn is_failure(line: &str) -> bool {
    let text = line.trim_start();
    let numbered = text.split_once(") ").is_some_and(|(n, _)| !n.is_empty() && n.len() <= 4 && n.bytes().all(|b| b.is_ascii_digit()));
    let word = line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "FAILED");
    numbered || word || text.starts_with("Failure/Error") || exits_badly(line)
}

fn exits_badly(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    ["exit code", "exit status", "exited with code"].iter().any(|marker| {
        line.match_indices(marker).any(|(at, _)| {
            let rest = line[at + marker.len()..].trim_start_matches([' ', ':', '=']);
            rest.starts_with(|c: char| ('1'..='9').contains(&c))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(input: &str) -> Vec<String> {
        lines(input).iter().map(OutputLine::text).collect()
    }

    #[test]
    fn the_newest_lines_are_kept() {
        assert_eq!(newest_lines("a\nb\n", 20), ("a\nb\n", 0));
        assert_eq!(newest_lines("a\nb\nc", 1), ("c", 4));
        let text = "line\n".repeat(27);
        let (tail, cut) = newest_lines(&text, 20);
        assert_eq!((tail.lines().count(), cut), (20, 7 * 5));
    }

    #[test]
    fn a_failed_step_says_how_it_ended() {
        let step = LogStep { name: "rspec".into(), status: JobStatus::Failed, output_url: None, seconds: None, exit_code: Some(1) };
        assert_eq!(exit_words(&step, &lines("nothing\n")).as_deref(), Some("Exited with code 1"));
        assert_eq!(exit_words(&step, &lines("Exited with code exit status 1\n")), None);
        assert!(lines("Exited with code 1")[0].failure);
    }

    #[test]
    fn colours_become_spans() {
        let all = lines("plain \x1b[1;31mred\x1b[0m \x1b[38;5;10mgreen\x1b[38;2;0;0;255mblue\x1b[39m\n");
        let spans: Vec<_> = all[0].spans.iter().map(|s| (s.text.as_str(), s.color, s.bold)).collect();
        assert_eq!(
            spans,
            [("plain ", None, false), ("red", Some(1), true), (" ", None, false), ("green", Some(10), false), ("blue", Some(12), false)]
        );
    }

    #[test]
    fn other_sequences_are_dropped() {
        assert_eq!(texts("a\x1b]52;c;c2VjcmV0\x07b\x1b]8;;https://evil.example\x1b\\c\x1b[2J\x1b[10;10Hd\x1bPq#0\x1b\\e\n"), ["abcde"]);
        assert_eq!(texts("bell\x07 back\x08space \u{9b}31m\n"), ["bell backspace \u{fffd}31m"]);
        assert_eq!(texts("evil\u{202e}txt\u{200b}\n"), ["evil\u{fffd}txt"]);
    }

    #[test]
    fn a_sequence_that_does_not_end_hides_its_own_line_only() {
        for begun in ["\x1b", "\x1b[3", "\x1b]0;", "\x1b]52;c;", "\x1bP1$q", "\x1b_", "\x1b^", "\x1bX", "\x1b]8;;https://evil.example"] {
            let all = lines(&format!("before\na{begun}b\nsrc/a.spec.ts FAILED\n"));
            assert_eq!((all.len(), all[2].text().as_str(), all[2].failure), (3, "src/a.spec.ts FAILED", true), "{begun:?}");
        }
    }

    #[test]
    fn progress_is_one_line() {
        assert_eq!(texts("10 %\r20 %\r30 %\r\nnext\r\n"), ["30 %", "next"]);
        assert_eq!(texts("wait\x1b[2K\rdone"), ["done"]);
        assert_eq!(texts("\n\nend"), ["", "", "end"]);
    }

    #[test]
    fn long_lines_say_what_is_missing() {
        let one = &lines(&"x".repeat(10_000_000))[0];
        assert_eq!(one.spans[1].text, " … 9996000 more characters");
        assert_eq!(one.spans[0].text.len(), LINE_LIMIT);
    }

    #[test]
    fn only_real_failures_are_marked() {
        for (line, failure) in [
            ("  1) Checkout totals the basket", true),
            ("     Failure/Error: expect(total).to eq 3", true),
            ("src/a.spec.ts FAILED", true),
            ("Exited with code exit status 1", true),
            ("Process finished with exit code: 2", true),
            ("exit code 0", false),
            ("0 failed, 12 passed", false),
            ("notFAILEDhere", false),
            ("Error handling tests passed", false),
        ] {
            assert_eq!(lines(line)[0].failure, failure, "{line}");
        }
    }

    /// Text with control sequences, complete and broken ones.
    fn output() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => "[ -~]{0,12}",
            3 => prop::sample::select(vec![
                "\x1b", "\x1b[", "\x1b[31m", "\x1b[1;38;5;", "\x1b[38;2;1;2", "\x1b[99999999999999;m", "\x1b[?25l", "\x1b[K", "\x1b[2J", "\x1b]0;t", "\x1b]52;c;",
                "\x1b]8;;https://evil.example", "\x07", "\x1b\\", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\u{9b}", "\u{9d}", "\x18", "\x1a", "\r", "\n", "\r\n", "\t", "\x08",
                "\0", "\x7f", "\u{85}", "\u{202e}", "\u{2066}", "\u{200f}", "\u{200b}", "\u{feff}", "é", "👩\u{200d}👩", "\u{fffd}",
            ]).prop_map(str::to_owned),
            1 => any::<String>(),
        ];
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_output_is_inert_and_grows_by_nothing(output in output()) {
            let all = lines(&output);
            prop_assert!(all.len() <= output.matches('\n').count() + 1);
            let shown: String = all.iter().map(OutputLine::text).collect();
            prop_assert!(!shown.chars().any(|c| (c.is_control() && c != '\t') || is_direction(c)), "{shown:?}");
            prop_assert!(shown.chars().count() <= output.chars().count(), "{shown:?}");
        }

        /// Lines do not depend on the pieces in which text arrives, except for colours.
        #[test]
        fn cut_between_lines_it_reads_the_same(first in output(), second in output()) {
            let mut apart = texts(&format!("{first}\n"));
            apart.extend(texts(&second));
            prop_assert_eq!(texts(&format!("{first}\n{second}")), apart);
        }

        /// The printable text is kept, whatever sequences surround it.
        #[test]
        fn plain_lines_come_through(before in output(), line in "[a-zA-Z0-9 ]{1,20}", after in output()) {
            let shown = texts(&[&before, "\n", &line, "\n", &after].concat());
            prop_assert!(shown.contains(&line), "{shown:?}");
        }
    }
}
