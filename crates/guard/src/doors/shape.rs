//! One request has one shape: a canonical path, a bounded head, a bounded announced size.
//!
//! A variant of a path (case, `//`, `/./`, `%2e`, trailing slash) must never reach another budget: it is refused, not
//! tidied, because two tidiers never agree.

use aspis_core::{
    refusal::{Code, Refusal, Rule},
    scenario::{
        finding::Place,
        sql_injection::{control, traversal},
    },
};
use http::{HeaderValue, header, request};

use crate::{
    corridor::Shared,
    door::{Door, DoorName},
    headers::ASPIS_CHALLENGE,
    modes::Mode,
    passage::Passage,
    path::is_canonical,
    percent,
    surface::BodyKind,
};

use super::inspect;

pub(crate) struct Shape;

impl Door for Shape {
    fn name(&self) -> DoorName {
        DoorName::Shape
    }

    fn pass(&self, shared: &Shared, head: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        if passage.garbled {
            return Err(Refusal::new(Code::BadForwarded).by(Rule::named("forwarded.unreadable")));
        }
        let path = head.uri.path();
        if head.uri.path_and_query().is_some_and(|whole| whole.as_str().len() > shared.parts.url_bytes) {
            return Err(Refusal::new(Code::UrlTooLong));
        }
        if !is_canonical(path) {
            let looks = shared.mode(passage, DoorName::Inspect) != Mode::Off;
            return Err(not_canonical(path, looks));
        }
        if passage.came.solution {
            head.headers.get_all(&ASPIS_CHALLENGE).iter().try_for_each(solution)?;
        }
        if passage.came.body { announced(shared, head, passage) } else { Ok(()) }
    }
}

/// The longest solution that is looked at, in bytes.
const SOLUTION: usize = 2048;

/// A solution is a word of the letters that ours and ALTCHA's are written in.
fn solution(value: &HeaderValue) -> Result<(), Refusal> {
    let letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"._:~+/=-".contains(byte);
    if (1..=SOLUTION).contains(&value.len()) && value.as_bytes().iter().all(letter) {
        return Ok(());
    }
    Err(Refusal::because(Code::MalformedRequest, "Aspis-Challenge holds no solution of a challenge."))
}

/// A path that climbs or holds what the inspector knows is an attack, and is called that: it must not pass for a typing
/// error only because it was escaped too much. Any other variant is only wrong.
fn not_canonical(path: &str, looks: bool) -> Refusal {
    // Decoded twice: what is escaped twice is meant for a second decoder further in.
    let once = percent::decode(path);
    let decoded = percent::decode(&once);
    let found = traversal::find(&decoded, Place::Closed).or_else(|| control::find(&decoded, Place::Closed));
    match found {
        Some(finding) => finding.refusal("path", decoded.as_bytes()),
        None if looks => inspect::path(path).err().unwrap_or_else(|| Refusal::new(Code::PathNotCanonical)),
        None => Refusal::new(Code::PathNotCanonical),
    }
}

/// A body that is announced larger than the route takes is refused before a byte of it is read.
fn announced(shared: &Shared, head: &request::Parts, passage: &Passage) -> Result<(), Refusal> {
    let length = head
        .headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<u64>().ok());
    let chunked = head.headers.contains_key(header::TRANSFER_ENCODING);
    let Some(row) = passage.row() else { return Ok(()) };
    let kind = shared.parts.surface.rows()[row].body;
    let takes_body = kind != BodyKind::None;
    let most = kind.most(shared.parts.body.max_bytes) as u64;
    match length {
        Some(1..) if !takes_body => Err(Refusal::because(Code::BodyTooLarge, "No body is taken here.")),
        _ if chunked && !takes_body => Err(Refusal::because(Code::BodyTooLarge, "No body is taken here.")),
        Some(length) if length > most => {
            Err(Refusal::because(Code::BodyTooLarge, format!("At most {most} bytes are taken here.")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_that_climbs_is_told_apart() {
        for path in ["/price/../../etc/passwd", "/a/%2e%2e/b", "/a/%252e%252e/b", "/a/..%2fb", "/a\\..\\b"] {
            assert_eq!(not_canonical(path, true).code(), Code::TraversalAttempt, "{path}");
        }
        assert_eq!(not_canonical("/a//b", true).code(), Code::PathNotCanonical);
        assert_eq!(not_canonical("/a%00", true).code(), Code::ControlBytes);
    }

    proptest! {
        #[test]
        fn no_path_panics(path in "[/.%a-z0-9;\\\\]{0,40}") {
            if !is_canonical(&path) {
                not_canonical(&path, true);
            }
        }
    }
}
