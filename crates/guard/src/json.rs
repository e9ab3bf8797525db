//! JSON read once before anybody believes it: UTF-8, no repeated key, not too deep, nothing hostile in its strings.
//!
//! It keeps nothing and changes nothing: the handler gets the bytes that were sent.

use std::{cell::RefCell, collections::HashSet, fmt};

use aspis_core::{
    refusal::{Code, Refusal},
    scenario::finding::{Finding, Place, inspect},
};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Fields that hold secrets: never inspected, because anything may stand in a password, and never quoted.
pub const SECRET_FIELDS: [&str; 9] = [
    "password",
    "new_password",
    "current_password",
    "refresh_token",
    "challenge",
    "invitation",
    "device_token",
    "token",
    "totp",
];

/// What one reading has found so far. A reader that fails leaves its reason here.
struct Reading {
    depth: usize,
    inspect: bool,
    path: Vec<String>,
    finding: Option<(String, Finding)>,
    wrong: Option<Refusal>,
}

/// Reads a body. `Ok` with the first finding, if there is one; `Err` when it is not the JSON that is taken here.
pub fn read(bytes: &[u8], max_depth: usize, inspect: bool) -> Result<Option<Refusal>, Refusal> {
    let reading =
        RefCell::new(Reading { depth: max_depth, inspect, path: Vec::new(), finding: None, wrong: None });
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let outcome = Value { reading: &reading, depth: 0 }.deserialize(&mut reader).and_then(|()| reader.end());
    let reading = reading.into_inner();
    match outcome {
        Ok(()) => Ok(reading.finding.map(|(field, finding)| finding.refusal(&field))),
        Err(error) => Err(reading.wrong.unwrap_or_else(|| syntax(&error))),
    }
}

/// Where the text stops being JSON; never what stands there.
fn syntax(error: &serde_json::Error) -> Refusal {
    let detail = match error.classify() {
        serde_json::error::Category::Eof => "The JSON ends too early.".to_owned(),
        _ => format!("Not valid JSON at line {}, column {}.", error.line(), error.column()),
    };
    Refusal::because(Code::InvalidJson, detail)
}

#[derive(Clone, Copy)]
struct Value<'a> {
    reading: &'a RefCell<Reading>,
    depth: usize,
}

impl Value<'_> {
    fn deeper(self) -> Result<Self, String> {
        let depth = self.depth + 1;
        let mut reading = self.reading.borrow_mut();
        if depth > reading.depth {
            reading.wrong =
                Some(Refusal::because(Code::InvalidJson, format!("Nested deeper than {}.", reading.depth)));
            return Err("too deep".to_owned());
        }
        Ok(Self { depth, ..self })
    }

    fn look(self, text: &str, is_key: bool) {
        let mut reading = self.reading.borrow_mut();
        let secret =
            !is_key && reading.path.last().is_some_and(|name| SECRET_FIELDS.contains(&name.as_str()));
        if !reading.inspect || secret || reading.finding.is_some() {
            return;
        }
        if let Some(finding) = inspect(text, Place::FreeText) {
            let field = if is_key { "a key".to_owned() } else { name_of(&reading.path) };
            reading.finding = Some((field, finding));
        }
    }

    fn repeated(self, key: &str) -> String {
        let mut reading = self.reading.borrow_mut();
        let shown: String = key.chars().filter(|c| !c.is_control()).take(40).collect();
        reading.wrong = Some(Refusal::field(Code::InvalidJson, &shown, "repeated", "may stand only once"));
        "a repeated key".to_owned()
    }
}

fn name_of(path: &[String]) -> String {
    let shown: String = path.join(".").chars().filter(|c| !c.is_control()).take(80).collect();
    if shown.is_empty() { "body".to_owned() } else { shown }
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.look(text, false);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let inner = self.deeper().map_err(A::Error::custom)?;
        while seq.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inner = self.deeper().map_err(A::Error::custom)?;
        let mut keys = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            self.look(&key, true);
            if keys.contains(&key) {
                return Err(A::Error::custom(self.repeated(&key)));
            }
            self.reading.borrow_mut().path.push(key.clone());
            map.next_value_seed(inner)?;
            self.reading.borrow_mut().path.pop();
            keys.insert(key);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
