//! A settings file as leaves, each with the line its key stands on.

use serde::Deserialize;
use toml::{
    Spanned, Value,
    de::{DeTable, DeValue, Error, ValueDeserializer},
};

use super::Leaf;
use crate::settings::{
    key::Key,
    problem::{Kind, Origin, Problem},
    schema::{Place, Schema},
};

/// Every value of the file; or, where the text is not TOML, every place where it is not. Such a file is judged no
/// further, for what a broken line swallowed would be reported as wrong too.
pub(super) fn leaves(name: &str, text: &str, schema: &Schema) -> Result<Vec<Leaf>, Vec<Problem>> {
    let file = File { name, text, schema };
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(errors.iter().map(|error| file.syntax(error)).collect());
    }
    let mut found = Vec::new();
    file.walk(document.get_ref(), &Key::default(), &mut found);
    Ok(found)
}

struct File<'a> {
    name: &'a str,
    text: &'a str,
    schema: &'a Schema,
}

impl File<'_> {
    fn walk(&self, table: &DeTable<'_>, at: &Key, found: &mut Vec<Leaf>) {
        for (name, value) in table {
            let key = at.child(name.get_ref());
            match value.get_ref() {
                DeValue::Table(inner) if matches!(self.schema.place(&key), Place::Section) => {
                    self.walk(inner, &key, found);
                }
                _ => found.push(Leaf { key, value: plain(value), origin: self.line(name.span().start) }),
            }
        }
    }

    fn line(&self, offset: usize) -> Origin {
        let (line, _) = position(self.text, offset);
        Origin::File { file: self.name.to_owned(), line, column: None }
    }

    fn syntax(&self, error: &Error) -> Problem {
        let (line, column) = position(self.text, error.span().map_or(0, |span| span.start));
        let message = error.message().replace(char::is_control, " ");
        Problem {
            kind: Kind::Syntax,
            origin: Some(Origin::File { file: self.name.to_owned(), line, column: Some(column) }),
            key: None,
            message: format!("not TOML: {message}"),
        }
    }
}

fn plain(value: &Spanned<DeValue<'_>>) -> Result<Value, String> {
    Value::deserialize(ValueDeserializer::from(value.clone())).map_err(|error| error.message().to_owned())
}

/// Line and column of a byte offset, both from 1, the column in characters.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}
