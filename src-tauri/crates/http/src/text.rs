//! Text from vendors in a form that can be shown.

use super::secret::Secret;

/// The most characters that are kept.
pub(crate) const LONGEST: usize = 300;

/// `text` after [`plain`], with the token removed in case a server echoes it.
pub(crate) fn one_line(text: &str, secret: &Secret) -> String {
    plain(&secret.redact_text(text))
}

/// The text on one line, without control characters or direction overrides, cut to a bounded length.
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
