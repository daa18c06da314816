//! Makes text from vendors inert before it is written to a terminal, a toast or the log.

/// One line: control characters become spaces or visible symbols, direction overrides become visible.
pub fn one_line(text: &str) -> String {
    text.chars().map(inert).collect::<String>().trim().to_owned()
}

/// As [`one_line`], with the spaces at both ends: for a part of a line.
pub fn cell(text: &str) -> String {
    text.chars().map(inert).collect()
}

/// As [`one_line`], but keeps line breaks and tabs.
pub fn lines(text: &str) -> String {
    let keep = |c: char| if matches!(c, '\n' | '\t') { c } else { inert(c) };
    text.chars().map(keep).collect()
}

/// JSON in which characters that a terminal could interpret are `\u` escapes: the value stays the same.
pub fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && (c.is_control() || is_direction(c) || is_unseen(c)) {
            out.push_str(&format!("\\u{:04x}", c as u32));
        } else {
            out.push(c);
        }
    }
    out
}

/// Characters that reorder or hide what follows.
pub fn is_direction(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Invisible characters with which two different names look the same, and line breaks that only some programs
/// recognise. The joiners of emoji, Persian and Hindi are allowed.
pub fn is_unseen(c: char) -> bool {
    matches!(c, '\u{00ad}' | '\u{180e}' | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Cut to at most `limit` characters, with an ellipsis.
pub fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit.saturating_sub(1)).chain(['…']).collect()
}

/// The character itself, or a symbol in its place.
fn inert(c: char) -> char {
    match c {
        '\n' | '\r' | '\t' => ' ',
        // U+2400 and following are symbols for the C0 controls.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}'..='\u{9f}' => '\u{fffd}',
        // Line breaks in some programs.
        '\u{2028}' | '\u{2029}' => ' ',
        c if is_direction(c) || is_unseen(c) => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn controls_are_inert() {
        assert_eq!(one_line("a\x1b]52;c;aGk=\x07b"), "a␛]52;c;aGk=␇b");
        assert_eq!(one_line("first\nsecond\tthird"), "first second third");
        assert_eq!(one_line("evil\u{202e}txt.exe"), "evil\u{fffd}txt.exe");
        assert_eq!(lines("a\n\x1b[31mb"), "a\n␛[31mb");
        assert_eq!(one_line("depend\u{200b}abot\u{2028}[bot]\u{feff}"), "depend\u{fffd}abot [bot]\u{fffd}");
        assert_eq!(one_line("שלום 👋🏽 👩‍💻 می‌خواهم"), "שלום 👋🏽 👩‍💻 می‌خواهم");
    }

    proptest! {
        #[test]
        fn any_text_is_inert(text in "(\\PC|\\p{Cc}|\\p{Cf}|\\p{Zl}|\\p{Zp}|[a-z ]){0,40}", limit in 0usize..50) {
            let loose = |c: char| c.is_control() || is_direction(c) || matches!(c, '\u{2028}' | '\u{2029}');
            let one = one_line(&text);
            prop_assert!(!one.chars().any(loose), "{one:?}");
            prop_assert_eq!(one_line(&one), one.clone());
            prop_assert!(!lines(&text).chars().any(|c| loose(c) && !matches!(c, '\n' | '\t')));
            prop_assert_eq!(lines(&text).matches('\n').count(), text.matches('\n').count());
            prop_assert!(cut(&text, limit).chars().count() <= limit.max(1));
        }

        #[test]
        fn any_json_keeps_its_value(text in any::<String>(), key in any::<String>()) {
            let value = serde_json::json!({ key: [text, 1, null] });
            for printed in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
                let safe = json(&printed);
                prop_assert!(!safe.chars().any(|c| (c.is_control() && c != '\n') || is_direction(c)));
                prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).ok(), Some(value.clone()));
            }
        }
    }

    #[test]
    fn json_keeps_its_value() {
        let value = serde_json::json!({ "title": "a\u{202e}b\u{9b}c\u{7f}d\u{feff}" });
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
