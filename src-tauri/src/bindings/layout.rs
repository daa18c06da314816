//! Lays a TypeScript declaration out on lines of at most 120 characters.

const WIDTH: usize = 120;
const INDENT: usize = 2;

/// A declaration that stands on one line; `name = type` or `name: type`.
pub(super) fn laid_out(declaration: &str, indent: usize) -> String {
    if indent + declaration.chars().count() <= WIDTH {
        return declaration.to_owned();
    }
    let (name, kind) = [" = ", ": "]
        .iter()
        .find_map(|sign| declaration.split_once(sign).map(|(name, kind)| (format!("{name}{sign}"), kind)))
        .unwrap_or_default();
    if name.is_empty() {
        return broken(declaration, indent, indent);
    }
    let used = indent + name.chars().count();
    let kind = broken(kind, indent, used);
    // A union begins on a line of its own.
    let name = if kind.starts_with('\n') { name.trim_end() } else { &name };
    format!("{name}{kind}")
}

/// A type that begins in column `used` of a line that is indented by `indent`.
fn broken(kind: &str, indent: usize, used: usize) -> String {
    if used + kind.chars().count() <= WIDTH {
        return kind.to_owned();
    }
    for sign in [" | ", " & "] {
        let parts = split(kind, &[sign]);
        if parts.len() > 1 {
            let inner = indent + INDENT;
            let lines = parts.iter().map(|(part, _)| format!("\n{}{} {}", " ".repeat(inner), sign.trim(), broken(part, inner, inner + 2)));
            return lines.collect();
        }
    }
    let Some((open, close)) = kind.find(['{', '<', '[']).zip(kind.rfind(['}', '>', ']'])) else { return kind.to_owned() };
    let inner = indent + INDENT;
    let members = split(kind[open + 1..close].trim(), &[", ", "; "]);
    let lines = members.iter().map(|(member, sign)| format!("\n{}{}{}", " ".repeat(inner), laid_out(member, inner), sign.trim_end()));
    format!("{}{}\n{}{}", &kind[..=open], lines.collect::<String>(), " ".repeat(indent), &kind[close..])
}

/// The parts between separators that stand in no brackets, each with the separator behind it.
fn split<'a>(text: &'a str, separators: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '{' | '<' | '[' | '(' => depth += 1,
            '}' | '>' | ']' | ')' => depth -= 1,
            _ => {}
        }
        let separator = separators.iter().find(|sign| depth == 0 && at >= start && text[at..].starts_with(**sign));
        if let Some(sign) = separator {
            parts.push((&text[start..at], *sign));
            start = at + sign.len();
        }
    }
    parts.push((&text[start..], ""));
    parts
}

#[test]
fn long_types_are_broken_where_they_may_be() {
    assert_eq!(laid_out("type A = { a: string };", 0), "type A = { a: string };");
    let words: Vec<String> = (0..30).map(|n| format!("\"word_{n}\"")).collect();
    let laid = laid_out(&format!("type A = {};", words.join(" | ")), 0);
    assert!(laid.starts_with("type A =\n  | \"word_0\"\n  | \"word_1\"") && laid.ends_with("| \"word_29\";"), "{laid}");
    let fields: Vec<String> = (0..20).map(|n| format!("field_{n}: Array<[string, number]>")).collect();
    let laid = laid_out(&format!("type A = {{ {}, of: {{ {} }} }};", fields.join(", "), fields.join(", ")), 0);
    assert!(laid.starts_with("type A = {\n  field_0: Array<[string, number]>,\n"), "{laid}");
    assert!(laid.contains("\n  of: {\n    field_0: Array<[string, number]>,\n"), "{laid}");
    assert!(laid.lines().all(|line| line.chars().count() <= WIDTH), "{laid}");
}
