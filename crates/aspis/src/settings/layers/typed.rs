//! Text from a shell as the kind of value the setting takes, so that nobody has to quote for TOML there.

use toml::Value;

use crate::settings::schema::Place;

/// A setting of text takes the text as it is (or as a quoted TOML string); a list takes TOML or words with commas
/// between; anything else takes TOML. What does not fit stays text, and is judged as that.
pub(super) fn value(text: &str, place: &Place) -> Value {
    let parsed = || text.trim().parse::<Value>().ok();
    let verbatim = || Value::String(text.to_owned());
    match place {
        Place::Setting(Value::String(_)) => parsed().filter(Value::is_str).unwrap_or_else(verbatim),
        Place::Setting(Value::Array(_)) => parsed().filter(Value::is_array).unwrap_or_else(|| words(text)),
        _ => parsed().unwrap_or_else(verbatim),
    }
}

fn words(text: &str) -> Value {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    Value::Array(parts.map(|part| Value::String(part.to_owned())).collect())
}
