//! Where a receiver is: the operator's word, so any host is allowed. The whole of it is a secret, because whoever knows
//! the address of a hook may post there.

use std::{fmt, net::IpAddr};

use aspis_core::secret::SecretText;
use url::{Host, Url};

/// An address of http or https.
#[derive(Clone)]
pub struct Target {
    pub(super) tls: bool,
    pub(super) host: String,
    pub(super) port: u16,
    authority: SecretText,
    path: SecretText,
}

/// Why a text is no such address. It repeats nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// No http or https URL with a host.
    #[error("is not an http or https address")]
    Form,
    /// A name or a password before the host.
    #[error("has a name or a password before its host; write a header field instead")]
    Credentials,
}

impl Target {
    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let visible = |c: char| c.is_ascii_graphic();
        let url = Some(text).filter(|text| text.chars().all(visible)).and_then(|text| Url::parse(text).ok());
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https")).ok_or(TargetError::Form)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::Credentials);
        }
        let host = url.host().ok_or(TargetError::Form)?;
        let port = url.port_or_known_default().ok_or(TargetError::Form)?;
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        Ok(Self {
            tls: url.scheme() == "https",
            authority: SecretText::new(url.port().map_or(host.to_string(), |port| format!("{host}:{port}"))),
            host: bare(&host),
            port,
            path: SecretText::new(format!("{}{query}", url.path())),
        })
    }

    /// The path with its query.
    pub(crate) fn path(&self) -> &str {
        self.path.expose()
    }

    /// True where what is sent there leaves this machine in the clear.
    pub(crate) fn is_read_on_the_way(&self) -> bool {
        let loopback = self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        !self.tls && !loopback && self.host != "localhost"
    }

    /// The host as it stands in a `Host` field.
    pub(super) fn authority(&self) -> &str {
        self.authority.expose()
    }
}

/// The host as a resolver reads it: an IPv6 address without its brackets.
fn bare(host: &Host<&str>) -> String {
    match host {
        Host::Ipv6(address) => address.to_string(),
        other => other.to_string(),
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Target(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        for (text, tls, host, port, authority, path) in [
            ("https://hooks.example/a/b?c=d", true, "hooks.example", 443, "hooks.example", "/a/b?c=d"),
            ("http://127.0.0.1:8080", false, "127.0.0.1", 8080, "127.0.0.1:8080", "/"),
            ("http://[::1]:90/x#never-sent", false, "::1", 90, "[::1]:90", "/x"),
            (
                "https://sms.example/?to=%2B49&text=a%20b",
                true,
                "sms.example",
                443,
                "sms.example",
                "/?to=%2B49&text=a%20b",
            ),
        ] {
            let target = Target::parse(text).unwrap();
            assert_eq!((target.tls, target.host.as_str(), target.port), (tls, host, port), "{text}");
            assert_eq!((target.authority(), target.path()), (authority, path), "{text}");
            assert_eq!(format!("{target:?}"), "Target(***)");
        }
    }

    #[test]
    fn what_is_no_address_is_not_repeated() {
        for text in [
            "",
            "hunter2",
            "ftp://hunter2.example",
            "https://",
            "javascript:hunter2()",
            "https://a b/hunter2",
            "https://hunter2.example/\r\nX: y",
        ] {
            let error = Target::parse(text).unwrap_err();
            assert_eq!(error, TargetError::Form, "{text}");
        }
        let error = Target::parse("https://user:hunter2@hooks.example").unwrap_err();
        assert!(error == TargetError::Credentials && !error.to_string().contains("hunter2"));
    }
}
