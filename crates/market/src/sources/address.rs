//! Where a source is asked: the operator's word, so any host is allowed, but nothing is sent in the clear beyond the
//! machine itself.

use std::{fmt, net::IpAddr, str::FromStr};

use http::Uri;

/// A scheme, a host and a port, with a path that stands before every other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// True for https and wss.
    pub(super) tls: bool,
    /// The name or the number of the host, without brackets.
    pub(super) host: String,
    /// The port.
    pub(super) port: u16,
    text: String,
}

/// What an address may look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No such URL.
    #[error(
        "a scheme and a host, e.g. \"https://data.example.com\"; the stream's is \"wss://data.example.com\""
    )]
    Form,
    /// In the clear, to another machine.
    #[error("an https or wss address; only this machine's own may do without")]
    Clear,
}

impl Address {
    /// The URL of a path with its query.
    pub(super) fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// The host as it stands in a `Host` field.
    pub(super) fn authority(&self) -> &str {
        let rest = self.text.split_once("://").map_or("", |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default()
    }

    /// The path that stands before every other, without the slash at its end.
    pub(super) fn path(&self) -> &str {
        let rest = self.text.split_once("://").map_or("", |(_, rest)| rest);
        rest.find('/').map_or("", |at| &rest[at..])
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let bare = text.strip_suffix('/').unwrap_or(text);
        let uri: Uri = bare.parse().map_err(|_| AddressError::Form)?;
        let tls = match uri.scheme_str() {
            Some("https" | "wss") => true,
            Some("http" | "ws") => false,
            _ => return Err(AddressError::Form),
        };
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let again = format!(
            "{}://{authority}{}",
            uri.scheme_str().unwrap_or_default(),
            uri.path().trim_end_matches('/')
        );
        if host.is_empty() || authority.contains('@') || again != bare {
            return Err(AddressError::Form);
        }
        if !tls && !is_here(&host) {
            return Err(AddressError::Clear);
        }
        let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
        Ok(Self { tls, host, port, text: bare.to_owned() })
    }
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_machine_is_encrypted() {
        for good in [
            "https://a.example",
            "wss://a.example:9443/x",
            "http://127.0.0.1:80",
            "ws://[::1]:1",
            "http://localhost",
        ] {
            assert_eq!(good.parse::<Address>().expect(good).to_string(), good);
        }
        for clear in ["http://a.example", "ws://192.0.2.1", "http://localhost.example"] {
            assert_eq!(clear.parse::<Address>(), Err(AddressError::Clear), "{clear}");
        }
        for no in [
            "",
            "a.example",
            "ftp://a",
            "https://",
            "https://u:p@a.example",
            "https://a/?q",
            "https://a b",
            "/x",
        ] {
            assert_eq!(no.parse::<Address>(), Err(AddressError::Form), "{no}");
        }
    }

    #[test]
    fn a_path_may_stand_before_every_other() {
        let address: Address = "https://[::1]:8443/mirror/".parse().expect("an address");
        assert_eq!((address.host.as_str(), address.port, address.authority()), ("::1", 8443, "[::1]:8443"));
        assert_eq!(
            (address.path(), address.join("/v1?q=1")),
            ("/mirror", "https://[::1]:8443/mirror/v1?q=1".to_owned())
        );
    }
}
