//! Project slugs: `gh/ORG/REPO`, `bb/ORG/REPO`, or `circleci/ORG-ID/PROJECT-ID`.

use slipway_vendor::ReadError;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slug {
    vcs: String,
    org: String,
    project: String,
}

impl Slug {
    /// The long names `github` and `bitbucket` are accepted too.
    pub(super) fn parse(text: &str) -> Result<Self, ReadError> {
        let parts: Vec<&str> = text.split('/').collect();
        let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
        match parts[..] {
            [vcs, org, project] if plain(vcs) && plain(org) && plain(project) => {
                let vcs = match vcs {
                    "github" => "gh",
                    "bitbucket" => "bb",
                    other => other,
                };
                Ok(Self { vcs: vcs.to_owned(), org: org.to_owned(), project: project.to_owned() })
            }
            _ => Err(ReadError::NotFound(format!("\"{text}\" is not a CircleCI project like gh/ORG/REPO"))),
        }
    }

    /// The segments after `/project` or `/insights` in v2.
    pub(super) fn segments(&self) -> [&str; 3] {
        [&self.vcs, &self.org, &self.project]
    }

    /// v1.1 and the web pages use the long names.
    pub(super) fn long_segments(&self) -> [&str; 3] {
        let vcs = match self.vcs.as_str() {
            "gh" => "github",
            "bb" => "bitbucket",
            other => other,
        };
        [vcs, &self.org, &self.project]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        assert_eq!(Slug::parse("gh/acme/shop").unwrap().long_segments(), ["github", "acme", "shop"]);
        assert_eq!(Slug::parse("github/acme/shop").unwrap().segments(), ["gh", "acme", "shop"]);
        assert_eq!(Slug::parse("circleci/9YytKzouJxzu4TjCRFqAoD/44n9wujWcTnVZ2b5S8Fnat").unwrap().long_segments()[0], "circleci");
        for text in ["gh/acme", "gh/acme/shop/x", "", "gh//shop", "gh/../shop"] {
            assert!(Slug::parse(text).is_err(), "{text}");
        }
        assert_eq!(
            crate::client::join("https://c.test/api/v2", &["project", "a b", "x/y"], &[("branch", "é&")]),
            "https://c.test/api/v2/project/a%20b/x%2Fy?branch=%C3%A9%26"
        );
    }
}
