//! How text for people looks in a terminal: tones, marks with their words, tables, times, the width.
//!
//! A tone only repeats what a word says, so text without colours has everything. The escape sequences of tones are
//! the only ones that are ever printed: what is added to a [`Line`] is made inert.

pub(crate) mod marks;
pub(crate) mod table;
pub(crate) mod when;
pub(crate) mod wrap;

use crate::safe_text;
use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthChar;

/// What a part of a text stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    #[default]
    Plain,
    Strong,
    Grey,
    Ok,
    Run,
    /// It waits for a person.
    Person,
    Warn,
    /// Production is hurt, nothing else.
    Hurt,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Grey => Style::new().dimmed(),
            Self::Ok => AnsiColor::Green.on_default(),
            Self::Run => AnsiColor::Cyan.on_default(),
            Self::Person => AnsiColor::Magenta.on_default(),
            Self::Warn => AnsiColor::Yellow.on_default(),
            Self::Hurt => AnsiColor::Red.on_default().bold(),
        }
    }
}

/// One line of inert text with tones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line(Vec<(char, Tone)>);

impl Line {
    pub(crate) fn plain(text: &str) -> Self {
        Self::of(text, Tone::Plain)
    }

    pub(crate) fn of(text: &str, tone: Tone) -> Self {
        let mut line = Self::default();
        line.add(text, tone);
        line
    }

    pub(crate) fn add(&mut self, text: &str, tone: Tone) {
        self.0.extend(safe_text::cell(text).chars().map(|c| (c, tone)));
    }

    #[must_use]
    pub(crate) fn and(mut self, text: &str, tone: Tone) -> Self {
        self.add(text, tone);
        self
    }

    pub(crate) fn append(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
    }

    /// At least `width` columns, with two spaces after a wider text.
    pub(crate) fn pad(&mut self, width: usize) {
        let spaces = width.saturating_sub(self.width()).max(2);
        self.add(&" ".repeat(spaces), Tone::Plain);
    }

    /// That of its last character.
    pub(crate) fn tone(&self) -> Tone {
        self.0.last().map_or(Tone::Plain, |(_, tone)| *tone)
    }

    /// In columns of a terminal.
    pub(crate) fn width(&self) -> usize {
        columns(&self.0)
    }

    /// Cut to at most `width` columns, with an ellipsis.
    #[must_use]
    pub(crate) fn cut(&self, width: usize) -> Self {
        if self.width() <= width {
            return self.clone();
        }
        let mut left = width.saturating_sub(1);
        let fits = |(c, _): &&(char, Tone)| {
            let wide = c.width().unwrap_or(0);
            let fits = wide <= left;
            left = left.saturating_sub(wide);
            fits
        };
        let mut cut: Vec<(char, Tone)> = self.0.iter().take_while(fits).copied().collect();
        while cut.last().is_some_and(|(c, _)| *c == ' ') {
            cut.pop();
        }
        let tone = cut.last().map_or(Tone::Plain, |(_, tone)| *tone);
        cut.push(('…', tone));
        Self(cut)
    }

    /// Without tones.
    pub(crate) fn text(&self) -> String {
        self.0.iter().map(|(c, _)| *c).collect()
    }

    /// With the escape sequences of its tones.
    pub(crate) fn render(&self) -> String {
        let end = self.0.iter().rposition(|(c, _)| *c != ' ').map_or(0, |at| at + 1);
        let mut out = String::new();
        for run in self.0[..end].chunk_by(|a, b| a.1 == b.1) {
            let style = run.first().map_or_else(Style::new, |(_, tone)| tone.style());
            let text: String = run.iter().map(|(c, _)| *c).collect();
            out.push_str(&format!("{style}{text}{style:#}"));
        }
        out
    }
}

fn columns(chars: &[(char, Tone)]) -> usize {
    chars.iter().map(|(c, _)| c.width().unwrap_or(0)).sum()
}

/// Lines for [`crate::print::text`], each in at most `width` columns.
pub(crate) fn page(lines: &[Line], width: Option<usize>) -> String {
    let wrapped = lines.iter().flat_map(|line| width.map_or_else(|| vec![line.clone()], |width| wrap::wrap(line, width)));
    wrapped.map(|line| line.render()).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

/// The same without tones.
pub(crate) fn plain_page(lines: &[Line]) -> String {
    lines.iter().map(|line| line.text().trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tones_stand_around_inert_text() {
        let line = Line::of("live", Tone::Ok).and(" \u{1b}[2J\u{202e}x", Tone::Plain);
        assert_eq!(line.text(), "live ␛[2J\u{fffd}x");
        assert_eq!(line.render(), "\u{1b}[32mlive\u{1b}[0m ␛[2J\u{fffd}x");
        assert_eq!(Line::plain("a  ").render(), "a");
    }

    #[test]
    fn cut_by_columns() {
        for (text, width, shown) in [
            ("short", 5, "short"),
            ("longer", 5, "long…"),
            ("two words", 5, "two…"),
            ("検索する", 5, "検索…"),
            ("検索する", 4, "検…"),
            ("👩‍👩‍👧 family", 8, "👩‍👩‍👧…"),
            ("x", 0, "…"),
        ] {
            assert_eq!(Line::plain(text).cut(width).text(), shown, "{text} in {width}");
        }
    }
}
