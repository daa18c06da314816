//! Commits for which GitHub Actions starts no run (docs "Skipping workflow runs"): a keyword anywhere in the
//! message of the newest commit, or a trailer at its end.

const WORDS: [&str; 5] = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"];
const TRAILERS: [&str; 2] = ["skip-checks:true", "skip-checks: true"];

/// The keyword in a complete commit message because of which nothing is started.
pub(crate) fn skip_word(message: &str) -> Option<&'static str> {
    let text = message.to_lowercase();
    WORDS.into_iter().find(|word| text.contains(word)).or_else(|| {
        let last = text.lines().rev().find(|line| !line.trim().is_empty())?;
        TRAILERS.into_iter().find(|trailer| last.trim() == *trailer)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_words_count_anywhere_and_a_trailer_at_the_end() {
        let far = format!("{}[skip ci]", "x".repeat(250));
        for (message, word) in [
            ("Fix the cart", None),
            ("Fix the cart [skip ci]", Some("[skip ci]")),
            ("[CI SKIP] Fix the cart", Some("[ci skip]")),
            ("Fix [no ci]", Some("[no ci]")),
            ("Fix [skip actions]", Some("[skip actions]")),
            ("Fix [actions skip]", Some("[actions skip]")),
            ("Fix\n\n\nskip-checks: true\n", Some("skip-checks: true")),
            ("skip-checks: true\n\nis explained here", None),
            (far.as_str(), Some("[skip ci]")),
            ("skip ci", None),
        ] {
            assert_eq!(skip_word(message), word, "{message}");
        }
    }
}
