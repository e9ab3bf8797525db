//! Hostile input in path, query and headers. Nothing is changed; it is refused, or in `observe` recorded.

use aspis_core::{
    refusal::Refusal,
    scenario::finding::{Place, inspect, is_plain},
};
use http::{HeaderMap, HeaderName, header, request};

use crate::{
    corridor::Shared,
    door::{Door, DoorName},
    passage::Passage,
    percent,
};

pub(crate) struct Inspect;

impl Door for Inspect {
    fn name(&self) -> DoorName {
        DoorName::Inspect
    }

    fn pass(&self, _: &Shared, head: &request::Parts, _: &mut Passage) -> Result<(), Refusal> {
        path(head.uri.path())?;
        if let Some(query) = head.uri.query() {
            query.split('&').try_for_each(parameter)?;
        }
        headers(&head.headers)
    }
}

/// The path as a whole and each segment of it: handlers get segments, and an attack begins where one does.
pub(super) fn path(path: &str) -> Result<(), Refusal> {
    if is_plain(path.as_bytes(), Place::Closed) {
        return Ok(());
    }
    closed("path", path, false)?;
    path.split('/').try_for_each(|segment| closed("path", segment, false))
}

/// A parameter as a whole, and its name and value, for the same reason.
fn parameter(pair: &str) -> Result<(), Refusal> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let plain = |text: &str| !text.contains('+') && is_plain(text.as_bytes(), Place::Closed);
    if plain(name) && plain(value) {
        return Ok(());
    }
    [pair, name, value].into_iter().try_for_each(|text| closed("query", text, true))
}

/// Looks at a text as it is, decoded, and decoded again: what is escaped twice is meant for a second decoder.
fn closed(field: &str, text: &str, plus: bool) -> Result<(), Refusal> {
    let once = if plus && text.contains('+') {
        percent::decode(&text.replace('+', " ")).into_owned().into()
    } else {
        percent::decode(text)
    };
    look(field, &once)?;
    if once.contains('%') {
        look(field, &percent::decode(&once))?;
    }
    Ok(())
}

fn look(field: &str, text: &str) -> Result<(), Refusal> {
    match inspect(text, Place::Closed) {
        Some(finding) => Err(finding.refusal(field)),
        None => Ok(()),
    }
}

/// Fields that are credentials: opaque, checked by their own doors, and never quoted anywhere.
fn is_credential(name: &HeaderName) -> bool {
    ["dpop", "x-api-key", "x-csrf-token", "aspis-challenge"].iter().any(|known| name == known)
}

fn headers(headers: &HeaderMap) -> Result<(), Refusal> {
    for (name, value) in headers {
        // The two long ones first: they are told by a number, and nothing of them is looked at.
        let skip = name == header::AUTHORIZATION || name == header::COOKIE;
        if skip || is_plain(value.as_bytes(), Place::Header) || is_credential(name) {
            continue;
        }
        let text = String::from_utf8_lossy(value.as_bytes());
        if let Some(finding) = inspect(&text, Place::Header) {
            return Err(finding.refusal(name.as_str()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_twice_is_seen() {
        assert!(closed("query", "q=%2527%2520or%25201%253D1--", true).is_err());
        assert!(closed("query", "q='+or+1%3D1--", true).is_err());
        assert!(closed("query", "from=2020-01-17T00%3A00%3A00Z", true).is_ok());
    }

    #[test]
    fn an_attack_is_seen_where_a_segment_or_a_value_begins() {
        assert!(path("/api/v1/price/1%20UNION%20SELECT%20password%20FROM%20users").is_err());
        assert!(parameter("cursor=1+union+select+password+from+users").is_err());
        assert!(parameter("file=..%2fetc").is_err() && parameter("' or 1=1--=1").is_err());
        assert!(
            path("/api/v1/price/BTC").is_ok() && parameter("from=2020-01-17T00%3A00%3A00%2B01:00").is_ok()
        );
    }
}
