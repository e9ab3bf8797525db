//! `--set section.key=value` as a leaf.

use super::{Leaf, typed};
use crate::settings::{
    key::Key,
    problem::{Kind, Origin, Problem},
    schema::Schema,
};

pub(super) fn leaf(flag: &str, schema: &Schema) -> Result<Leaf, Problem> {
    let (name, text) = split(flag);
    let origin = Origin::Flag { set: name.trim().escape_debug().to_string() };
    match (Key::parse(name.trim()), text) {
        (Some(key), Some(text)) => {
            let value = Ok(typed::value(text, &schema.place(&key)));
            Ok(Leaf { key, value, origin })
        }
        _ => Err(Problem {
            kind: Kind::Syntax,
            origin: Some(origin),
            key: None,
            message: "not a setting; write section.key=value, e.g. rate.login=10/minute".to_owned(),
        }),
    }
}

/// At the first `=` that is not within the quotes of a key.
fn split(flag: &str) -> (&str, Option<&str>) {
    let mut quote = None;
    for (at, character) in flag.char_indices() {
        match (quote, character) {
            (None, '=') => return (&flag[..at], Some(&flag[at + 1..])),
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
    }
    (flag, None)
}
