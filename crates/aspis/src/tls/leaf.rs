//! What a certificate says of itself: from when to when it is good, and for which names.
//!
//! Deliberately not here: whether anybody trusts who signed it; that is for clients to say.

use std::{fmt, net::IpAddr};

use aspis_core::clock::Timestamp;
use rustls::pki_types::CertificateDer;
use x509_parser::{
    extensions::GeneralName,
    prelude::{FromDer, X509Certificate},
};

/// A certificate, as far as it is judged here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    /// The names and addresses it is for.
    pub(super) names: Vec<String>,
}

/// What is wrong with a certificate that fits its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It ended then.
    Ended(Timestamp),
    /// It is good only from then on.
    Early(Timestamp),
    /// It is for others than it is shown for.
    Others {
        /// What clients call.
        wanted: Vec<String>,
        /// What it is for.
        names: Vec<String>,
    },
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended(end) => write!(f, "the certificate ended at {end}"),
            Self::Early(start) => write!(f, "the certificate is good only from {start} on"),
            Self::Others { wanted, names } if names.is_empty() => {
                write!(f, "the certificate is not for {}: it is for no name", wanted.join(", "))
            }
            Self::Others { wanted, names } => {
                write!(f, "the certificate is not for {}: it is for {}", wanted.join(", "), names.join(", "))
            }
        }
    }
}

impl Flaw {
    /// What mends it.
    pub(crate) const fn mend(&self) -> &'static str {
        match self {
            Self::Ended(_) => "renew it: the server takes up the new file by itself",
            Self::Early(_) => "set the clock right, or use the certificate that is good now until then",
            Self::Others { .. } => {
                "have it issued for these names, too, or write what clients call into server.public_url and acme.domains"
            }
        }
    }
}

/// Names that are told, at most.
const TOLD: usize = 10;

impl Leaf {
    pub(super) fn of(certificate: &CertificateDer<'_>) -> Option<Self> {
        let (_, read) = X509Certificate::from_der(certificate).ok()?;
        let validity = read.validity();
        let names = read.subject_alternative_name().ok().flatten();
        let names = names.iter().flat_map(|names| &names.value.general_names);
        Some(Self {
            start: Timestamp::from_seconds(validity.not_before.timestamp()),
            end: Timestamp::from_seconds(validity.not_after.timestamp()),
            names: names.filter_map(name).collect(),
        })
    }

    /// What is wrong with it now, where these names are called.
    pub(super) fn flaws(&self, called: &[String], now: Timestamp) -> Vec<Flaw> {
        let ended = (self.end <= now).then_some(Flaw::Ended(self.end));
        let early = (self.start > now).then_some(Flaw::Early(self.start));
        let wanted: Vec<String> = called.iter().filter(|host| !self.is_for(host)).cloned().collect();
        let names = self.names.iter().take(TOLD).cloned().collect();
        let others = (!wanted.is_empty()).then_some(Flaw::Others { wanted, names });
        ended.into_iter().chain(early).chain(others).collect()
    }

    fn is_for(&self, host: &str) -> bool {
        self.names.iter().any(|name| covers(name, host))
    }
}

/// A star stands for one whole label, the first (RFC 6125, section 6.4.3).
fn covers(name: &str, host: &str) -> bool {
    let same = name.eq_ignore_ascii_case(host);
    let under = || {
        let (label, rest) = host.split_once('.')?;
        let domain = name.strip_prefix("*.")?;
        Some(!label.is_empty() && host.parse::<IpAddr>().is_err() && domain.eq_ignore_ascii_case(rest))
    };
    same || under().unwrap_or(false)
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            let four = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            let address = four.or_else(|_| <[u8; 16]>::try_from(*bytes).map(IpAddr::from));
            address.ok().map(|address| address.to_string())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i64) -> Timestamp {
        Timestamp::from_seconds(day * 86_400)
    }

    fn leaf(names: &[&str]) -> Leaf {
        let params = rcgen::CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>());
        let mut params = params.expect("names");
        params.not_before = rcgen::date_time_ymd(1970, 1, 11);
        params.not_after = rcgen::date_time_ymd(1970, 1, 31);
        let key = rcgen::KeyPair::generate().expect("a key");
        Leaf::of(params.self_signed(&key).expect("signed").der()).expect("read")
    }

    fn flaws(leaf: &Leaf, called: &[&str], at: i64) -> Vec<Flaw> {
        leaf.flaws(&called.iter().map(ToString::to_string).collect::<Vec<_>>(), day(at))
    }

    #[test]
    fn it_is_good_in_its_time_alone() {
        let leaf = leaf(&["api.example.com"]);
        assert_eq!((leaf.start, leaf.end), (day(10), day(30)));
        assert_eq!(flaws(&leaf, &["api.example.com"], 9), [Flaw::Early(day(10))]);
        assert_eq!(flaws(&leaf, &["api.example.com"], 10), []);
        assert_eq!(flaws(&leaf, &["api.example.com"], 30), [Flaw::Ended(day(30))]);
    }

    #[test]
    fn it_is_for_its_names_alone() {
        let leaf = leaf(&["Example.com", "*.example.com", "192.0.2.1", "2001:db8::1"]);
        for called in ["example.com", "API.example.com", "192.0.2.1", "2001:db8::1"] {
            assert_eq!(flaws(&leaf, &[called], 20), [], "{called}");
        }
        for called in ["a.b.example.com", "example.org", "192.0.2.2", ".example.com", "xexample.com"] {
            assert_eq!(flaws(&leaf, &["example.com", called], 20).len(), 1, "{called}");
        }
        let said = flaws(&leaf, &["example.org"], 20)[0].to_string();
        assert!(
            said.starts_with("the certificate is not for example.org: it is for Example.com, *.example.com")
        );
        assert_eq!(flaws(&leaf, &[], 20), [], "nobody said what is called");
    }
}
