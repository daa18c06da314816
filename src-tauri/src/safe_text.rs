//! Text from outside, made inert before it reaches a terminal, a toast or a log line.

/// One line: control characters become spaces or pictures, direction overrides become visible.
pub fn one_line(text: &str) -> String {
    text.chars().map(inert).collect::<String>().trim().to_owned()
}

/// As [`one_line`], but keeps line breaks and tabs.
pub fn lines(text: &str) -> String {
    let keep = |c: char| if matches!(c, '\n' | '\t') { c } else { inert(c) };
    text.chars().map(keep).collect()
}

/// JSON with what a terminal could act on written as `\u` escapes: the value stays the same.
pub fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && (c.is_control() || is_direction(c)) {
            out.push_str(&format!("\\u{:04x}", c as u32));
        } else {
            out.push(c);
        }
    }
    out
}

/// Marks that reorder or hide what follows them, in any direction.
pub fn is_direction(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Cut to at most `limit` characters, with an ellipsis.
pub fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit.saturating_sub(1)).chain(['…']).collect()
}

/// A character as it may be shown: itself, or a mark in its place.
fn inert(c: char) -> char {
    match c {
        '\n' | '\r' | '\t' => ' ',
        // U+2400 and on are pictures of the C0 controls.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}'..='\u{9f}' => '\u{fffd}',
        c if is_direction(c) => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_inert() {
        assert_eq!(one_line("a\x1b]52;c;aGk=\x07b"), "a␛]52;c;aGk=␇b");
        assert_eq!(one_line("first\nsecond\tthird"), "first second third");
        assert_eq!(one_line("evil\u{202e}txt.exe"), "evil\u{fffd}txt.exe");
        assert_eq!(lines("a\n\x1b[31mb"), "a\n␛[31mb");
        assert_eq!(one_line("שלום 👋🏽"), "שלום 👋🏽");
    }

    #[test]
    fn json_keeps_its_value() {
        let value = serde_json::json!({ "title": "a\u{202e}b\u{9b}c\u{7f}" });
        let printed = json(&value.to_string());
        assert!(printed.is_ascii());
        assert_eq!(serde_json::from_str::<serde_json::Value>(&printed).ok(), Some(value));
    }

    #[test]
    fn cuts_by_characters() {
        assert_eq!(cut("héllo wörld", 6), "héllo…");
        assert_eq!(cut("short", 6), "short");
    }
}
