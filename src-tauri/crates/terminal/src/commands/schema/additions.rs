//! Compares two schemas: what a reader of the earlier documents would miss in the later ones.
//!
//! Properties and enum values may be added. Nothing may be removed or change its type; what was always present
//! stays present, and what was never null stays so. Names of definitions are ignored, because they are Rust's.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The most levels that are compared, because a schema may contain itself.
const DEEPEST: usize = 40;

/// One line for each loss; empty where the later schema keeps everything.
pub(super) fn lost(earlier: &Value, later: &Value) -> Vec<String> {
    let mut comparison = Comparison { earlier, later, lost: Vec::new() };
    comparison.compare(earlier, later, &mut Vec::new());
    comparison.lost
}

struct Comparison<'a> {
    earlier: &'a Value,
    later: &'a Value,
    lost: Vec<String>,
}

/// The alternatives of a value. A document is one of them.
#[derive(Default)]
struct Forms {
    nullable: bool,
    forms: Vec<Map<String, Value>>,
}

impl Comparison<'_> {
    fn say(&mut self, path: &[String], what: &str) {
        let place = if path.is_empty() { "the document".to_owned() } else { path.join(".") };
        self.lost.push(format!("{place} {what}"));
    }

    fn compare(&mut self, earlier: &Value, later: &Value, path: &mut Vec<String>) {
        if path.len() > DEEPEST {
            return self.say(path, "is nested too deeply to be compared");
        }
        let (before, after) = (forms(self.earlier, earlier), forms(self.later, later));
        if after.nullable && !before.nullable {
            self.say(path, "may be null now");
        }
        for form in &before.forms {
            let key = key(form);
            match after.forms.iter().filter(|other| self::key(other) == key).collect::<Vec<_>>()[..] {
                [] => self.say(path, &format!("is no {key} any more")),
                [same] => self.compare_form(form, same, path),
                [..] => self.say(path, &format!("has more than one form of {key}")),
            }
        }
        for form in &after.forms {
            let added = key(form);
            let known = before.forms.iter().any(|other| key(other) == added);
            // A further variant is a further value of the property that distinguishes variants.
            let is_word = before.forms.iter().all(|other| !tags(other).is_empty() && tag_names(other) == tag_names(form));
            if !known && !is_word {
                self.say(path, &format!("may be {added} now"));
            }
        }
    }

    fn compare_form(&mut self, earlier: &Map<String, Value>, later: &Map<String, Value>, path: &mut Vec<String>) {
        let keywords: BTreeSet<&String> = earlier.keys().chain(later.keys()).collect();
        for keyword in keywords {
            let (before, after) = (earlier.get(keyword), later.get(keyword));
            match (keyword.as_str(), before, after) {
                ("type" | "title" | "$schema" | "$defs", ..) => {}
                ("properties", Some(before), after) => self.compare_properties(before, after.unwrap_or(&Value::Null), path),
                ("properties", None, _) => {}
                ("required" | "enum", before, after) => self.compare_lists(keyword, before, after, path),
                ("items" | "additionalProperties", Some(before), Some(after)) => {
                    path.push("*".to_owned());
                    self.compare(before, after, path);
                    path.pop();
                }
                ("prefixItems", Some(Value::Array(before)), Some(Value::Array(after))) if before.len() == after.len() => {
                    for (n, (before, after)) in before.iter().zip(after).enumerate() {
                        path.push(n.to_string());
                        self.compare(before, after, path);
                        path.pop();
                    }
                }
                ("const" | "format" | "minimum" | "items" | "additionalProperties" | "prefixItems" | "minItems" | "maxItems", ..) => {
                    if before != after {
                        let word = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
                        self.say(path, &format!("had {keyword} {}, has {}", word(before), word(after)));
                    }
                }
                (other, ..) => self.say(path, &format!("uses {other}, for which there is no rule here")),
            }
        }
    }

    fn compare_properties(&mut self, earlier: &Value, later: &Value, path: &mut Vec<String>) {
        for (name, before) in earlier.as_object().into_iter().flatten() {
            path.push(name.clone());
            match later.get(name) {
                Some(after) => self.compare(before, after, path),
                None => self.say(path, "is gone"),
            }
            path.pop();
        }
    }

    /// Every value of the earlier list is in the later one. A closed list stays closed and an open one open.
    fn compare_lists(&mut self, keyword: &str, earlier: Option<&Value>, later: Option<&Value>, path: &[String]) {
        if keyword == "enum" && earlier.is_some() != later.is_some() {
            return self.say(path, "has closed words in one of the two only");
        }
        let words = |list: Option<&Value>| list.and_then(Value::as_array).cloned().unwrap_or_default();
        let later = words(later);
        for word in words(earlier).iter().filter(|word| !later.contains(word)) {
            let what = if keyword == "enum" { "lost the word" } else { "need not have any more" };
            self.say(path, &format!("{what} {word}"));
        }
    }
}

/// The schema behind references, merged with the members beside them.
fn forms(root: &Value, schema: &Value) -> Forms {
    let Some(members) = schema.as_object() else {
        // `true` allows any value, including null.
        return Forms { nullable: true, forms: vec![Map::new()] };
    };
    let mut own = members.clone();
    if let Some(reference) = own.remove("$ref") {
        let target = reference.as_str().and_then(|path| root.pointer(path.trim_start_matches('#'))).cloned().unwrap_or_default();
        let mut found = forms(root, &target);
        found.forms.iter_mut().for_each(|form| join(form, &own));
        return found;
    }
    if let Some(alternatives) = own.remove("anyOf").or_else(|| own.remove("oneOf")) {
        let mut all = Forms::default();
        for alternative in alternatives.as_array().into_iter().flatten() {
            let mut found = forms(root, alternative);
            found.forms.iter_mut().for_each(|form| join(form, &own));
            all.nullable |= found.nullable;
            all.forms.append(&mut found.forms);
        }
        return all;
    }
    match own.get("type").cloned() {
        None => Forms { nullable: true, forms: vec![own] },
        Some(Value::Array(types)) => {
            let of_type = |kind: &Value| {
                let mut form = own.clone();
                form.insert("type".to_owned(), kind.clone());
                form
            };
            Forms { nullable: types.iter().any(is_null), forms: types.iter().filter(|kind| !is_null(kind)).map(of_type).collect() }
        }
        Some(kind) if is_null(&kind) => Forms { nullable: true, forms: Vec::new() },
        Some(_) => Forms { nullable: false, forms: vec![own] },
    }
}

fn is_null(kind: &Value) -> bool {
    kind == "null"
}

/// Merges the members of `beside` into the schema.
fn join(form: &mut Map<String, Value>, beside: &Map<String, Value>) {
    for (keyword, value) in beside {
        match (form.get_mut(keyword), value) {
            (Some(Value::Object(known)), Value::Object(more)) => known.extend(more.clone()),
            (Some(Value::Array(known)), Value::Array(more)) => known.extend(more.iter().cloned()),
            _ => drop(form.insert(keyword.clone(), value.clone())),
        }
    }
}

/// The properties that distinguish the variants of an enum, with their values.
fn tags(form: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let properties = form.get("properties").and_then(Value::as_object).into_iter().flatten();
    properties.filter_map(|(name, schema)| schema.get("const").map(|word| (name, word))).collect()
}

fn tag_names(form: &Map<String, Value>) -> Vec<&String> {
    tags(form).into_iter().map(|(name, _)| name).collect()
}

/// What identifies an alternative: its type and, for a variant, its values.
fn key(form: &Map<String, Value>) -> String {
    let kind = form.get("type").and_then(Value::as_str).unwrap_or("anything").to_owned();
    tags(form).into_iter().fold(kind, |key, (name, word)| format!("{key} with {name} {word}"))
}

#[cfg(test)]
mod tests;
