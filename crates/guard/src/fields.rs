//! What stands in a field, by its name: one table for bodies of every form.
//!
//! A closed field has a grammar of its own, and nothing hostile belongs into any. In the others people write, and what
//! they write is weighed.

use std::borrow::Cow;

use aspis_core::scenario::finding::Place;

use crate::named;

/// Fields that hold secrets: never inspected, because anything may stand in a password, and never quoted.
const SECRET: [&str; 10] = [
    "password",
    "new_password",
    "current_password",
    "refresh_token",
    "challenge",
    "invitation",
    "device_token",
    "token",
    "totp",
    "code",
];

/// Fields of our own API with a closed grammar.
const CLOSED: [&str; 22] = [
    "allowed_ips",
    "asset_id",
    "ceremony",
    "close",
    "currency",
    "expires_in_days",
    "grace_minutes",
    "high",
    "horizon_days",
    "interval",
    "kind",
    "low",
    "max_price",
    "min_price",
    "open",
    "price",
    "quantity",
    "scopes",
    "session",
    "source",
    "timestamp",
    "volume",
];

/// Fields of our own API that may hold markup, which is cleaned before it is kept.
const MARKUP: [&str; 1] = ["description"];

/// Whose fields they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kinds {
    /// Ours: the table knows them.
    Own,
    /// Anybody's: only what is a secret everywhere is told by its name.
    Any,
}

impl Kinds {
    /// How strictly a field is read; none where it is a secret.
    pub(crate) fn place(self, field: &str) -> Option<Place> {
        if SECRET.contains(&field) {
            return None;
        }
        Some(match self {
            Self::Own if CLOSED.contains(&field) => Place::Closed,
            Self::Own if MARKUP.contains(&field) => Place::Markup,
            Self::Own | Self::Any => Place::FreeText,
        })
    }
}

/// The name of a field for people, from the names on the way to it, as far as they are to be repeated.
pub(crate) fn shown(path: &[Cow<'_, str>]) -> String {
    let mut shown = String::new();
    for (at, name) in path.iter().enumerate() {
        let dot = (at > 0).then_some(".");
        shown.extend(dot.into_iter().chain([named::repeated(name)]));
        if shown.len() >= 80 {
            break;
        }
    }
    shown.truncate(80);
    if shown.is_empty() { "body".to_owned() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_known_by_its_name() {
        assert_eq!(Kinds::Own.place("asset_id"), Some(Place::Closed));
        assert_eq!(Kinds::Any.place("asset_id"), Some(Place::FreeText));
        assert_eq!(Kinds::Own.place("description"), Some(Place::Markup));
        assert_eq!(Kinds::Own.place("note"), Some(Place::FreeText));
        for kinds in [Kinds::Own, Kinds::Any] {
            assert!(SECRET.iter().all(|field| kinds.place(field).is_none()));
        }
    }

    #[test]
    fn a_name_is_shown_in_one_short_line() {
        let path =
            |names: &[&str]| shown(&names.iter().map(|name| Cow::from(name.to_string())).collect::<Vec<_>>());
        assert_eq!(path(&[]), "body");
        assert_eq!(path(&["a", "b"]), "a.b");
        let hidden = named::repeated("");
        assert_eq!(path(&["a", "a\nb\u{1b}[0m"]), format!("a.{hidden}"));
        assert_eq!(path(&[&"x".repeat(50), "b"]), format!("{hidden}.b"));
        assert_eq!(path(&["x".repeat(30).as_str(); 9]).len(), 80);
    }
}
