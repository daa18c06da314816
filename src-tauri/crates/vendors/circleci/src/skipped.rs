//! Commits for which CircleCI starts no pipeline ("Skip CI for a specific push"): the newest commit of a push has a
//! keyword in the first 250 characters of its title or body.

const WORDS: [&str; 2] = ["[ci skip]", "[skip ci]"];
const LOOKED_AT: usize = 250;

/// The keyword in a complete commit message because of which nothing is started.
pub(super) fn skip_word(message: &str) -> Option<&'static str> {
    let text = message.to_lowercase();
    let (title, body) = text.split_once('\n').unwrap_or((&text, ""));
    let says = |part: &str| {
        let first: String = part.trim_start().chars().take(LOOKED_AT).collect();
        WORDS.into_iter().find(|word| first.contains(word))
    };
    says(title).or_else(|| says(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_words_near_the_beginning_count() {
        let far = format!("{}[skip ci]", "x".repeat(250));
        let far_body = format!("Title\n\n{far}");
        for (message, word) in [
            ("Fix the cart", None),
            ("Fix the cart [skip ci]", Some("[skip ci]")),
            ("[CI SKIP] Fix the cart", Some("[ci skip]")),
            ("Fix the cart\n\n[skip ci]", Some("[skip ci]")),
            ("Fix [no ci]", None),
            ("Fix [skip actions]", None),
            ("Fix\n\n\nskip-checks: true\n", None),
            (far.as_str(), None),
            (far_body.as_str(), None),
            ("skip ci", None),
        ] {
            assert_eq!(skip_word(message), word, "{message}");
        }
    }
}
