//! What a migration does to the database, as far as the added lines of its file say.

use crate::status::vocabulary;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

vocabulary!(
    /// Drops: data goes, and no way back brings it again. Retypes: columns are changed or renamed. Adds: older code
    /// should ignore it. Unknown: the lines were not read, or none of them says.
    MigrationEffect { Drops = "drops", Retypes = "retypes", Adds = "adds", Unknown = "unknown" });

/// Words in lower case, of the migration tools and of SQL.
const DROPS: [&str; 19] = [
    "remove_column",
    "remove_columns",
    "remove_reference",
    "remove_belongs_to",
    "remove_timestamps",
    "drop_join_table",
    "drop_table",
    "drop column",
    "drop table",
    "removefield",
    "deletemodel",
    "dropcolumn",
    "dropcolumns",
    "droptable",
    "droptableifexists",
    "dropifexists",
    "drop_column",
    "truncate",
    "delete from",
];
const RETYPES: [&str; 12] = [
    "change_column",
    "rename_column",
    "rename_table",
    "alter column",
    "rename column",
    "rename to",
    "alterfield",
    "renamefield",
    "altercolumn",
    "alter_column",
    "renamecolumn",
    "renametable",
];
const ADDS: [&str; 12] = [
    "add_column",
    "create_table",
    "add_index",
    "add_reference",
    "add_foreign_key",
    "add column",
    "create table",
    "create index",
    "create unique index",
    "addfield",
    "createmodel",
    "createtable",
];

/// `patch` is a unified diff. Of several effects the gravest counts.
pub fn migration_effect(patch: Option<&str>) -> MigrationEffect {
    let Some(patch) = patch else { return MigrationEffect::Unknown };
    let added: Vec<String> = patch.lines().filter_map(|line| line.strip_prefix('+')).filter_map(statement).collect();
    // What undoes a migration stands in the same file and is not run with it. Where the way up comes after the way
    // down, all lines count: too much is said rather than too little.
    let down = added.iter().position(|line| is_downwards(line)).unwrap_or(added.len());
    let ends = if added[down..].iter().any(|line| is_upwards(line)) { added.len() } else { down };
    let upwards = added[..ends].iter();
    let has = |words: &[&str]| upwards.clone().any(|line| words.iter().any(|word| contains_word(line, word)));
    if has(&DROPS) {
        MigrationEffect::Drops
    } else if has(&RETYPES) {
        MigrationEffect::Retypes
    } else if has(&ADDS) {
        MigrationEffect::Adds
    } else {
        MigrationEffect::Unknown
    }
}

/// None for a comment.
fn statement(line: &str) -> Option<String> {
    let line = line.trim().to_lowercase();
    let is_comment = ["#", "--", "//", "*", "/*"].iter().any(|mark| line.starts_with(mark));
    // Some tools mark the halves of a file in a comment.
    (!is_comment || is_downwards(&line) || is_upwards(&line)).then_some(line)
}

fn is_downwards(line: &str) -> bool {
    let starts = ["def down", "exports.down", "async down", "public async down", "public function down", "def downgrade"];
    starts.iter().any(|start| line.starts_with(start)) || line.contains("migrate:down") || line.contains("+goose down")
}

fn is_upwards(line: &str) -> bool {
    let starts = ["def up", "exports.up", "async up", "public async up", "public function up"];
    starts.iter().any(|start| line.starts_with(start)) || line.contains("migrate:up") || line.contains("+goose up")
}

fn contains_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let within = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !within(before) && !within(after)
    })
}
