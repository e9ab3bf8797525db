//! Where letters are handed in: the relay that a URL names.

use lettre::transport::smtp::{authentication::Credentials, client::TlsParameters};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// Why a URL names no relay. It never repeats any part of the URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RelayError {
    /// No URL of the two schemes with a host.
    #[error("must be smtp://HOST:PORT, smtp://HOST:PORT?tls=required or smtps://HOST:PORT")]
    Form,
    /// A name without a password, a password without a name, or one that is not UTF-8.
    #[error("needs both a name and a password, or neither; anything but letters and digits as %XX")]
    Credentials,
    /// A password that everybody on the way could read.
    #[error("would get its password in the clear: use smtps:// or ?tls=required")]
    InTheClear,
    /// TLS cannot be set up for this host name.
    #[error("has a name that no certificate can have")]
    Name,
}

/// When encryption begins.
#[derive(Clone)]
pub(super) enum Tls {
    /// Never.
    Never,
    /// After STARTTLS (RFC 3207), and nothing is sent before.
    Required(TlsParameters),
    /// From the first byte (RFC 8314).
    Wrapped(TlsParameters),
}

/// A relay, and how to sign in to it.
#[derive(Clone)]
pub(super) struct Relay {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Tls,
    pub(super) credentials: Option<Credentials>,
}

impl Relay {
    /// Reads `smtp://` and `smtps://` URLs.
    pub(super) fn parse(text: &str) -> Result<Self, RelayError> {
        let url = Url::parse(text).map_err(|_| RelayError::Form)?;
        // `url` leaves the hosts of schemes it does not know as they were written: to it, 127.0.0.1 is a name here.
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(RelayError::Form)?;
        let host = Host::parse(host).map_err(|_| RelayError::Form)?;
        let (tls, port) = tls(&url, &bare(&host))?;
        let credentials = credentials(&url)?;
        if credentials.is_some() && matches!(tls, Tls::Never) && !is_loopback(&host) {
            return Err(RelayError::InTheClear);
        }
        Ok(Self { host: bare(&host), port: url.port().unwrap_or(port), tls, credentials })
    }
}

/// When encryption begins, and the port where that is usual.
fn tls(url: &Url, host: &str) -> Result<(Tls, u16), RelayError> {
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err(RelayError::Form);
    }
    let parameters = || TlsParameters::new_rustls(host.to_owned()).map_err(|_| RelayError::Name);
    match (url.scheme(), url.query()) {
        ("smtp", None) => Ok((Tls::Never, 25)),
        ("smtp", Some("tls=required")) => Ok((Tls::Required(parameters()?), 587)),
        ("smtps", None) => Ok((Tls::Wrapped(parameters()?), 465)),
        _ => Err(RelayError::Form),
    }
}

/// The host as a resolver reads it: an IPv6 address without its brackets.
fn bare(host: &Host) -> String {
    match host {
        Host::Ipv6(address) => address.to_string(),
        other => other.to_string(),
    }
}

fn is_loopback(host: &Host) -> bool {
    match host {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, RelayError> {
    let decoded = |text: &str| {
        percent_decode_str(text).decode_utf8().map(String::from).map_err(|_| RelayError::Credentials)
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None) => Err(RelayError::Credentials),
        (name, Some(password)) => Ok(Some(Credentials::new(decoded(name)?, decoded(password)?))),
    }
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Relay").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_have_their_ports() {
        for (url, host, port) in [
            ("smtp://mail.example.org", "mail.example.org", 25),
            ("smtp://127.0.0.1:2525/", "127.0.0.1", 2525),
            ("smtp://ada:pw@mail.example.org?tls=required", "mail.example.org", 587),
            ("smtps://ada%40example.org:p%3Aw@mail.example.org", "mail.example.org", 465),
            ("smtp://ada:pw@[::1]:25", "::1", 25),
        ] {
            let relay = Relay::parse(url).unwrap();
            assert_eq!((relay.host.as_str(), relay.port), (host, port), "{url}");
        }
        let relay = Relay::parse("smtps://ada%40example.org:p%3Aw%20@mail.example.org").unwrap();
        let decoded = Credentials::new("ada@example.org".to_owned(), "p:w ".to_owned());
        assert!(relay.credentials == Some(decoded));
    }

    #[test]
    fn what_is_wrong_is_named_without_the_password() {
        for (url, error) in [
            ("mail.example.org:25", RelayError::Form),
            ("http://mail.example.org", RelayError::Form),
            ("smtp://", RelayError::Form),
            ("smtp://mail.example.org/name", RelayError::Form),
            ("smtp://mail.example.org?tls=opportunistic", RelayError::Form),
            ("smtps://mail.example.org?tls=none", RelayError::Form),
            ("smtp://hunter2@mail.example.org?tls=required", RelayError::Credentials),
            ("smtps://:hunter2@mail.example.org", RelayError::Credentials),
            ("smtps://ada:hunter2%ff@mail.example.org", RelayError::Credentials),
            ("smtp://ada:hunter2@mail.example.org", RelayError::InTheClear),
            ("smtp://ada:hunter2@10.0.0.1", RelayError::InTheClear),
        ] {
            let found = Relay::parse(url).unwrap_err();
            assert_eq!(found, error, "{url}");
            assert!(!format!("{found} {found:?}").contains("hunter2"));
        }
        let shown = format!("{:?}", Relay::parse("smtps://ada:hunter2@mail.example.org").unwrap());
        assert!(!shown.contains("hunter2") && !shown.contains("ada"), "{shown}");
    }
}
