//! Numbers and names as people read them.

/// The most names that a message lists.
const NAMES: usize = 30;
/// From this likeness on, of at most 1, a name is taken for a misspelt one.
const CLOSE: f64 = 0.8;

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

/// What a wrong name could mean: the one that is close to it, and all there are.
/// `Did you mean storefront? There are: storefront, search.`
pub fn names_there_are<S: AsRef<str>>(wrong: &str, known: &[S]) -> String {
    let names: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
    if names.is_empty() {
        return "There is none.".to_owned();
    }
    let meant = close_to(wrong, &names).map_or(String::new(), |name| format!("Did you mean {name}? "));
    let more = names.len().saturating_sub(NAMES);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let is = if names.len() == 1 { "is" } else { "are" };
    format!("{meant}There {is}: {}{more}.", names[..names.len().min(NAMES)].join(", "))
}

/// The known name that differs from `wrong` by a slip of the fingers, or by its ending.
fn close_to<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    let likeness = |name: &str| strsim::jaro_winkler(&wrong, &name.to_lowercase());
    let best = known.iter().rev().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) >= CLOSE).then_some(*best)
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
    fn a_wrong_name_is_answered_with_those_there_are() {
        let known = ["storefront", "search"];
        for (wrong, said) in [
            ("storefrnt", "Did you mean storefront? There are: storefront, search."),
            ("Storefront", "Did you mean storefront? There are: storefront, search."),
            ("billing", "There are: storefront, search."),
            ("", "There are: storefront, search."),
        ] {
            assert_eq!(names_there_are(wrong, &known), said, "{wrong}");
        }
        assert_eq!(names_there_are("prod", &["production"]), "Did you mean production? There is: production.");
        assert_eq!(names_there_are::<&str>("x", &[]), "There is none.");
        let many: Vec<String> = (0..40).map(|n| format!("app-{n}")).collect();
        assert!(names_there_are("zzz", &many).ends_with("app-29 and 10 more."));
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
