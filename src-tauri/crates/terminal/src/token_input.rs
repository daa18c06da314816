//! A token as a person gives it: on standard input, at a prompt, or in the window.

use std::io::Read;

/// No vendor's token is longer; a header could not carry it. In bytes.
const LONGEST: usize = 4096;

/// The token in a text: without what surrounds it unseen. A reason where the text is not a token; it does not repeat
/// the text.
pub fn token(text: &str) -> Result<String, String> {
    // Editors and shells of Windows begin a file with a byte order mark.
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let wrong = if text.len() > LONGEST {
        "it is longer than any token"
    } else if text.starts_with(['"', '\'', '`']) {
        "leave out the quotation marks"
    } else if text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
        "leave out the word Bearer"
    } else if text.contains(char::is_whitespace) {
        "it has a space or a line break in it; give the token alone"
    } else if text.chars().any(|c| !c.is_ascii_graphic()) {
        "it has characters that no token has"
    } else {
        return Ok(text.to_owned());
    };
    Err(format!("That is not a token: {wrong}."))
}

/// The token on `input`, of which no more is read than a token can have.
pub(crate) fn read(input: impl Read) -> Result<String, String> {
    let mut bytes = Vec::new();
    // Blanks around it are few.
    input.take(2 * LONGEST as u64).read_to_end(&mut bytes).map_err(|error| format!("cannot read the token: {error}"))?;
    // Bytes that are no text become characters that no token has.
    token(&String::from_utf8_lossy(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surrounds_a_token_unseen_is_left_out() {
        for text in ["abc_123", "abc_123\n", "\r\n abc_123\t\r\n", "\u{feff}abc_123\r\n", "\u{a0}abc_123\u{2003}"] {
            assert_eq!(token(text), Ok("abc_123".to_owned()), "{text:?}");
        }
        assert_eq!(token(" \n\u{feff}"), Ok(String::new()), "that there is none is told elsewhere");
    }

    #[test]
    fn what_is_no_token_is_refused_and_not_repeated() {
        let long = "x".repeat(LONGEST + 1);
        for text in [
            "\"s3cret\"",
            "'s3cret'",
            "Bearer s3cret",
            "bearer\ts3cret",
            "s3cret s3cret",
            "s3cret\ns3cret",
            "s3cret\0",
            "s3cret\u{200b}",
            "s3crét",
            &long,
        ] {
            let why = token(text).unwrap_err();
            assert!(why.starts_with("That is not a token: ") && !why.contains("s3cr") && why.len() < 100, "{text:?}: {why}");
        }
    }

    #[test]
    fn no_more_is_read_than_a_token_has() {
        struct Endless(u64);
        impl Read for &mut Endless {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                buffer.fill(0);
                self.0 += buffer.len() as u64;
                Ok(buffer.len())
            }
        }
        let mut endless = Endless(0);
        assert!(read(&mut endless).is_err());
        assert!(endless.0 <= 2 * LONGEST as u64, "{}", endless.0);
    }
}
