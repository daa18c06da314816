//! What the CLIs keep in files.

use slipway_http::Secret;
use std::path::PathBuf;

/// The password of a machine in `~/.netrc`.
pub(super) fn netrc(host: &str) -> Option<Secret> {
    let text = std::fs::read_to_string(home()?.join(".netrc")).ok()?;
    netrc_password(&text, host).map(Secret::new)
}

fn netrc_password<'a>(text: &'a str, host: &str) -> Option<&'a str> {
    let mut words = text.split_whitespace();
    let mut here = false;
    while let Some(word) = words.next() {
        match word {
            "machine" => here = words.next() == Some(host),
            "default" => here = false,
            "password" if here => return words.next(),
            "login" | "account" | "password" => drop(words.next()),
            _ => {}
        }
    }
    None
}

fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| !home.as_os_str().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_files_say() {
        let netrc = "machine git.heroku.com\n  login a@b.c\n  password one\nmachine api.heroku.com login a@b.c password two\n";
        assert_eq!(netrc_password(netrc, "api.heroku.com"), Some("two"));
        assert_eq!(netrc_password(netrc, "heroku.com"), None);
        assert_eq!(netrc_password("default login x password y", "api.heroku.com"), None);
    }
}
