//! Generates the window's TypeScript types from the command list. The committed file must be the same.

#![cfg(test)]

mod layout;

use crate::ipc::{IpcError, Place, WorldChange};
use slipway_domain::overview::ServiceOverview;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::view::{ListChange, PULL_REQUEST_DETAILS, ServicePages, UNSHOWN_PULL_REQUEST, UNSHOWN_RULES};
use std::collections::BTreeMap;
use std::path::Path;
use ts_rs::{Config, TS, TypeVisitor};

const FILE: &str = "../ui/src/ipc/types.ts";
const HEAD: &str = "// Made from the Rust types; do not edit.\n// UPDATE_TYPES=1 cargo test -p slipway --lib bindings writes it again.\n";

/// Declarations by name.
pub(crate) struct Types {
    config: Config,
    declared: BTreeMap<String, String>,
}

impl Types {
    /// The name of a type; the type is declared together with all types that it uses.
    pub(crate) fn name<T: TS + 'static + ?Sized>(&mut self) -> String {
        self.visit::<T>();
        T::name(&self.config)
    }
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if T::output_path().is_some() {
            let name = T::ident(&self.config);
            if self.declared.contains_key(&name) {
                return;
            }
            self.declared.insert(name, plain(&T::decl(&self.config)));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

/// On one line and without comments, which are read in Rust.
fn plain(declaration: &str) -> String {
    let mut rest = declaration;
    let mut kept = String::new();
    while let Some((before, comment)) = rest.split_once("/**") {
        kept.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept.split_whitespace().collect::<Vec<_>>().join(" ").replace(", }", " }")
}

/// Tauri uses camelCase for arguments in JavaScript.
pub(crate) fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + slipway_domain::humanize::capital(word).as_str())
}

/// What a view of the domain's values leaves out; see `slipway_domain::view`.
fn views() -> [String; 2] {
    let names = |names: &[&str]| names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(" | ");
    [
        format!(
            "type PullRequestView = Omit<PullRequest, {} | {}> & {{ details: string, approvals: number }};",
            names(&PULL_REQUEST_DETAILS),
            names(&UNSHOWN_PULL_REQUEST)
        ),
        format!("type BranchRulesView = Omit<BranchRules, {}>;", names(&UNSHOWN_RULES)),
    ]
}

fn rendered() -> String {
    let mut types = Types { config: Config::new().with_large_int("number"), declared: BTreeMap::new() };
    let commands = crate::commands::describe(&mut types);
    types.visit::<WorldChange>();
    types.visit::<ServiceState>();
    types.visit::<ListChange>();
    types.visit::<ServicePages>();
    types.visit::<ServiceOverview>();
    types.visit::<Place>();
    types.visit::<IpcError>();
    let mut text = HEAD.to_owned();
    for declaration in types.declared.values().cloned().chain(views()) {
        text.push_str(&format!("\n{}\n", layout::laid_out(&format!("export {declaration}"), 0)));
    }
    text.push_str("\n/** Every command: what it is given and what it answers. */\nexport type Commands = {\n");
    let commands = commands.iter().map(|line| format!("  {}", layout::laid_out(line.trim(), 2)));
    text.push_str(&commands.collect::<Vec<_>>().join("\n"));
    text.push_str("\n};\n");
    text
}

#[test]
fn committed_types_are_up_to_date() -> std::io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let rendered = rendered();
    if std::env::var_os("UPDATE_TYPES").is_some() {
        return std::fs::write(path, rendered);
    }
    let committed = std::fs::read_to_string(path)?;
    let long = rendered.lines().find(|line| line.chars().count() > 120);
    assert_eq!(long, None);
    assert!(committed == rendered, "{FILE} is out of date; write it again with UPDATE_TYPES=1");
    Ok(())
}

/// The commands, the access list and the capability name the same commands.
#[test]
fn every_command_is_granted_and_nothing_else() {
    let granted: serde_json::Value = serde_json::from_str(include_str!("../capabilities/main.json")).unwrap_or_default();
    let granted: Vec<&str> = granted["permissions"].as_array().into_iter().flatten().filter_map(|p| p.as_str()).collect();
    let mut types = Types { config: Config::new(), declared: BTreeMap::new() };
    let described = crate::commands::describe(&mut types);
    let mut expected = vec!["core:event:allow-listen".to_owned(), "core:event:allow-unlisten".to_owned()];
    expected.extend(
        described.iter().filter_map(|line| line.trim().split_once(':')).map(|(name, _)| format!("allow-{}", name.replace('_', "-"))),
    );
    assert_eq!(granted, expected);
}
