//! Mutations of recorded answers: what no vendor should send, but a broken server or proxy might.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use slipway_contracts::mutated::{Kind, change, collect};

/// Which answer is changed, where, and how.
pub(crate) type Wild = (Index, Index, Strange);

#[derive(Clone, Debug)]
pub(crate) enum Strange {
    /// A change that a vendor may make.
    Mild(Kind),
    /// Replaces a value by one of any type.
    Instead(Value),
    /// Repeats a list so that it has this many elements.
    Deeper(usize),
    /// Repeats the elements of a list this many times.
    Repeated(usize),
    /// Repeats the members of an object with null: JSON allows duplicate names.
    Doubled,
    /// Cuts the text to this many hundredths and appends these bytes.
    Cut(u8, Vec<u8>),
}

pub(crate) fn wilds() -> impl Strategy<Value = Vec<Wild>> {
    prop::collection::vec((any::<Index>(), any::<Index>(), strange()), 1..40)
}

fn strange() -> impl Strategy<Value = Strange> {
    let mild = prop_oneof![Just(Kind::Remove), Just(Kind::Null), Just(Kind::NewWord), Just(Kind::NewField)];
    prop_oneof![
        6 => mild.prop_map(Strange::Mild),
        4 => number().prop_map(Strange::Instead),
        3 => text().prop_map(Strange::Instead),
        2 => select(vec![json!([]), json!({}), json!([null]), json!(true), json!(false), json!([[]]), json!({"state": "x"})]).prop_map(Strange::Instead),
        1 => select(vec![1, 3, 200]).prop_map(Strange::Deeper),
        1 => select(vec![0, 2, 50]).prop_map(Strange::Repeated),
        1 => Just(Strange::Doubled),
        1 => (0..100u8, prop::collection::vec(any::<u8>(), 0..8)).prop_map(|(at, tail)| Strange::Cut(at, tail)),
    ]
}

fn number() -> impl Strategy<Value = Value> {
    let odd = vec![
        json!(-1),
        json!(0),
        json!(1),
        json!(u64::MAX),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(4_294_967_296_u64),
        json!(0.5),
        json!(-0.0),
        json!(1e308),
        json!(1e-308),
        json!(253_402_300_800_u64),
    ];
    select(odd)
}

/// Invalid dates, numbers as text, misspelt statuses, control characters, and very long texts.
fn text() -> impl Strategy<Value = Value> {
    let odd = vec![
        "",
        " ",
        "NaN",
        "-Infinity",
        "null",
        "0x10",
        "1e999",
        "2026-02-30T25:61:61Z",
        "0000-00-00T00:00:00Z",
        "9999-12-31T23:59:59.999999999Z",
        "-009999-01-01T00:00:00Z",
        "2026-11-23T10:00:00+99:99",
        "Mon, 23 Nov 2026",
        "../../../etc/passwd",
        "https://evil.test/?a=b#c",
        "a/b/c/d/e",
        "SUCCES",
        "SUCCESS ",
        "\u{200b}SUCCESS",
        "ѕuccess",
        "succeeded\0",
        "\u{202e}gnp.exe",
        "\u{1b}]52;c;aGk=\u{7}",
        "👩‍👩‍👧‍👦",
        "%00%2f..",
    ];
    prop_oneof![9 => select(odd).prop_map(|text| json!(text)), 1 => Just(json!("é".repeat(200_000)))]
}

/// Removes every word of success from an answer, so that nothing in it may be read as one.
pub(crate) fn sober(value: &mut Value) {
    const GREEN: [&str; 11] =
        ["success", "succeeded", "passed", "neutral", "skipped", "approved", "mergeable", "clean", "unstable", "has_hooks", "merged"];
    match value {
        Value::String(text) if GREEN.contains(&text.to_ascii_lowercase().as_str()) => *text = "BRAND_NEW".to_owned(),
        Value::Array(elements) => elements.iter_mut().for_each(sober),
        Value::Object(members) => members.values_mut().for_each(sober),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The bodies of all answers after these changes.
pub(crate) fn made_strange(answers: &[Value], wilds: &[Wild]) -> Vec<Vec<u8>> {
    let mut answers = answers.to_vec();
    let (mut doubled, mut cuts) = (vec![false; answers.len()], vec![None; answers.len()]);
    for (which, place, strange) in wilds {
        let at = which.index(answers.len());
        let answer = &mut answers[at];
        match strange {
            Strange::Doubled => doubled[at] = true,
            Strange::Cut(hundredths, tail) => cuts[at] = Some((*hundredths, tail)),
            other => put(answer, *place, other),
        }
    }
    let text = |(at, answer): (usize, &Value)| {
        let mut text = if doubled[at] { twice(answer) } else { answer.to_string() }.into_bytes();
        if let Some((hundredths, tail)) = cuts[at] {
            text.truncate(text.len() * usize::from(hundredths) / 100);
            text.extend_from_slice(tail);
        }
        text
    };
    answers.iter().enumerate().map(text).collect()
}

fn put(answer: &mut Value, place: Index, strange: &Strange) {
    let mut places = vec![String::new()];
    collect(answer, String::new(), &mut places);
    let place = &places[place.index(places.len())];
    if let Strange::Mild(kind) = strange {
        return change(answer, place, *kind);
    }
    let Some(slot) = answer.pointer_mut(place) else { return };
    match strange {
        Strange::Instead(value) => *slot = value.clone(),
        Strange::Deeper(by) => (0..*by).for_each(|_| *slot = json!([slot.take()])),
        Strange::Repeated(times) => {
            if let Value::Array(elements) = slot {
                *elements = std::iter::repeat_n(elements.clone(), *times).flatten().take(20_000).collect();
            }
        }
        Strange::Mild(_) | Strange::Doubled | Strange::Cut(..) => {}
    }
}

fn twice(value: &Value) -> String {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let each = |(key, inner): (&String, &Value)| format!("{}:{}", json!(key), twice(inner));
            let none = |key: &String| format!("{}:null", json!(key));
            let all: Vec<String> = members.iter().map(each).chain(members.keys().take(1).map(none)).collect();
            format!("{{{}}}", all.join(","))
        }
        Value::Array(elements) => format!("[{}]", elements.iter().map(twice).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}
