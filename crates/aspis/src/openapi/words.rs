//! Words of the wire of which there are only a few, for fields whose Rust type is a text.

use utoipa::openapi::{Array, Object, ObjectBuilder, Type, schema::ArrayBuilder};

use crate::routes::market::{bulk, history::INTERVALS};

/// The length of a bar.
pub(crate) fn interval() -> Object {
    one_of("The length of a bar.", &INTERVALS.iter().map(|(word, _)| *word).collect::<Vec<_>>())
}

/// The lengths of bars that an asset has.
pub(crate) fn intervals() -> Array {
    ArrayBuilder::new()
        .description(Some("The intervals of its history."))
        .items(interval())
        .min_items(Some(1))
        .max_items(Some(INTERVALS.len()))
        .build()
}

/// The form of an export.
pub(crate) fn format() -> Object {
    one_of("How the rows are written.", &bulk::format_words())
}

/// What an account may do.
pub(crate) fn role() -> Object {
    one_of("What the account may do.", &["user", "admin"])
}

/// Which way a trade went.
pub(crate) fn side() -> Object {
    one_of("Which way it went.", &["buy", "sell"])
}

/// The kind of a token.
pub(crate) fn token_type() -> Object {
    one_of("The kind of the access token.", &["Bearer", "DPoP"])
}

fn one_of(description: &str, words: &[&str]) -> Object {
    ObjectBuilder::new()
        .description(Some(description))
        .schema_type(Type::String)
        .enum_values(Some(words.iter().copied()))
        .build()
}
