//! Text from outside, as it may be shown.

use super::secret::Secret;

/// Characters that are kept.
pub(crate) const LONGEST: usize = 300;

/// `text` as [`plain`] has it, and without the token, should a server echo it.
pub(crate) fn one_line(text: &str, secret: &Secret) -> String {
    plain(&secret.struck_from_text(text))
}

/// Text from outside on one line: no control characters, no direction overrides, not long.
pub fn plain(text: &str) -> String {
    let turns = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let text: String = text.chars().map(|c| if c.is_control() || turns(c) { ' ' } else { c }).collect();
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((cut, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(cut);
        text.push('…');
    }
    text
}
