//! Rows of JSON: objects, however they are nested, in one value or in many.

use std::{fmt, io::BufRead};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{
    Each, Found, LeakedError, Piece,
    cell::Comma,
    column::{Cells, Column},
    first,
};

pub(super) fn read(mut input: impl BufRead, each: Each<'_>) -> Result<(), LeakedError> {
    while first(&mut input)?.is_some() {
        // An object or an array ends with its last byte: nothing of the next value is taken.
        let mut reader = serde_json::Deserializer::from_reader(&mut input);
        match (Node { each }).deserialize(&mut reader) {
            Ok(_) => {}
            Err(error) if error.is_eof() => {
                each(Piece::Unreadable);
                return Ok(());
            }
            Err(error) => return Err(LeakedError::Json(error)),
        }
    }
    Ok(())
}

/// Reads a value: rows in it go to `each`, and what it is by itself is told.
struct Node<'a> {
    each: Each<'a>,
}

/// What a value is.
enum Told {
    /// Text or a number.
    Text(String),
    /// Anything else.
    Other,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Told;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Told, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Told;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rows")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Told, E> {
        Ok(Told::Other)
    }

    fn visit_unit<E>(self) -> Result<Told, E> {
        Ok(Told::Other)
    }

    fn visit_i64<E>(self, value: i64) -> Result<Told, E> {
        Ok(Told::Text(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Told, E> {
        Ok(Told::Text(value.to_string()))
    }

    /// The shortest text that reads back as the same float: what was written, up to fifteen digits.
    fn visit_f64<E>(self, value: f64) -> Result<Told, E> {
        Ok(Told::Text(format!("{value:?}")))
    }

    fn visit_str<E>(self, value: &str) -> Result<Told, E> {
        Ok(Told::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Told, A::Error> {
        while sequence.next_element_seed(Node { each: self.each })?.is_some() {}
        Ok(Told::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Told, A::Error> {
        let (mut own, mut signature) = (Cells::default(), None);
        let mut inner = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            let told = map.next_value_seed(Node { each: &mut |piece| inner.push(piece) })?;
            match (told, Column::named(&name)) {
                (Told::Text(text), _) if name == "_signature" => signature = Some(text),
                (Told::Text(text), Some(column)) => own.put(column, &text),
                _ => {}
            }
        }
        if !inner.iter().any(|piece| matches!(piece, Piece::Row(_))) {
            // It holds no rows: it is one, or there is nothing to it but a signature.
            inner = own.row(Comma::Thousands).map(Piece::Row).into_iter().collect();
        }
        if inner.is_empty() && signature.is_none() {
            inner.push(Piece::Unreadable);
        }
        for piece in inner {
            (self.each)(completed(piece, &own));
        }
        // The rows that it covers come first, wherever it stood.
        if let Some(text) = signature {
            (self.each)(Piece::Signature(text));
        }
        Ok(Told::Other)
    }
}

/// A row knows what the object around it says.
fn completed(piece: Piece, around: &Cells) -> Piece {
    let Piece::Row(row) = piece else { return piece };
    Piece::Row(Found {
        asset: row.asset.or_else(|| around.asset()),
        interval: row.interval.or_else(|| around.interval()),
        source: row.source.or_else(|| around.source()),
        ..row
    })
}
