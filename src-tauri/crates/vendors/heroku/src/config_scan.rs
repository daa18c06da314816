//! App names and addresses in one value of a CI's configuration.

use slipway_vendor::ci_config::Scan;

/// Words in a key which is not about an app's name but about something else of the app.
const BESIDE: &[&str] =
    &["URL", "ID", "KEY", "TOKEN", "REGION", "STAGE", "EMAIL", "ORG", "TEAM", "STACK", "TYPE", "DIR", "VERSION", "COUNT"];
const DEPLOYING: &[&str] = &[
    "git.heroku.com",
    "heroku.com:",
    "api.heroku.com",
    "registry.heroku.com",
    "push heroku",
    "heroku-deploy",
    "heroku/deploy",
    "heroku container:release",
    "heroku pipelines:promote",
    "heroku_api_key",
];
/// What precedes an app's name in a path or an address.
const BEFORE: &[&str] = &["git.heroku.com/", "heroku.com:", "api.heroku.com/apps/", "registry.heroku.com/"];

pub(super) fn scan(key: &str, place: &str, value: &str) -> Scan {
    let mut scan = Scan::default();
    let lower = value.to_ascii_lowercase();
    let speaks = |text: &str| DEPLOYING.iter().any(|sign| text.contains(sign));
    if names_app(key, place) {
        take(&mut scan, value.trim());
    }
    if lower.contains("heroku") {
        words(&mut scan, value);
    }
    scan.urls =
        value.split(|c: char| c.is_whitespace() || "\"'`()<>|;,".contains(c)).filter(|w| is_plain_url(w)).map(str::to_owned).collect();
    scan.deploys = !scan.apps.is_empty() || !scan.variables.is_empty() || speaks(&lower) || speaks(&place.to_ascii_lowercase());
    // An address that is only requested names an app but releases nothing.
    addresses(&mut scan, &lower);
    scan
}

/// One or several commands.
fn words(scan: &mut Scan, text: &str) {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || "\"'`;|&()".contains(c)).filter(|w| !w.is_empty()).collect();
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).copied().unwrap_or_default();
        match word.split_once('=') {
            Some(("--app", name)) => take(scan, name),
            Some((variable, name)) if names_app(variable.trim_start_matches('$'), "") => take(scan, name),
            Some(_) => {}
            None if matches!(*word, "--app" | "-a") => take(scan, next),
            None => {}
        }
        for before in BEFORE {
            if let Some((_, rest)) = word.split_once(before) {
                let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
                take(scan, rest[..end].trim_end_matches(".git"));
            }
        }
    }
}

fn addresses(scan: &mut Scan, text: &str) {
    for (at, _) in text.match_indices(".herokuapp.com") {
        let name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let before = text[..at].char_indices().rev().take_while(|(_, c)| name(*c));
        let start = before.last().map_or(at, |(n, _)| n);
        let host = &text[start..at];
        // Since 2023 the name is followed by twelve hexadecimal digits.
        let suffix = host.rsplit_once('-').filter(|(_, id)| id.len() == 12 && id.bytes().all(|b| b.is_ascii_hexdigit()));
        let name = suffix.map_or(host, |(name, _)| name);
        if is_app(name) && !scan.apps.iter().any(|a| a == name) {
            scan.apps.push(name.to_owned());
        }
    }
}

fn take(scan: &mut Scan, name: &str) {
    let variable = name.starts_with('$') || name.contains("<<") || name.contains("${");
    let list = match (variable, is_app(name)) {
        (true, _) => &mut scan.variables,
        (false, true) => &mut scan.apps,
        (false, false) => return,
    };
    let name: String = name.chars().take(60).collect();
    if !list.contains(&name) {
        list.push(name);
    }
}

/// `HEROKU_APP`, `HEROKU_APP_NAME_STAGING`, `heroku_app_name`; and `app-name` of Heroku's orb.
fn names_app(key: &str, place: &str) -> bool {
    let upper = key.to_ascii_uppercase().replace('-', "_");
    let words: Vec<&str> = upper.split('_').collect();
    let app = words.iter().any(|w| *w == "APP" || *w == "APPS");
    let own = words.contains(&"HEROKU") && app && !words.iter().any(|w| BESIDE.contains(w));
    own || matches!(upper.as_str(), "APP_NAME" | "APP") && place.to_ascii_lowercase().contains("heroku")
}

/// Heroku's rule for names, except for names of environments, to which keys such as `HEROKU_APP` are often set.
fn is_app(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let shaped = (3..=30).contains(&name.len()) && name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.ends_with('-');
    let word = matches!(name, "production" | "staging" | "development" | "test" | "true" | "false" | "null" | "main" | "master");
    shaped && name.chars().all(inner) && !word
}

fn is_plain_url(word: &str) -> bool {
    word.len() <= 200 && word.strip_prefix("https://").is_some_and(|rest| rest.contains('.')) && !word.contains(['$', '{', '*'])
}
