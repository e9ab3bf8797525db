//! The signature of GitHub: ECDSA over P-256 and SHA-256 of the bytes of the body, in DER, by one of its public keys.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;

/// What a public key on P-256 begins with (RFC 5480), before the 65 bytes of its point.
const BEFORE_POINT: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
/// Bytes of an uncompressed point.
const POINT: usize = 65;
/// Keys that are read, at most.
const KEYS: usize = 100;

/// The public keys that reports are signed by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublicKeys(Vec<(String, [u8; POINT])>);

/// Why keys cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// It is not the document that GitHub serves.
    #[error("it is not JSON with `public_keys`, each with a `key_identifier` and a `key`")]
    Form,
    /// A key is none on P-256.
    #[error("a key is no public key on P-256 in PEM")]
    Key,
}

#[derive(Deserialize)]
struct Document {
    public_keys: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    key_identifier: String,
    key: String,
}

impl PublicKeys {
    /// Reads what `https://api.github.com/meta/public_keys/secret_scanning` answers.
    pub fn read(document: &[u8]) -> Result<Self, KeysError> {
        let all: Option<Vec<_>> = entries(document)?.into_iter().map(named).collect();
        all.map(Self).ok_or(KeysError::Key)
    }

    /// The same, but for keys of other kinds, which are left out: a list that somebody else keeps may come to hold some.
    pub fn read_known(document: &[u8]) -> Result<Self, KeysError> {
        let known: Vec<_> = entries(document)?.into_iter().filter_map(named).collect();
        if known.is_empty() { Err(KeysError::Key) } else { Ok(Self(known)) }
    }

    /// True where there is a key of this identifier.
    pub fn knows(&self, identifier: &str) -> bool {
        self.0.iter().any(|(known, _)| known == identifier)
    }

    /// True where the key of this identifier has signed these bytes. The signature comes in base64.
    pub fn have_signed(&self, identifier: &str, signature: &str, body: &[u8]) -> bool {
        let Ok(signature) = STANDARD.decode(signature) else { return false };
        let mut named = self.0.iter().filter(|(known, _)| known == identifier);
        named.any(|(_, point)| {
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(body, &signature).is_ok()
        })
    }
}

fn entries(document: &[u8]) -> Result<Vec<Entry>, KeysError> {
    let Document { public_keys } = serde_json::from_slice(document).map_err(|_| KeysError::Form)?;
    if (1..=KEYS).contains(&public_keys.len()) { Ok(public_keys) } else { Err(KeysError::Form) }
}

fn named(entry: Entry) -> Option<(String, [u8; POINT])> {
    Some((entry.key_identifier, point(&entry.key)?))
}

/// The point of a key in PEM, or in the base64 alone.
fn point(pem: &str) -> Option<[u8; POINT]> {
    let lines = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
    let der = STANDARD.decode(lines.collect::<String>()).ok()?;
    let point = der.strip_prefix(&BEFORE_POINT)?;
    // 4: both coordinates follow.
    point.try_into().ok().filter(|point: &[u8; POINT]| point[0] == 4)
}
