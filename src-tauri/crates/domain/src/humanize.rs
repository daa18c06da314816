//! Numbers and names as people read them.

/// `about 3 min`, two significant figures at most.
pub fn about(seconds: f64) -> String {
    format!("about {}", span(two_figures(seconds.max(0.0))))
}

/// `12 s`, `4 min`, `3 h 12 min`, `2 d 4 h`.
pub fn span(seconds: f64) -> String {
    let s = seconds.max(0.0).round() as u64;
    match s {
        0..60 => format!("{s} s"),
        60..3600 => format!("{} min", (s as f64 / 60.0).round() as u64),
        3600..86_400 => two_units(s / 3600, "h", (s % 3600) / 60, "min"),
        86_400.. => two_units(s / 86_400, "d", (s % 86_400) / 3600, "h"),
    }
}

fn two_units(big: u64, big_unit: &str, small: u64, small_unit: &str) -> String {
    if small == 0 { format!("{big} {big_unit}") } else { format!("{big} {big_unit} {small} {small_unit}") }
}

fn two_figures(seconds: f64) -> f64 {
    if seconds < 100.0 {
        return seconds.round();
    }
    let minutes = (seconds / 60.0).round();
    if minutes < 100.0 {
        return minutes * 60.0;
    }
    (seconds / 3600.0).round() * 3600.0
}

pub fn short(sha: &str) -> &str {
    sha.get(..7).unwrap_or(sha)
}

/// `1 pull request`, `4 pull requests`.
pub fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().collect::<String>() + chars.as_str())
}

/// A word as a shell reads it back.
pub fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_back_what_was_meant() {
        for (word, written) in [
            ("main", "main"),
            ("it's", r"'it'\''s'"),
            ("$(x)", "'$(x)'"),
            ("", "''"),
            ("a=b:c,d=https://x/up?a", "'a=b:c,d=https://x/up?a'"),
        ] {
            assert_eq!(shell_word(word), written);
        }
    }

    #[test]
    fn spans() {
        for (seconds, text) in
            [(0.4, "about 0 s"), (41.0, "about 41 s"), (125.0, "about 2 min"), (5400.0, "about 1 h 30 min"), (-3.0, "about 0 s")]
        {
            assert_eq!(about(seconds), text);
        }
        assert_eq!(span(11_520.0), "3 h 12 min");
        assert_eq!(span(90_000.0), "1 d 1 h");
    }
}
