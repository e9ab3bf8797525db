//! The Common Event Format: seven fields with bars between them, then names and values. Our own line is the last value.

use std::{fmt::Write as _, io};

use super::{
    super::{
        item::Item,
        line::{Line, word},
        plain,
    },
    class,
    ecs::says,
};

pub(super) fn write(out: &mut Vec<u8>, item: &Item, line: &Line<'_>) -> io::Result<()> {
    let class = class::of(item);
    let id = line.owasp.unwrap_or_else(|| word(item));
    let fields = ["Aspis", "Aspis", env!("CARGO_PKG_VERSION"), id, says(item)];
    let mut text = "CEF:0".to_owned();
    for field in fields {
        text.push('|');
        text.push_str(&field.replace('\\', "\\\\").replace('|', "\\|"));
    }
    // Writing to a string cannot fail.
    let _ = write!(text, "|{}|rt={} cat={}", class.severity(), item.at().millis(), word(item));
    for (name, said) in values(line, class.outcome()) {
        if let Some(said) = said {
            let _ = write!(text, " {name}={}", value(&said));
        }
    }
    let mut own = Vec::new();
    plain::write(&mut own, line)?;
    let _ = write!(text, " aspis={}", value(&String::from_utf8_lossy(&own)));
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

fn values(line: &Line<'_>, outcome: Option<&'static str>) -> [(&'static str, Option<String>); 7] {
    let network = line.client.as_deref().is_some_and(|client| client.contains('/'));
    let method = line.route.split_once(' ').map(|(method, _)| method.to_owned());
    [
        (if network { "shost" } else { "src" }, line.client.clone()),
        ("suid", line.account.clone()),
        ("externalId", line.request_id.clone()),
        ("requestMethod", method),
        ("cnt", line.repeated.map(|count| count.to_string())),
        ("act", line.enforced.map(|enforced| if enforced { "enforced" } else { "observed" }.to_owned())),
        ("outcome", outcome.map(str::to_owned)),
    ]
}

/// A value with what would end it or begin another escaped.
fn value(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' => safe.push_str("\\\\"),
            '=' => safe.push_str("\\="),
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            other => safe.push(other),
        }
    }
    safe
}

/// The value of [`value`] again.
pub(in super::super) fn unescape(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut letters = text.iter();
    while let Some(letter) = letters.next() {
        let escaped = if *letter == b'\\' { letters.next() } else { None };
        plain.push(match escaped {
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(other) => *other,
            None => *letter,
        });
    }
    plain
}
