//! One value against one setting: does the key exist, and is the value allowed?
//!
//! Each is judged alone, laid over the defaults, so that one wrong value hides no other.

use toml::{Table, Value};

use super::{
    key::Key,
    layers::Leaf,
    nearest,
    problem::{Kind, Origin, Problem},
    schema::{Place, Schema},
    sections::Settings,
};

/// The value, if it may stand where it was written.
pub(crate) fn judge(schema: &Schema, leaf: &Leaf) -> Result<Value, Problem> {
    let problem = |kind, message| Problem {
        kind,
        origin: Some(leaf.origin.clone()),
        key: Some(leaf.key.to_string()),
        message,
    };
    match schema.place(&leaf.key) {
        Place::Unknown => Err(problem(Kind::UnknownKey, unknown(schema, leaf))),
        Place::Section => Err(problem(Kind::WrongValue, section(schema, &leaf.key))),
        Place::Setting(_) => {
            let value = leaf.value.clone().map_err(|why| problem(Kind::WrongValue, why))?;
            allowed(schema, &leaf.key, &value).map_err(|why| problem(Kind::WrongValue, why))?;
            Ok(value)
        }
    }
}

/// A variable is answered by the name of a variable.
fn unknown(schema: &Schema, leaf: &Leaf) -> String {
    let near = nearest::nearest(schema, &leaf.key);
    match (&leaf.origin, near) {
        (Origin::Environment { .. }, Some(near)) if near.parts().iter().all(|part| !part.contains(' ')) => {
            let variable = near.parts().join("__").to_uppercase();
            format!("unknown key `{}`; did you mean ASPIS_{variable}?", leaf.key)
        }
        _ => nearest::unknown(schema, &leaf.key),
    }
}

fn section(schema: &Schema, key: &Key) -> String {
    let example = schema.children(key).first().map(|child| key.child(child));
    let hint = example.map(|key| format!(", e.g. `{key}`")).unwrap_or_default();
    format!("this is a section; set its keys{hint}")
}

fn allowed(schema: &Schema, key: &Key, value: &Value) -> Result<(), String> {
    let mut trial = schema.defaults().clone();
    put(&mut trial, key, value.clone());
    let judged: Result<Settings, _> = Value::Table(trial).try_into();
    // What somebody wrote may be quoted in the message, and must not reach into the terminal's other lines.
    judged.map(|_| ()).map_err(|error| error.message().replace(char::is_control, " "))
}

/// Lays a value into a table, making the sections on the way to it.
pub(crate) fn put(table: &mut Table, key: &Key, value: Value) {
    let parts = key.parts();
    let Some((last, sections)) = parts.split_last() else {
        return;
    };
    let mut at = table;
    for section in sections {
        let inner = at.entry(*section).or_insert_with(|| Value::Table(Table::new()));
        match inner {
            Value::Table(inner) => at = inner,
            _ => return,
        }
    }
    at.insert((*last).to_owned(), value);
}
