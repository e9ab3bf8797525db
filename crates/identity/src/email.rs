//! E-mail addresses: one canonical form, so that case never splits an account or a counter.
//!
//! The everyday part of RFC 5321: an unquoted local part and a domain name, in ASCII. Quoted local parts, address
//! literals and comments are refused: no mailbox that a person uses needs them, and each has hidden an attack.

use std::fmt;

/// A well-formed address in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// The text is no address that mail can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an e-mail address such as \"ada@example.org\", at most 254 characters")]
pub struct EmailError;

impl Email {
    /// Reads an address and puts it into its canonical form.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError)?;
        let well_formed = text.len() <= 254 && local.len() <= 64 && is_local(local) && is_domain(domain);
        well_formed.then(|| Self(text.to_ascii_lowercase())).ok_or(EmailError)
    }

    /// The canonical address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_local(text: &str) -> bool {
    let atom = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    text.split('.').all(|part| !part.is_empty() && part.bytes().all(atom))
}

fn is_domain(text: &str) -> bool {
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_folded_and_the_rest_kept() {
        assert_eq!(
            Email::parse("Ada.Lovelace+x@Example.ORG").map(|e| e.to_string()),
            Ok("ada.lovelace+x@example.org".to_owned())
        );
        assert!(Email::parse("o'brien@example.co.uk").is_ok());
    }

    #[test]
    fn what_hides_an_attack_is_no_address() {
        for text in [
            "",
            "@",
            "a@",
            "@b.c",
            "a@b",
            "a b@c.de",
            "a@b@c.de",
            "a..b@c.de",
            ".a@c.de",
            "a@-c.de",
            "a@c..de",
            "a@[127.0.0.1]",
            "\"a b\"@c.de",
            "a@c.de\r\nBcc: x@y.z",
            "a\0@c.de",
            "ä@c.de",
            "a@ç.de",
            "<a@c.de>",
        ] {
            assert_eq!(Email::parse(text), Err(EmailError), "{text:?}");
        }
        assert_eq!(Email::parse(&format!("{}@c.de", "a".repeat(65))), Err(EmailError));
        assert_eq!(Email::parse(&format!("a@{}.de", "b".repeat(300))), Err(EmailError));
    }
}
