//! Checks a GraphQL answer against its selection: every selected field with its type, and no other.

use apollo_compiler::collections::IndexMap;
use apollo_compiler::executable::{Field, FragmentMap, Selection, SelectionSet};
use apollo_compiler::schema::{ExtendedType, Type};
use apollo_compiler::{Name, Node, Schema};
use serde_json::{Map, Value};

use crate::strict_schema::Fault;

pub(crate) struct Reading<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) fragments: &'a FragmentMap,
}

type Selected<'a> = IndexMap<Name, Vec<&'a Node<Field>>>;

impl<'a> Reading<'a> {
    pub(crate) fn faults(&self, selected: &'a SelectionSet, data: &Value) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.object(&[selected], data, "", &mut faults);
        faults
    }

    /// Without `__typename` an object of an abstract type is checked as each type that it may have, and the one
    /// that fits best is reported.
    fn object(&self, sets: &[&'a SelectionSet], value: &Value, at: &str, faults: &mut Vec<Fault>) {
        let Value::Object(members) = value else {
            faults.push(Fault::new(at, format!("is {value}, not an object")));
            return;
        };
        let Some(first) = sets.first() else { return };
        let possible = self.possible(&first.ty);
        let reads = possible.iter().map(|ty| {
            let mut found = Vec::new();
            self.read(sets, ty, members, at, &mut found);
            found
        });
        match reads.min_by_key(Vec::len) {
            Some(found) => faults.extend(found),
            None => faults.push(Fault::new(at, format!("{} can be no object", first.ty))),
        }
    }

    fn read(&self, sets: &[&'a SelectionSet], ty: &Name, members: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) {
        let mut selected = Selected::default();
        sets.iter().for_each(|set| self.collect(set, ty, &mut selected));
        for key in members.keys().filter(|key| !selected.contains_key(key.as_str())) {
            faults.push(Fault::new(format!("{at}/{key}"), format!("was not selected of {ty}")));
        }
        for (key, fields) in &selected {
            let Some(value) = members.get(key.as_str()) else {
                faults.push(Fault::new(format!("{at}/{key}"), format!("was selected of {ty} and is absent")));
                continue;
            };
            let at = format!("{at}/{key}");
            if fields[0].name == "__typename" {
                if value != ty.as_str() {
                    faults.push(Fault::new(at, format!("is {value} where {ty} is read")));
                }
                continue;
            }
            let sets: Vec<_> = fields.iter().map(|field| &field.selection_set).collect();
            self.value(fields[0].ty(), &sets, value, &at, faults);
        }
    }

    fn collect(&self, set: &'a SelectionSet, ty: &Name, into: &mut Selected<'a>) {
        for selection in &set.selections {
            let (condition, inner) = match selection {
                Selection::Field(field) => {
                    into.entry(field.response_key().clone()).or_default().push(field);
                    continue;
                }
                Selection::InlineFragment(fragment) => (fragment.type_condition.as_ref(), &fragment.selection_set),
                Selection::FragmentSpread(spread) => {
                    let Some(fragment) = self.fragments.get(&spread.fragment_name) else { continue };
                    (Some(fragment.type_condition()), &fragment.selection_set)
                }
            };
            if condition.is_none_or(|condition| condition == ty || self.schema.is_subtype(condition, ty)) {
                self.collect(inner, ty, into);
            }
        }
    }

    fn value(&self, ty: &Type, sets: &[&'a SelectionSet], value: &Value, at: &str, faults: &mut Vec<Fault>) {
        if value.is_null() {
            if ty.is_non_null() {
                faults.push(Fault::new(at, format!("is null, and {ty} never is")));
            }
            return;
        }
        if ty.is_list() {
            let Value::Array(elements) = value else {
                faults.push(Fault::new(at, format!("is not a list of {ty}")));
                return;
            };
            for (index, element) in elements.iter().enumerate() {
                self.value(ty.item_type(), sets, element, &format!("{at}/{index}"), faults);
            }
            return;
        }
        match self.schema.types.get(ty.inner_named_type()) {
            Some(ExtendedType::Object(_) | ExtendedType::Interface(_) | ExtendedType::Union(_)) => self.object(sets, value, at, faults),
            Some(ExtendedType::Enum(of)) => {
                if !value.as_str().is_some_and(|word| of.values.contains_key(word)) {
                    faults.push(Fault::new(at, format!("is {value}, no value of {}", of.name)));
                }
            }
            _ => {
                let name = ty.inner_named_type();
                if !scalar(name, value) {
                    faults.push(Fault::new(at, format!("is {value}, no {name}")));
                }
            }
        }
    }

    fn possible(&self, ty: &Name) -> Vec<Name> {
        match self.schema.types.get(ty) {
            Some(ExtendedType::Object(of)) => vec![of.name.clone()],
            Some(ExtendedType::Union(of)) => of.members.iter().map(|member| member.name.clone()).collect(),
            Some(ExtendedType::Interface(_)) => {
                let objects = self.schema.types.values().filter_map(ExtendedType::as_object);
                objects
                    .filter(|object| object.implements_interfaces.iter().any(|i| i.name == *ty))
                    .map(|object| object.name.clone())
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}

fn scalar(name: &Name, value: &Value) -> bool {
    let hex = |text: &str| text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
    match name.as_str() {
        "Int" => value.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
        "Float" => value.is_number(),
        "Boolean" => value.is_boolean(),
        "GitObjectID" => value.as_str().is_some_and(hex),
        "URI" => value.as_str().is_some_and(|text| text.contains("://") || text.starts_with('/')),
        // 2026-11-23T09:30:00Z, with or without an offset or a fraction.
        "DateTime" | "GitTimestamp" => {
            value.as_str().is_some_and(|t| t.len() >= 20 && t.is_ascii() && &t[10..11] == "T" && t[19..].contains(['Z', '+', '-']))
        }
        _ => value.is_string(),
    }
}
