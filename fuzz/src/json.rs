//! A second opinion on JSON, from its marks alone: how deep it goes and how many members it has.

use serde_json::Value;

/// What the marks outside of strings say of a valid text.
#[derive(Debug, PartialEq, Eq)]
pub struct Marks {
    /// How many brackets are open at once, at most.
    pub depth: usize,
    /// Colons: one for each member, repeated or not.
    pub members: usize,
}

/// Reads the marks.
pub fn marks(text: &str) -> Marks {
    let mut marks = Marks { depth: 0, members: 0 };
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b':' => marks.members += 1,
            _ => {}
        }
        marks.depth = marks.depth.max(depth);
    }
    marks
}

/// The value of a text that repeats no member, read by a reader that keeps only the last of two.
pub fn unique(bytes: &[u8]) -> Option<Value> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let text = std::str::from_utf8(bytes).ok()?;
    (members(&value) == marks(text).members).then_some(value)
}

fn members(value: &Value) -> usize {
    match value {
        Value::Object(map) => map.len() + map.values().map(members).sum::<usize>(),
        Value::Array(items) => items.iter().map(members).sum(),
        _ => 0,
    }
}
