//! Cookies, as far as the doors need them: the one value of one name.
//!
//! Deliberately no jar: what other names hold is nobody's business here, and is skipped whatever it is.

use http::{HeaderMap, header};

/// The cookies of this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// A browser's session.
    Session,
    /// A device that has signed in before.
    Device,
}

/// A name stood more than once: whoever planted the other one must not choose which counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cookie stands more than once")]
pub struct Repeated;

impl Cookie {
    /// Every cookie of this server.
    pub const ALL: [Self; 2] = [Self::Session, Self::Device];

    /// Its name. Over https the `__Host-` prefix keeps sibling hosts from planting it (RFC 6265bis, 4.1.3.2); over plain
    /// http no browser would take that prefix.
    pub const fn name(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-aspis_session",
            (Self::Session, false) => "aspis_session",
            (Self::Device, true) => "__Host-aspis_device",
            (Self::Device, false) => "aspis_device",
        }
    }

    /// Its one value, if it was sent. A value that is no visible ASCII is given as an empty text: good for nothing.
    pub fn read(self, headers: &HeaderMap, https: bool) -> Result<Option<&str>, Repeated> {
        let name = self.name(https).as_bytes();
        let mut found = None;
        for field in headers.get_all(header::COOKIE) {
            for pair in field.as_bytes().split(|byte| *byte == b';') {
                let Some(value) = value_of(pair.trim_ascii(), name) else { continue };
                if found.replace(value).is_some() {
                    return Err(Repeated);
                }
            }
        }
        Ok(found.map(visible))
    }
}

fn value_of<'a>(pair: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    pair.strip_prefix(name)?.strip_prefix(b"=")
}

fn visible(value: &[u8]) -> &str {
    let plain = value.iter().all(u8::is_ascii_graphic);
    std::str::from_utf8(value).ok().filter(|_| plain).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn sent(fields: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(header::COOKIE, HeaderValue::from_bytes(field).expect("a header value"));
        }
        headers
    }

    fn read(fields: &[&[u8]], https: bool) -> Result<Option<String>, Repeated> {
        Cookie::Session.read(&sent(fields), https).map(|value| value.map(str::to_owned))
    }

    #[test]
    fn the_value_is_found_among_others() {
        assert_eq!(read(&[], false), Ok(None));
        assert_eq!(read(&[b"a=1; aspis_session=x.y-z_=; b=2"], false), Ok(Some("x.y-z_=".to_owned())));
        assert_eq!(read(&[b"a=1", b"aspis_session=x"], false), Ok(Some("x".to_owned())));
        assert_eq!(read(&[b"aspis_session=;;"], false), Ok(Some(String::new())));
        assert_eq!(read(&[b"theme=\xc3\xa4; aspis_session=x"], false), Ok(Some("x".to_owned())));
    }

    #[test]
    fn only_the_name_that_fits_counts() {
        assert_eq!(read(&[b"aspis_session=x"], true), Ok(None));
        assert_eq!(read(&[b"__Host-aspis_session=x"], false), Ok(None));
        assert_eq!(read(&[b"__Host-aspis_session=x; aspis_session=y"], true), Ok(Some("x".to_owned())));
        for other in [&b"Aspis_session=x"[..], b"aspis_sessions=x", b"xaspis_session=x", b"aspis_session x"] {
            assert_eq!(read(&[other], false), Ok(None));
        }
    }

    #[test]
    fn a_planted_second_one_is_refused() {
        assert_eq!(read(&[b"aspis_session=x; aspis_session=x"], false), Err(Repeated));
        assert_eq!(read(&[b"aspis_session=x", b"aspis_session=y"], false), Err(Repeated));
    }

    #[test]
    fn a_value_that_nobody_made_here_is_no_text() {
        assert_eq!(read(&[b"aspis_session=\xff"], false), Ok(Some(String::new())));
        assert_eq!(read(&[b"aspis_session=a b"], false), Ok(Some(String::new())));
    }
}
