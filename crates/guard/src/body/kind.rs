//! What a body says it is, and whether that is taken; then the one reading that fits it.

use aspis_core::{
    refusal::{Code, Refusal},
    scenario::finding::Place,
};
use http::{HeaderMap, header};

use super::{form, multipart};
use crate::{fields::Kinds, json, look::look, surface::BodyKind};

/// A form that a body can be read in.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// JSON whose fields are ours.
    OwnJson,
    /// JSON of anybody.
    Json,
    /// A report of a browser: JSON that quotes whatever a page held, so that nothing of it is looked at or believed.
    Report,
    /// What is signed: nothing of it is read before its signature was found good, which is not for this place.
    Signed,
    /// Fields in one line.
    Fields,
    /// Fields in parts, with their boundary.
    Parts(String),
    /// Text.
    Text,
}

/// Whether a body of this type is taken, before it is read.
pub(super) fn check(kind: BodyKind, headers: &HeaderMap) -> Result<(), Refusal> {
    form_of(kind, headers).map(drop).ok_or_else(|| Refusal::new(Code::UnsupportedMediaType))
}

/// Reads a body once as what it says it is. `Ok` with the first finding; `Err` when it is not that.
pub(crate) fn read(
    kind: BodyKind,
    headers: &HeaderMap,
    bytes: &[u8],
    max_depth: usize,
    inspect: bool,
) -> Result<Option<Refusal>, Refusal> {
    let form = form_of(kind, headers).ok_or_else(|| Refusal::new(Code::UnsupportedMediaType))?;
    match form {
        Form::OwnJson => json::read(bytes, max_depth, inspect),
        Form::Json => json::read_as(Kinds::Any, bytes, max_depth, inspect),
        Form::Report => json::read_as(Kinds::Any, bytes, max_depth, false),
        Form::Signed => Ok(None),
        // What is not looked at is not read: only the service behind knows what it means.
        _ if !inspect => Ok(None),
        Form::Fields => form::read(bytes).map(Result::err),
        Form::Parts(boundary) => multipart::read(bytes, &boundary, max_depth).map(Result::err),
        Form::Text => text(bytes),
    }
}

fn text(bytes: &[u8]) -> Result<Option<Refusal>, Refusal> {
    if std::str::from_utf8(bytes).is_err() {
        return Err(Refusal::field(Code::MalformedRequest, "body", "text", "must be UTF-8"));
    }
    Ok(look("body", bytes, Place::FreeText).err())
}

/// Exactly one media type, in UTF-8, not encoded: another reading of the same bytes would not be the one that was
/// inspected.
fn form_of(kind: BodyKind, headers: &HeaderMap) -> Option<Form> {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let only = types.next().filter(|_| types.next().is_none()).and_then(|value| value.to_str().ok())?;
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
    if !codings.all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return None;
    }
    match kind {
        BodyKind::None => None,
        BodyKind::OptionalJson | BodyKind::Json | BodyKind::JsonRows => {
            is_json(only).then_some(Form::OwnJson)
        }
        BodyKind::Reports => ["application/reports+json", "application/csp-report"]
            .iter()
            .any(|known| is(known, only))
            .then_some(Form::Report),
        BodyKind::Attested => is_json(only).then_some(Form::Signed),
        BodyKind::Any => any(only),
    }
}

fn any(value: &str) -> Option<Form> {
    if is_json(value) {
        return Some(Form::Json);
    }
    if is("application/x-www-form-urlencoded", value) {
        return Some(Form::Fields);
    }
    if is("text/plain", value) {
        return Some(Form::Text);
    }
    multipart::boundary(value).map(Form::Parts)
}

/// `application/json`, in UTF-8 where it says so.
pub(crate) fn is_json(value: &str) -> bool {
    is("application/json", value)
}

/// This media type, in UTF-8 where it says so, with no other parameter.
fn is(known: &str, value: &str) -> bool {
    let mut parts = value.split(';').map(str::trim);
    let utf8 = |parameter: &str| {
        let Some((name, value)) = parameter.split_once('=') else { return false };
        name.eq_ignore_ascii_case("charset") && value.trim_matches('"').eq_ignore_ascii_case("utf-8")
    };
    parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case(known))
        && parts.next().is_none_or(utf8)
        && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(types: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in types {
            headers.append(header::CONTENT_TYPE, value.parse().expect("a header value"));
        }
        headers
    }

    #[test]
    fn json_in_utf8_is_the_only_media_type() {
        for good in
            ["application/json", "Application/JSON; charset=utf-8", "application/json;charset=\"UTF-8\""]
        {
            assert!(is_json(good), "{good}");
        }
        for bad in [
            "",
            "text/plain",
            "application/jsonx",
            "application/json; charset=utf-7",
            "application/json; charset=ibm037",
            "application/json;",
            "application/json; charset=utf-8; charset=utf-16",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "text/json",
        ] {
            assert!(!is_json(bad), "{bad}");
        }
    }

    #[test]
    fn what_is_signed_is_not_read_before_its_signature() {
        for bytes in [&b"["[..], b"", b"\xff", b"{\"a\": 1, \"a\": 2}"] {
            let outcome = read(BodyKind::Attested, &sent(&["application/json"]), bytes, 4, true);
            assert!(matches!(outcome, Ok(None)), "{bytes:?}");
        }
    }

    #[test]
    fn each_kind_takes_its_own_types() {
        for (kind, value, taken) in [
            (BodyKind::Json, "application/x-www-form-urlencoded", false),
            (BodyKind::Reports, "application/csp-report", true),
            (BodyKind::Reports, "application/reports+json", true),
            (BodyKind::Reports, "application/json", false),
            (BodyKind::Attested, "application/json", true),
            (BodyKind::Attested, "application/reports+json", false),
            (BodyKind::Any, "application/json; charset=utf-8", true),
            (BodyKind::Any, "application/x-www-form-urlencoded", true),
            (BodyKind::Any, "application/x-www-form-urlencoded; charset=utf-16", false),
            (BodyKind::Any, "multipart/form-data; boundary=x", true),
            (BodyKind::Any, "multipart/form-data", false),
            (BodyKind::Any, "text/plain", true),
            (BodyKind::Any, "application/xml", false),
        ] {
            assert_eq!(check(kind, &sent(&[value])).is_ok(), taken, "{kind:?} {value}");
        }
        assert!(check(BodyKind::Any, &sent(&["application/json", "text/plain"])).is_err());
        assert!(check(BodyKind::Any, &sent(&[])).is_err());
    }
}
