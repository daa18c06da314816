//! Tables that fit the terminal. Titles and names give way; numbers and states are never cut.
//!
//! Rows come a page at a time: each page is fitted by itself, and no column gets narrower than before, so that a
//! table of any length is printed without being held.

use super::{Line, Tone};

const GAP: usize = 2;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    /// The narrowest that it may be cut to; None: it is never cut.
    pub(crate) gives: Option<usize>,
    pub(crate) right: bool,
    /// It is left out where the terminal is too narrow for all.
    pub(crate) leaves: bool,
}

impl Column {
    pub(crate) const fn kept(title: &'static str) -> Self {
        Self { title, gives: None, right: false, leaves: false }
    }

    pub(crate) const fn number(title: &'static str) -> Self {
        Self { title, gives: None, right: true, leaves: false }
    }

    pub(crate) const fn giving(title: &'static str, least: usize) -> Self {
        Self { title, gives: Some(least), right: false, leaves: false }
    }

    pub(crate) const fn leaving(title: &'static str) -> Self {
        Self { title, gives: None, right: false, leaves: true }
    }
}

/// Columns without any text are left out.
pub(crate) struct Table {
    columns: Vec<Column>,
    /// The widest text so far; 0: none.
    widest: Vec<usize>,
    width: Option<usize>,
    headed: bool,
}

impl Table {
    /// The last column gives way first, then the one before it that may.
    pub(crate) fn new(columns: Vec<Column>, width: Option<usize>) -> Self {
        let widest = vec![0; columns.len()];
        Self { columns, widest, width, headed: false }
    }

    /// The rows as lines, with the header before the first ones.
    pub(crate) fn lines(&mut self, rows: &[Vec<Line>]) -> Vec<Line> {
        for row in rows {
            for (widest, cell) in self.widest.iter_mut().zip(row) {
                *widest = (*widest).max(cell.width());
            }
        }
        let widths = self.widths();
        let mut lines = Vec::new();
        if !self.headed && !rows.is_empty() {
            let titles: Vec<Line> = self.columns.iter().map(|column| Line::of(column.title, Tone::Grey)).collect();
            lines.push(self.line(&titles, &widths));
            self.headed = true;
        }
        lines.extend(rows.iter().map(|row| self.line(row, &widths)));
        lines
    }

    /// 0 for a column that is left out.
    fn widths(&self) -> Vec<usize> {
        let natural = self.columns.iter().zip(&self.widest);
        let mut widths: Vec<usize> =
            natural.map(|(column, widest)| if *widest == 0 { 0 } else { (*widest).max(Line::plain(column.title).width()) }).collect();
        let Some(width) = self.width else { return widths };
        // What all columns need at least.
        let least = |at: usize, natural: usize| self.columns[at].gives.unwrap_or(natural).min(natural);
        let needed = |widths: &[usize]| total(widths.iter().enumerate().map(|(at, natural)| least(at, *natural)));
        for (at, _) in self.columns.iter().enumerate().rev().filter(|(_, column)| column.leaves) {
            if needed(&widths) > width {
                widths[at] = 0;
            }
        }
        let mut over = total(widths.iter().copied()).saturating_sub(width);
        for at in (0..widths.len()).rev() {
            let given = over.min(widths[at] - least(at, widths[at]));
            widths[at] -= given;
            over -= given;
        }
        widths
    }

    fn line(&self, cells: &[Line], widths: &[usize]) -> Line {
        let shown: Vec<(&Column, &Line, usize)> =
            self.columns.iter().zip(cells).zip(widths).filter(|(_, width)| **width > 0).map(|((c, cell), w)| (c, cell, *w)).collect();
        let mut line = Line::default();
        for (at, (column, cell, width)) in shown.iter().enumerate() {
            let cell = if column.gives.is_some() { cell.cut(*width) } else { (*cell).clone() };
            let spaces = " ".repeat(width.saturating_sub(cell.width()));
            if column.right {
                line.add(&spaces, Tone::Plain);
            }
            line.append(&cell);
            if at + 1 < shown.len() {
                let after = if column.right { String::new() } else { spaces };
                line.add(&format!("{after}{}", " ".repeat(GAP)), Tone::Plain);
            }
        }
        line
    }
}

/// With the gaps between the columns that are shown.
fn total(widths: impl Iterator<Item = usize>) -> usize {
    let (sum, shown) = widths.filter(|width| *width > 0).fold((0, 0_usize), |(sum, shown), width| (sum + width, shown + 1));
    sum + GAP * shown.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        vec![Column::number("number"), Column::kept("state"), Column::kept("none"), Column::giving("who", 4), Column::giving("title", 6)]
    }

    fn rows(of: &[[&str; 5]]) -> Vec<Vec<Line>> {
        of.iter().map(|row| row.iter().map(|cell| Line::plain(cell)).collect()).collect()
    }

    fn texts(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| line.text().trim_end().to_owned()).collect()
    }

    #[test]
    fn the_title_gives_way_first_then_names() {
        let page =
            rows(&[["7", "rolled back from", "", "nadia-k", "Show the delivery estimate"], ["1847", "live", "", "jo", "検索結果の並び順"]]);
        for (width, expected) in [
            (
                None,
                vec![
                    "number  state             who      title",
                    "     7  rolled back from  nadia-k  Show the delivery estimate",
                    "  1847  live              jo       検索結果の並び順",
                ],
            ),
            (
                Some(48),
                vec![
                    "number  state             who      title",
                    "     7  rolled back from  nadia-k  Show the del…",
                    "  1847  live              jo       検索結果の並…",
                ],
            ),
            (
                Some(38),
                vec![
                    "number  state             who   title",
                    "     7  rolled back from  nad…  Show…",
                    "  1847  live              jo    検索…",
                ],
            ),
        ] {
            let lines = Table::new(columns(), width).lines(&page);
            assert_eq!(texts(&lines), expected, "{width:?}");
            assert!(width.is_none_or(|width| lines.iter().all(|line| line.width() <= width)), "{width:?}");
        }
    }

    #[test]
    fn a_column_leaves_where_all_have_no_room() {
        let columns = vec![Column::kept("state"), Column::leaving("commit"), Column::giving("title", 6)];
        let row = vec![Line::plain("rolled back from"), Line::plain("4be21d7"), Line::plain("Show the delivery estimate")];
        for (width, expected) in [(33, "rolled back from  4be21d7  Show…"), (32, "rolled back from  Show the deli…")] {
            let lines = Table::new(columns.clone(), Some(width)).lines(std::slice::from_ref(&row));
            assert_eq!(texts(&lines)[1], expected, "{width}");
        }
    }

    #[test]
    fn pages_have_one_header_and_no_column_shrinks() {
        let mut table = Table::new(columns(), Some(80));
        let first = table.lines(&rows(&[["1000", "rolled back from", "", "jo", "a"]]));
        let second = table.lines(&rows(&[["9", "live", "", "jo", "b"]]));
        assert_eq!((first.len(), second.len()), (2, 1));
        assert_eq!(texts(&second), ["     9  live              jo   b"]);
        assert!(table.lines(&[]).is_empty());
    }
}
