//! A known device has a login window of its own, so that neighbours behind one address cannot spend it (SPEC 2).
//!
//! Which device it is stands in the body or in a cookie, and the body is read only behind the doors. So what the
//! client's window says of a sign-in is held until then; no device, and it stands before anything else is looked at.

use aspis_core::{ids::DeviceId, refusal::Refusal, secret::SecretText};
use bytes::Bytes;
use http::{HeaderMap, Version, header, request};

use super::Shared;
use crate::{
    body::BodyLimits,
    cookie::Cookie,
    door::DoorName,
    doors::rate,
    modes::Mode,
    passage::Passage,
    surface::{Access, BodyKind, Class, Row},
};

/// The longest body that is read of a client that is over its limit.
pub(crate) const HELD_BYTES: usize = 4096;

/// What tells of a device; everything else in the body is none of this.
#[derive(serde::Deserialize)]
struct Sent {
    email: String,
    device_token: Option<SecretText>,
}

/// True for a route at which somebody signs in by name.
pub(crate) fn signs_in(row: &Row) -> bool {
    row.class == Class::Login && row.body == BodyKind::Json && row.access == Access::Public
}

/// True when the body may be short enough to be read of a client that is over its limit: by what it announces, or
/// because it comes in chunks or frames, of which no more is read than that.
pub(crate) fn is_short(head: &request::Parts) -> bool {
    let Some(length) = head.headers.get(header::CONTENT_LENGTH) else {
        return head.version == Version::HTTP_2 || head.headers.contains_key(header::TRANSFER_ENCODING);
    };
    let length = length.to_str().ok().and_then(|text| text.parse().ok());
    length.is_some_and(|length| (1..=HELD_BYTES).contains(&length))
}

/// How much is read of a body: less where the client is over its limit.
pub(super) fn limits(usual: BodyLimits, held: bool) -> BodyLimits {
    let most = if held { usual.max_bytes.min(HELD_BYTES) } else { usual.max_bytes };
    BodyLimits { max_bytes: most, ..usual }
}

impl Shared {
    /// Asks the device's own window where there is one, and lets what was held of the client's stand where there is not.
    pub(super) async fn of_device(
        &self,
        received: Result<Bytes, Refusal>,
        headers: &HeaderMap,
        passage: &mut Passage,
    ) -> Result<Bytes, Refusal> {
        let mode = self.mode(passage, DoorName::Rate);
        let device = match &received {
            Ok(bytes) if mode != Mode::Off => self.device(bytes, headers, passage.https),
            _ => None,
        };
        let held = passage.held.take();
        let verdict = match device {
            Some(device) => {
                // The client's standing is no longer what counts.
                passage.standing = passage.standing.filter(|_| held.is_none());
                rate::device(self, device, passage).await
            }
            None => held.map_or(Ok(()), Err),
        };
        verdict.or_else(|refusal| self.settle(mode, DoorName::Rate, refusal, passage))?;
        received
    }

    /// The known device that sends this. The token in the body goes before the cookie, as it does at the sign-in: a try
    /// is in the window of the device that it is counted with.
    fn device(&self, bytes: &[u8], headers: &HeaderMap, https: bool) -> Option<DeviceId> {
        let sent: Sent = serde_json::from_slice(bytes).ok()?;
        let cookie = || Cookie::Device.read(headers, https).ok().flatten();
        let token = sent.device_token.as_ref().map(SecretText::expose).or_else(cookie)?;
        self.parts.people.device_of(token, &sent.email)
    }
}

#[cfg(test)]
mod tests {
    use http::{Method, Request};

    use super::*;

    fn row(class: Class, access: Access, body: BodyKind) -> Row {
        Row {
            method: Method::POST,
            path: "/in",
            class,
            access,
            scope: None,
            body,
            query: &[],
            queued: false,
            metered: false,
        }
    }

    #[test]
    fn only_a_sign_in_by_name_is_held() {
        assert!(signs_in(&row(Class::Login, Access::Public, BodyKind::Json)));
        for other in [
            row(Class::Register, Access::Public, BodyKind::Json),
            row(Class::Login, Access::Signed, BodyKind::Json),
            row(Class::Login, Access::Public, BodyKind::None),
        ] {
            assert!(!signs_in(&other), "{other}");
        }
    }

    #[test]
    fn only_a_short_body_is_waited_for() {
        let head = |name: &str, value: &str| {
            Request::builder().header(name, value).body(()).expect("a request").into_parts().0
        };
        assert!(is_short(&head("content-length", "1")) && is_short(&head("content-length", "4096")));
        assert!(is_short(&head("transfer-encoding", "chunked")));
        let mut frames = head("accept", "*/*");
        frames.version = Version::HTTP_2;
        assert!(is_short(&frames), "it announces no length, and needs none");
        for (name, value) in [
            ("content-length", "0"),
            ("content-length", "4097"),
            ("content-length", "-1"),
            ("content-length", "x"),
            ("accept", "*/*"),
        ] {
            assert!(!is_short(&head(name, value)), "{name}: {value}");
        }
    }

    #[test]
    fn the_body_of_a_limited_client_is_read_as_far_as_it_was_announced() {
        let usual = BodyLimits {
            max_bytes: 65_536,
            max_depth: 16,
            time: std::time::Duration::from_secs(10),
            held_bytes: 65_536,
        };
        assert_eq!(limits(usual, false), usual);
        assert_eq!(limits(usual, true).max_bytes, HELD_BYTES);
        assert_eq!(limits(BodyLimits { max_bytes: 100, ..usual }, true).max_bytes, 100);
    }

    #[test]
    fn what_else_the_body_says_is_none_of_this() {
        let read = |text: &str| serde_json::from_str::<Sent>(text).ok().map(|sent| sent.email);
        assert_eq!(read(r#"{"email":"a@b.c","password":"x","other":[1]}"#).as_deref(), Some("a@b.c"));
        assert!(read(r#"{"device_token":"x"}"#).is_none() && read(r#"{"email":1}"#).is_none());
        assert!(read(r#"{"email":"a@b.c","email":"d@e.f"}"#).is_none() && read("[").is_none());
    }
}
