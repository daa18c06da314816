//! Whether the attributes in a repository (`.gitattributes`) may change how a file is merged.

/// Attributes that choose another merge than that of texts; `binary` stands for `-merge` and others.
const CHANGING: [&str; 2] = ["merge", "binary"];

/// `folder` is where the attributes are, without a slash at its end; empty for the repository's root.
pub(super) fn may_change_merge(attributes: &str, folder: &str, path: &str) -> bool {
    attributes.lines().any(|line| {
        let mut words = line.split_whitespace();
        let Some(pattern) = words.next().filter(|word| !word.starts_with('#')) else { return false };
        let name = |word: &str| word.trim_start_matches(['-', '!']).split('=').next().unwrap_or_default().to_owned();
        words.any(|word| CHANGING.contains(&name(word).as_str())) && may_match(pattern, folder, path)
    })
}

/// True also where that is not certain.
fn may_match(pattern: &str, folder: &str, path: &str) -> bool {
    let plain = |text: &str| !text.contains(['*', '?', '[', ']', '\\', '"']);
    let name = path.rsplit('/').next().unwrap_or(path);
    if let Some(extension) = pattern.strip_prefix("*.").filter(|rest| plain(rest) && !rest.contains('/')) {
        return name.ends_with(&format!(".{extension}"));
    }
    if !plain(pattern) {
        return true;
    }
    if !pattern.contains('/') {
        return name == pattern;
    }
    let place = pattern.trim_start_matches('/');
    if folder.is_empty() { path == place } else { path == format!("{folder}/{place}") }
}

#[cfg(test)]
mod tests {
    use super::may_change_merge;

    #[test]
    fn only_attributes_of_the_file_count() {
        let rows = [
            ("*.png binary\n", "", "app/a.rb", false),
            ("*.rb merge=union\n", "", "app/a.rb", true),
            ("*.rb -merge\n", "", "app/a.rb", true),
            ("*.rb text eol=lf\n", "", "app/a.rb", false),
            ("# *.rb merge=union\n", "", "app/a.rb", false),
            ("Gemfile.lock merge=ours\n", "", "app/a.rb", false),
            ("Gemfile.lock merge=ours\n", "", "engines/x/Gemfile.lock", true),
            ("/a.rb merge=ours\n", "app", "app/a.rb", true),
            ("/a.rb merge=ours\n", "", "app/a.rb", false),
            ("db/** merge=ours\n", "", "app/a.rb", true),
            ("[attr]generated merge=ours\n", "", "app/a.rb", true),
        ];
        for (attributes, folder, path, expected) in rows {
            assert_eq!(may_change_merge(attributes, folder, path), expected, "{attributes} {path}");
        }
    }
}
