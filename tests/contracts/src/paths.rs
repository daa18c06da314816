//! Path templates, and finding the one that matches a path.

use serde_json::Value;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Literal(String),
    One,
    /// One or more segments, such as a branch name in GitHub's paths.
    Several,
    /// `gh/acme/storefront`, with its slashes encoded or not.
    Slug,
}

/// How well a path matches; more literal segments take precedence. None: it does not match.
pub(crate) fn fits(template: &[Segment], path: &[&str]) -> Option<usize> {
    let Some((first, rest)) = template.split_first() else { return path.is_empty().then_some(0) };
    match first {
        Segment::Literal(word) => (path.first()? == word).then(|| fits(rest, &path[1..])).flatten().map(|n| n + 1),
        Segment::One => path.first().and_then(|_| fits(rest, &path[1..])),
        Segment::Several => (1..=path.len()).filter_map(|taken| fits(rest, &path[taken..])).max(),
        Segment::Slug if path.first()?.to_ascii_lowercase().contains("%2f") => fits(rest, &path[1..]),
        Segment::Slug => path.get(3..).and_then(|left| fits(rest, left)),
    }
}

/// Parses `/repos/{owner}/{repo}`; `several` lists the parameters that may contain slashes.
pub(crate) fn template(path: &str, several: impl Fn(&str) -> bool) -> Vec<Segment> {
    let segment = |part: &str| match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
        Some("project-slug") => Segment::Slug,
        Some(name) if several(name) => Segment::Several,
        Some(_) => Segment::One,
        None => Segment::Literal(part.to_owned()),
    };
    path.split('/').filter(|part| !part.is_empty()).map(segment).collect()
}

pub(crate) fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// The value that a JSON pointer in a `$ref` refers to.
pub(crate) fn follow<'a>(document: &'a Value, mut value: &'a Value) -> &'a Value {
    while let Some(to) = value["$ref"].as_str().and_then(|r| document.pointer(r.strip_prefix('#')?)) {
        value = to;
    }
    value
}
