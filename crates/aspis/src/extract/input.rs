//! A JSON body as a type: every wrong field is named, with what is allowed there.

use std::sync::Arc;

use aspis_core::refusal::{Code, FieldError, Refusal};
use aspis_guard::named;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::{Failure, whole};
use crate::app::App;

/// A body that has to be there.
pub(crate) struct Input<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Input<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, Failure> {
        read(&whole(request).await?).map(Self).map_err(Failure::from)
    }
}

/// A body that may be left out.
pub(crate) struct MaybeInput<T>(pub(crate) T);

impl<T: DeserializeOwned + Default> FromRequest<Arc<App>> for MaybeInput<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, Failure> {
        let bytes = whole(request).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        read(&bytes).map(Self).map_err(Failure::from)
    }
}

/// A body as it came, for what reads it in more than one way.
pub(crate) struct Raw(pub(crate) Bytes);

impl FromRequest<Arc<App>> for Raw {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, Failure> {
        whole(request).await.map(Self)
    }
}

/// Refuses a text that is longer than the document says: nothing so long is ever good.
pub(crate) fn bounded(field: &str, text: Option<&str>, most: usize) -> Result<(), Refusal> {
    if text.is_none_or(|text| text.chars().take(most + 1).count() <= most) {
        return Ok(());
    }
    let detail = format!("must have at most {most} characters");
    Err(Refusal::field(Code::InvalidInput, field, "length", detail))
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    // An array would be taken for a struct by position; only objects are.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(Refusal::because(Code::InvalidInput, "The body must be a JSON object."));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        wrong(&path, &error.into_inner().to_string())
    })
}

/// The library's message, without the place in the text, as one wrong field.
fn wrong(path: &str, message: &str) -> Refusal {
    let message = message.split(" at line ").next().unwrap_or(message);
    let quoted = message.split('`').nth(1).unwrap_or("");
    let (field, code, detail) = if message.starts_with("unknown field") {
        let known = message.split_once(", ").map_or("no field is known here", |(_, known)| known);
        (named::repeated(quoted).to_owned(), "unknown", format!("not known here; {}", known.replace('`', "")))
    } else if message.starts_with("missing field") {
        (quoted.to_owned(), "missing", "must be there".to_owned())
    } else {
        let field = if path == "." { "body" } else { path };
        (field.to_owned(), "invalid", allowed(message))
    };
    let field: String = field.chars().filter(|c| !c.is_control()).take(80).collect();
    let said = format!("{field}: {detail}");
    Refusal::because(Code::InvalidInput, said).with_error(FieldError { field, code: code.into(), detail })
}

/// "invalid type: integer `5`, expected a string" says what was sent; only what is expected is said again.
fn allowed(message: &str) -> String {
    match message.split_once(", expected ") {
        Some((_, "u32" | "u64")) => "must be a whole number, not below 0".to_owned(),
        Some((_, expected)) if expected.starts_with("struct ") => "must be an object".to_owned(),
        Some((_, expected)) => format!("must be {expected}"),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use aspis_core::money::Fixed;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the refusals are looked at")]
    struct Order {
        asset: String,
        quantity: Fixed,
        days: Option<u32>,
    }

    fn refused(text: &str) -> (String, String, String) {
        let refusal = read::<Order>(text.as_bytes()).expect_err(text);
        let error = refusal.facts().errors.first().cloned();
        error.map_or((refusal.facts().detail.to_string(), String::new(), String::new()), |e| {
            (e.field, e.code.to_string(), e.detail)
        })
    }

    #[test]
    fn every_wrong_field_is_named() {
        let named = |text: &str| {
            let (field, code, _) = refused(text);
            (field, code)
        };
        let pair = |field: &str, code: &str| (field.to_owned(), code.to_owned());
        assert_eq!(named(r#"{"asset":"a","quantity":"1","extra":1}"#), pair("extra", "unknown"));
        assert_eq!(named(r#"{"asset":"a"}"#), pair("quantity", "missing"));
        assert_eq!(named(r#"{"asset":5,"quantity":"1"}"#), pair("asset", "invalid"));
        assert_eq!(named(r#"{"asset":"a","quantity":1}"#), pair("quantity", "invalid"));
        assert_eq!(named(r#"{"asset":"a","quantity":"1e5"}"#), pair("quantity", "invalid"));
        assert_eq!(named(r#"{"asset":"a","quantity":"1","days":"5"}"#), pair("days", "invalid"));
        assert_eq!(named(r#"{"asset":"a","quantity":"1","days":-1}"#), pair("days", "invalid"));
        assert_eq!(refused("[]").0, "The body must be a JSON object.");
        assert_eq!(refused(r#""x""#).0, "The body must be a JSON object.");
    }

    #[test]
    fn what_was_sent_is_not_said_again() {
        let (_, _, detail) = refused(r#"{"asset":"a","quantity":123456789}"#);
        assert!(!detail.contains("123456789"), "{detail}");
    }
}
