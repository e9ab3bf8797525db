//! JSON objects that repeat no member: what one reader keeps of two, another may drop.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize,
    de::{Error, MapAccess, Visitor},
};
use serde_json::Value;

/// Members, each once.
pub(crate) type Members = BTreeMap<String, Value>;

/// The members of a JSON object; `None` for anything else, and for one that repeats a member.
pub(crate) fn read(bytes: &[u8]) -> Option<Members> {
    serde_json::from_slice::<Unique>(bytes).ok().map(|unique| unique.0)
}

struct Unique(Members);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Each).map(Self)
    }
}

struct Each;

impl<'de> Visitor<'de> for Each {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object without repeated members")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Members::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a repeated member"));
            }
        }
        Ok(members)
    }
}
