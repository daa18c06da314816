//! The house as README draws it: which crate may use which, that no crate but a vendor's names a vendor, and
//! that no modules import each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A crate's folder below `src-tauri`, and the crates of this workspace that it may use.
const LAYERS: &[(&str, &[&str])] = &[
    ("crates/domain", &[]),
    ("crates/http", &["domain"]),
    ("crates/vendor", &["domain", "http"]),
    ("crates/vendors/github", &["domain", "http", "vendor"]),
    ("crates/vendors/circleci", &["domain", "http", "vendor"]),
    ("crates/vendors/heroku", &["domain", "http", "vendor"]),
    ("crates/registry", &["vendor", "github", "circleci", "heroku"]),
    ("crates/engine", &["domain", "http", "vendor"]),
    ("crates/sandbox", &[]),
    ("crates/terminal", &["domain", "http", "vendor", "engine", "registry", "sandbox"]),
    (".", &["domain", "http", "vendor", "engine", "registry", "sandbox", "terminal"]),
];

/// Crates that are the same whatever vendors there are.
const NEUTRAL: &[&str] = &["crates/domain", "crates/http", "crates/vendor", "crates/engine", "crates/terminal", "."];

const VENDOR_WORDS: &[&str] = &["heroku", "dyno", "slug", "circleci", "github"];

/// Files of neutral crates that name a vendor all the same, each with its reason.
const MAY_NAME_A_VENDOR: &[(&str, &str)] =
    &[("src/embedded.rs", "the window on the sandbox adds the accounts of the three vendors that the sandbox simulates")];

fn src_tauri() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("src-tauri")
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The files of a crate that are in the program: not those of tests.
fn program_files(krate: &str) -> Vec<(String, String)> {
    let root = src_tauri();
    let mut files = Vec::new();
    rust_files(&root.join(krate).join("src"), &mut files);
    files.sort();
    let texts: Vec<(PathBuf, String)> =
        files.into_iter().map(|path| (path.clone(), std::fs::read_to_string(&path).expect("a source file"))).collect();
    // `#[cfg(test)] mod name;` leaves out a file and what lies below it.
    let tests: BTreeSet<PathBuf> = texts.iter().flat_map(|(path, text)| test_modules(path, text)).collect();
    texts
        .into_iter()
        .filter(|(path, _)| !tests.iter().any(|test| path.starts_with(test.with_extension("")) || path == test))
        .map(|(path, text)| {
            let name = path.strip_prefix(&root).expect("below src-tauri").to_string_lossy().into_owned();
            (name, text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned())
        })
        .collect()
}

fn test_modules(path: &Path, text: &str) -> Vec<PathBuf> {
    let folder = match path.file_stem().and_then(|stem| stem.to_str()) {
        Some("mod" | "lib" | "main") => path.parent().expect("a folder").to_owned(),
        _ => path.with_extension(""),
    };
    let mut modules: Vec<PathBuf> = text.contains("#![cfg(test)]").then(|| path.to_owned()).into_iter().collect();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let module = lines.peek().filter(|_| line.trim() == "#[cfg(test)]").and_then(|next| next.trim().strip_prefix("mod "));
        modules.extend(module.and_then(|name| name.strip_suffix(';')).map(|name| folder.join(format!("{name}.rs"))));
    }
    modules
}

#[test]
fn crates_use_only_what_lies_below_them() {
    let mut wrong = Vec::new();
    for (krate, allowed) in LAYERS {
        let manifest = std::fs::read_to_string(src_tauri().join(krate).join("Cargo.toml")).expect("a manifest");
        let of_program = manifest.split("[dependencies]").nth(1).unwrap_or_default().split("[dev-dependencies]").next().unwrap_or_default();
        let used = of_program.lines().filter_map(|line| line.strip_prefix("slipway-")?.split('.').next());
        wrong.extend(used.filter(|name| !allowed.contains(name)).map(|name| format!("{krate} uses {name}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Words on the wire, in stored data and of the command line stay as they are, whatever the field is called.
fn without_wire_words(line: &str) -> String {
    let mut line = line.to_owned();
    for attribute in ["rename = \"", "alias = \"", "long = \"", "arg(id = \""] {
        while let Some(start) = line.find(attribute) {
            let rest = start + attribute.len();
            let end = line[rest..].find('"').map_or(line.len(), |end| rest + end + 1);
            line.replace_range(start..end, "");
        }
    }
    line
}

#[test]
fn only_a_vendors_crate_names_it() {
    let mut wrong = Vec::new();
    for krate in NEUTRAL {
        for (name, text) in program_files(krate) {
            if MAY_NAME_A_VENDOR.iter().any(|(file, _)| name.ends_with(file)) {
                continue;
            }
            for (number, line) in text.lines().enumerate() {
                let line = without_wire_words(line).to_lowercase();
                let word = VENDOR_WORDS.iter().find(|word| line.contains(*word));
                wrong.extend(word.map(|word| format!("{name}:{} says {word}: {}", number + 1, line.trim())));
            }
        }
    }
    assert!(wrong.is_empty(), "{} lines name a vendor:\n{}", wrong.len(), wrong.join("\n"));
    assert!(MAY_NAME_A_VENDOR.len() <= 6);
}

/// The module files that a file reaches: by `use`, and by paths in its code such as `crate::a::b()`.
fn imports<'a>(name: &str, text: &'a str, modules: &'a BTreeMap<String, String>) -> BTreeSet<&'a str> {
    let own = module_path(name);
    let (statements, code) = use_statements(&code_alone(text));
    let paths = statements.iter().flat_map(|statement| expanded(statement.trim())).chain(inline_paths(&code));
    let reached = paths.filter_map(|path| from_root(&path, &own)).filter_map(|parts| {
        let longest = (1..=parts.len()).rev().find_map(|length| modules.get_key_value(&parts[..length].join("::")));
        longest.map(|(module, _)| module.as_str())
    });
    reached.filter(|module| *module != own).collect()
}

/// A path's parts, counted from the crate's root. None for a path into another crate.
fn from_root(path: &str, own: &str) -> Option<Vec<String>> {
    let parts: Vec<String> = path.split("::").map(|part| part.trim().to_owned()).collect();
    if parts.first()? == "crate" {
        return Some(parts[1..].to_vec());
    }
    let mut base: Vec<String> = own.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let up = parts.iter().take_while(|part| *part == "super").count();
    let rest = &parts[up..];
    let own_module = rest.first().is_some_and(|part| part == "self");
    (up > 0 || own_module).then(|| {
        base.truncate(base.len().saturating_sub(up));
        base.extend(rest[usize::from(own_module)..].iter().cloned());
        base
    })
}

/// The text on one line, without comments and without what stands in quotes.
fn code_alone(text: &str) -> String {
    let mut code = String::new();
    for line in text.lines() {
        let mut quoted = false;
        let mut before = ' ';
        let mut rest = line.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '"' if before != '\\' && !(before == '\'' && rest.peek() == Some(&'\'')) => quoted = !quoted,
                '/' if !quoted && rest.peek() == Some(&'/') => break,
                _ if !quoted => code.push(c),
                _ => {}
            }
            before = if before == '\\' && c == '\\' { ' ' } else { c };
        }
        code.push(' ');
    }
    code
}

/// The `use` statements of code on one line, and the code without them.
fn use_statements(code: &str) -> (Vec<String>, String) {
    let mut statements = Vec::new();
    let mut others = String::new();
    let mut rest = code;
    while let Some(start) = rest.find("use ") {
        let (before, statement) = rest.split_at(start);
        others.push_str(before);
        let is_word = before.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '_');
        let end = if is_word { statement.find(';').unwrap_or(statement.len()) } else { "use ".len() };
        if is_word {
            statements.push(statement["use ".len()..end].to_owned());
        }
        rest = &statement[end..];
    }
    others.push_str(rest);
    (statements, others)
}

/// The paths of code that begin at the crate's root, at this module or above it.
fn inline_paths(code: &str) -> Vec<String> {
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    code.split(|c: char| !is_path(c))
        .filter(|path| ["crate::", "super::", "self::"].iter().any(|start| path.starts_with(start)))
        .map(|path| path.trim_end_matches(':').to_owned())
        .collect()
}

/// `a::{b, c::{d, e}}` as `a::b`, `a::c::d`, `a::c::e`.
fn expanded(path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else { return vec![path.split(" as ").next().unwrap_or_default().to_owned()] };
    let mut depth = 0;
    let mut parts = vec![String::new()];
    for c in rest.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => parts.push(String::new()),
            _ => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                if let Some(last) = parts.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    parts.iter().flat_map(|part| expanded(part.trim())).map(|part| format!("{}{part}", before.trim())).collect()
}

/// `crates/engine/src/accounts/tokens.rs` as `accounts::tokens`; the crate's root is empty.
fn module_path(name: &str) -> String {
    let inside = name.split("src/").last().unwrap_or_default().trim_end_matches(".rs");
    let inside = inside.trim_end_matches("/mod");
    if matches!(inside, "lib" | "main" | "mod") { String::new() } else { inside.replace('/', "::") }
}

/// Modules of a crate that reach themselves through imports.
fn in_circles(krate: &str) -> BTreeSet<String> {
    let files = program_files(krate);
    let modules: BTreeMap<String, String> = files.iter().map(|(name, text)| (module_path(name), text.clone())).collect();
    let edges: BTreeMap<&str, BTreeSet<&str>> = files
        .iter()
        .map(|(name, text)| (modules.get_key_value(&module_path(name)).expect("a module").0.as_str(), imports(name, text, &modules)))
        .collect();
    let reaches_itself = |start: &str| {
        let mut seen = BTreeSet::new();
        let mut next: Vec<&str> = edges.get(start).into_iter().flatten().copied().collect();
        while let Some(module) = next.pop() {
            if module == start {
                return true;
            }
            if seen.insert(module) {
                next.extend(edges.get(module).into_iter().flatten());
            }
        }
        false
    };
    edges.keys().filter(|module| reaches_itself(module)).map(|module| (*module).to_owned()).collect()
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    let found = LAYERS.iter().map(|(krate, _)| (krate, in_circles(krate))).filter(|(_, modules)| !modules.is_empty());
    let wrong: Vec<String> = found.map(|(krate, modules)| format!("{krate}: {}", Vec::from_iter(modules).join(", "))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn imports_are_read() {
    assert_eq!(expanded("crate::a::{b, c::{d, e as f}}"), ["crate::a::b", "crate::a::c::d", "crate::a::c::e"]);
    assert_eq!(without_wire_words(r#"#[serde(rename = "dynos")] dynos"#), "#[serde()] dynos");
    let text = "use super::a::{B, c::D}; // crate::no::comment\nfn f() -> crate::x::Y { super::z::g(\"crate::no::text\"); reuse ::h() }";
    let modules: BTreeMap<String, String> =
        ["m", "m::a", "m::a::c", "m::z", "x", "no", "m::own"].map(|name| (name.to_owned(), String::new())).into();
    assert_eq!(imports("src/m/own.rs", text, &modules).into_iter().collect::<Vec<_>>(), ["m::a", "m::a::c", "m::z", "x"]);
    assert_eq!(module_path("crates/engine/src/accounts/tokens.rs"), "accounts::tokens");
}

/// In source files, by hand.
const MOST_LINES: usize = 400;
/// In the interface's files.
const WIDEST_LINE: usize = 120;
/// Written by a program, which is held against Rust by a test of its own.
const GENERATED: &[&str] = &["ui/src/ipc/types.ts"];

/// Files below `folder` with one of these extensions, without what is built or installed.
fn source_files(folder: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the repository").flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && !["target", "node_modules", "dist", "artifacts", "gen"].iter().any(|built| name == *built) {
            source_files(&path, extensions, found);
        } else if path.extension().is_some_and(|extension| extensions.iter().any(|one| extension == *one)) {
            found.push(path);
        }
    }
}

#[test]
fn files_are_short_and_lines_of_the_interface_narrow() {
    let root = src_tauri().parent().expect("the repository").to_owned();
    let mut files = Vec::new();
    for folder in ["src-tauri", "ui/src", "tests", "xtask"] {
        source_files(&root.join(folder), &["rs", "svelte", "ts"], &mut files);
    }
    assert!(files.len() > 500, "{} files are too few: a folder has moved", files.len());
    let mut wrong = Vec::new();
    for path in files {
        let name = path.strip_prefix(&root).expect("below the root").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a source file");
        let lines = text.lines().count();
        if lines > MOST_LINES && !GENERATED.contains(&name.as_str()) {
            wrong.push(format!("{name} has {lines} lines"));
        }
        if name.starts_with("ui/") && !GENERATED.contains(&name.as_str()) {
            let wide = text.lines().enumerate().filter(|(_, line)| line.chars().count() > WIDEST_LINE);
            wrong.extend(wide.map(|(number, _)| format!("{name}:{} is wider than {WIDEST_LINE} characters", number + 1)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
