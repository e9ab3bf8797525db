//! Hostile input in path, query, headers and cookies. Nothing is changed; it is refused, or in `observe` recorded.

mod clean;

use std::{borrow::Cow, cell::RefCell, ops::Range};

use aspis_core::{
    refusal::Refusal,
    scenario::finding::{Place, is_plain},
};
use http::{HeaderMap, HeaderName, HeaderValue, header, request};

use self::clean::{Clean, Field};
use crate::{
    cookie::Cookie,
    corridor::Shared,
    door::{Door, DoorName},
    look::{look, look_at, look_in_header},
    passage::Passage,
    percent,
};

pub(crate) struct Inspect;

impl Door for Inspect {
    fn name(&self) -> DoorName {
        DoorName::Inspect
    }

    fn pass(&self, _: &Shared, head: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        // What has no route is answered with 404; a name of a file that everybody wants is an attack there all the same.
        if passage.policy_row().is_none() || !is_words(head.uri.path(), b'/') {
            path(head.uri.path())?;
        }
        if let Some(query) = head.uri.query() {
            query.split('&').try_for_each(parameter)?;
        }
        headers(&head.headers)?;
        if passage.came.cookie { cookies(&head.headers) } else { Ok(()) }
    }
}

/// True for letters, digits, `_`, `-` and one other mark: too little to break out of anything, and what nearly every path
/// and parameter is.
fn is_words(text: &str, also: u8) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' || byte == also)
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
    let plain =
        |text: &str| is_words(text, b'_') || !text.contains('+') && is_plain(text.as_bytes(), Place::Closed);
    if plain(name) && plain(value) {
        return Ok(());
    }
    [pair, name, value].into_iter().try_for_each(|text| closed("query", text, true))
}

/// Looks at a text as a handler reads it; the engine undoes more escapes than any handler does.
fn closed(field: &str, text: &str, plus: bool) -> Result<(), Refusal> {
    let blank = if plus && text.contains('+') { Cow::from(text.replace('+', " ")) } else { Cow::from(text) };
    look(field, &percent::bytes(&blank), Place::Closed)
}

/// Fields that are credentials: opaque, checked by their own doors, and never quoted anywhere.
fn is_credential(name: &HeaderName) -> bool {
    ["dpop", "x-api-key", "x-csrf-token", "aspis-challenge"].iter().any(|known| name == known)
}

fn headers(headers: &HeaderMap) -> Result<(), Refusal> {
    headers.iter().try_for_each(|(name, value)| {
        let value = value.as_bytes();
        if let Some(field) = Field::of(name) {
            return repeated(name, field, value);
        }
        // The two long ones first: they are told by a number, and nothing of them is looked at.
        let skip = name == header::AUTHORIZATION || name == header::COOKIE || is_credential(name);
        if skip { Ok(()) } else { look_in_header(name.as_str(), value) }
    })
}

thread_local! {
    static CLEAN: RefCell<Clean> = RefCell::new(Clean::new());
}

fn repeated(name: &HeaderName, field: Field, value: &[u8]) -> Result<(), Refusal> {
    if CLEAN.with_borrow(|clean| clean.knows(field, value)) {
        return Ok(());
    }
    look_in_header(name.as_str(), value)?;
    CLEAN.with_borrow_mut(|clean| clean.learn(field, value));
    Ok(())
}

/// Every cookie but our own, which are secrets: a service behind may read any of them.
fn cookies(headers: &HeaderMap) -> Result<(), Refusal> {
    headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes).try_for_each(|field| {
        let mut start = 0;
        field.split(|byte| *byte == b';').try_for_each(|pair| {
            let blanks = pair.len() - pair.trim_ascii_start().len();
            let at = start + blanks;
            start += pair.len() + 1;
            cookie(field, at..at + pair.trim_ascii().len())
        })
    })
}

/// One pair of the field, as a whole and its value: an attack begins where either does.
fn cookie(field: &[u8], part: Range<usize>) -> Result<(), Refusal> {
    let pair = &field[part.clone()];
    if is_plain(pair, Place::Cookie) {
        return Ok(());
    }
    let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
    let known = |cookie: &Cookie| [true, false].map(|https| cookie.name(https).as_bytes()).contains(&name);
    if Cookie::ALL.iter().any(known) {
        return Ok(());
    }
    let value = part.end.min(part.start + name.len() + 1)..part.end;
    [part, value].into_iter().try_for_each(|part| look_at("cookie", field, part, Place::Cookie))
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

    #[test]
    fn words_need_no_look() {
        for text in ["/api/v1/price/BTC", "limit", "2020-01-17", "a_b--c", ""] {
            assert!(is_words(text, b'/'), "{text}");
        }
        for text in ["a b", "a.b", "a%20b", "a'b", "é", "a/b\\c", "a=b"] {
            assert!(!is_words(text, b'/'), "{text}");
        }
    }

    #[test]
    fn every_cookie_but_our_own_is_looked_at() {
        let verdict = |field: &'static [u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, http::HeaderValue::from_bytes(field).expect("a value"));
            cookies(&headers).err().map(|refusal| refusal.code().word())
        };
        for good in [
            &b"theme=dark; lang=en-GB"[..],
            b"aspis_session=' or 1=1--; a=1",
            b"q=\"a b\"; _ga=GA1.2.3.4",
            b"flag",
        ] {
            assert_eq!(verdict(good), None, "{}", String::from_utf8_lossy(good));
        }
        for (bad, word) in [
            (&b"theme=x' or '1'='1"[..], "sqli_attempt"),
            (b"a=1; b=%3Cscript%3Ealert(1)%3C%2Fscript%3E", "xss_attempt"),
            (b"a=1; last=../../../../etc/passwd", "traversal_attempt"),
            (b"aspis_session_x=<script>alert(1)</script>", "xss_attempt"),
        ] {
            assert_eq!(verdict(bad), Some(word), "{}", String::from_utf8_lossy(bad));
        }
    }

    #[test]
    fn the_place_in_a_cookie_is_told_by_the_whole_field() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; b=<script>"));
        let refusal = cookies(&headers).expect_err("a script");
        let place = refusal.facts().rule.as_ref().and_then(|rule| rule.place.clone());
        assert_eq!(place.as_deref(), Some("cookie at 7, 8 bytes"));
    }
}
