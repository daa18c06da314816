//! What the names of apps say of their environments, and descriptions of releases of their commits.

use super::evidence::{CiConfig, Coupling};

/// The words of a name: `acme_storefront-staging` is acme, storefront, staging.
pub(crate) fn words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_ascii_lowercase).collect()
}

/// The words of `app` without those of the repository's name, where it has them in a row.
pub(crate) fn beside(app: &str, repo: &str) -> Option<Vec<String>> {
    let (app, repo) = (words(app), words(repo));
    let at = (!repo.is_empty()).then(|| app.windows(repo.len()).position(|w| w == repo))??;
    Some(app.iter().enumerate().filter(|(n, _)| *n < at || *n >= at + repo.len()).map(|(_, w)| w.clone()).collect())
}

/// What an environment is called by a word of a name or of a key.
pub(crate) fn environment(word: &str) -> Option<&'static str> {
    match word {
        "production" | "prod" | "prd" | "live" => Some("production"),
        "staging" | "stage" | "stg" => Some("staging"),
        "development" | "develop" | "dev" => Some("development"),
        "qa" => Some("qa"),
        "uat" => Some("uat"),
        "test" | "testing" => Some("test"),
        "demo" => Some("demo"),
        "sandbox" => Some("sandbox"),
        "preprod" | "preproduction" => Some("preproduction"),
        _ => None,
    }
}

pub(crate) fn is_build(word: &str) -> bool {
    matches!(word, "build" | "builds" | "builder" | "building")
}

/// `storefront-pr-87`: what the platform calls a review app.
pub(crate) fn is_review(app: &str) -> bool {
    let words = words(app);
    words.windows(2).any(|w| w[0] == "pr" && w[1].bytes().all(|b| b.is_ascii_digit()))
}

/// The repository's name, perhaps with its owner, an environment, a region or `build`, and
/// nothing else.
pub(crate) fn is_alike(app: &str, repo: &str) -> bool {
    let (owner, name) = repo.split_once('/').unwrap_or(("", repo));
    let owner = words(owner);
    let known =
        |w: &String| environment(w).is_some() || is_build(w) || owner.contains(w) || matches!(w.as_str(), "eu" | "us" | "app" | "web");
    beside(app, name).is_some_and(|rest| rest.iter().all(known))
}

/// How likely an app has to do with the repository, by what is known before looking into it;
/// larger is likelier, 0 says nothing.
pub fn rank(app: &str, coupling: Option<&Coupling>, repo: &str, configs: &[CiConfig]) -> u8 {
    let name = repo.rsplit('/').next().unwrap_or(repo);
    let named = configs.iter().flat_map(|c| &c.mentions).any(|m| m.app == app);
    let pipeline = coupling.is_some_and(|c| words(&c.pipeline) == words(name));
    match () {
        () if named => 5,
        () if is_alike(app, repo) => 4,
        () if pipeline => 3,
        () if beside(app, name).is_some() => 2,
        () if words(app).iter().any(|w| w.len() > 3 && words(name).contains(w)) => 1,
        () => 0,
    }
}

/// The commit a release's description names: `Deploy 4be21d7`, `Promote shop v7 4be21d7b`.
pub fn sha_in(description: &str) -> Option<&str> {
    let verb = description.split_whitespace().next()?;
    let last = description.split_whitespace().next_back()?;
    let hex = (7..=40).contains(&last.len()) && last.bytes().all(|b| b.is_ascii_hexdigit());
    (hex && matches!(verb, "Deploy" | "Promote" | "Deployed")).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(beside("acme-search-api-staging", "search-api"), Some(vec!["acme".to_owned(), "staging".to_owned()]));
        assert_eq!(beside("searching", "search"), None);
        for (app, alike) in [
            ("storefront", true),
            ("acme-storefront-staging-build", true),
            ("storefront-blog", false),
            ("storefronts", false),
            ("storefront-eu-production", true),
        ] {
            assert_eq!(is_alike(app, "acme/storefront"), alike, "{app}");
        }
        assert!(is_review("storefront-pr-87") && !is_review("storefront-pr") && !is_review("storefront-87"));
    }

    #[test]
    fn commits_in_descriptions() {
        assert_eq!(sha_in("Deploy 4be21d7"), Some("4be21d7"));
        assert_eq!(sha_in("Promote shop-staging v12 4be21d7b"), Some("4be21d7b"));
        for text in ["Set DEADBEEF config vars", "Deploy main", "Rollback to v1846", "Deploy", "", "Set deadbeef"] {
            assert_eq!(sha_in(text), None, "{text}");
        }
    }
}
