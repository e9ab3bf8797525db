//! `--set section.key=value` as a leaf.
//!
//! What was typed may hold a secret, also where it was mistyped (`mail.url:smtps://…`): of what is no key of ours only so
//! much is ever shown as looks like one.

use super::{Leaf, typed};
use crate::settings::{
    key::Key,
    problem::{Kind, Origin, Problem},
    schema::{Place, Schema},
};

/// Longer words than this are no part of a key.
const LONGEST: usize = 30;
/// As much of them is shown.
const SHOWN: usize = 8;

pub(super) fn leaf(flag: &str, schema: &Schema) -> Result<Leaf, Problem> {
    let (name, text) = split(flag);
    match (Key::parse(name.trim()), text) {
        (Some(key), Some(text)) => {
            let place = schema.place(&key);
            let (key, set) = match place {
                Place::Unknown => {
                    let brief = brief(&key);
                    (brief.clone(), brief.to_string())
                }
                _ => (key, name.trim().escape_debug().to_string()),
            };
            Ok(Leaf { key, value: Ok(typed::value(text, &place)), origin: Origin::Flag { set } })
        }
        _ => Err(malformed(flag, schema)),
    }
}

/// It is named by as much of it as is a key of ours.
fn malformed(flag: &str, schema: &Schema) -> Problem {
    let meant = schema.begins(flag.trim());
    let example = match &meant {
        Some(key) if matches!(schema.place(key), Place::Setting(_)) => format!("{key}=VALUE"),
        _ => "section.key=value, e.g. rate.login=10/minute".to_owned(),
    };
    Problem {
        kind: Kind::Syntax,
        origin: Some(Origin::Flag { set: meant.map_or_else(|| "…".to_owned(), |key| key.to_string()) }),
        key: None,
        message: format!("not a setting (what was typed is not shown); write {example}"),
    }
}

/// A key that is none of ours, without what no key looks like. Names of routes are what they are.
fn brief(key: &Key) -> Key {
    if key.parts().starts_with(&["safeguards", "routes"]) {
        return key.clone();
    }
    let brief = |part: &String| {
        let word: String = part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        match &word {
            long if long.len() > LONGEST => format!("{}…", &long[..SHOWN]),
            cut if cut.len() < part.len() => format!("{cut}…"),
            _ => word,
        }
    };
    Key(key.0.iter().map(brief).collect())
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
