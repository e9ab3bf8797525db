//! TLS of its own: a certificate from files, or one that is fetched.

use serde::{Deserialize, Serialize};

use crate::settings::value::{Domains, File, HttpsUrl, Mailboxes, MaybeAddress};

/// `[tls]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate with its chain.
    pub certificate: File,
    /// Its private key.
    pub key: File,
    /// Where plain http is answered by the way to https.
    pub redirect_listen: MaybeAddress,
}

/// `[acme]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acme {
    /// The names that a certificate is fetched for.
    pub domains: Domains,
    /// Whom the authority writes to.
    pub contact: Mailboxes,
    /// Where the authority is.
    pub directory: HttpsUrl,
    /// A certificate that proves who it is, beside those that are shipped.
    pub root: File,
}

impl super::Settings {
    /// True where the server speaks TLS itself.
    pub fn speaks_tls(&self) -> bool {
        self.tls.certificate.get().is_some() || !self.acme.domains.as_slice().is_empty()
    }

    /// The scheme that the main listener is called by.
    pub fn scheme(&self) -> &'static str {
        if self.speaks_tls() { "https" } else { "http" }
    }
}
