//! The name of a held prediction's review: made of what is held, with a key.

use aspis_core::{ids::ReviewId, secret::Secret};
use sha2::{Digest, Sha256};

/// A UUID of version 8 (RFC 9562, 5.8): 122 bits of SHA-256 with the key on both sides of length-framed parts.
pub(super) fn of(key: &Secret, parts: &[&str]) -> ReviewId {
    let mut hash = Sha256::new();
    let framed = parts.iter().map(|part| part.as_bytes());
    for part in std::iter::once(key.expose()).chain(framed).chain([key.expose()]) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    ReviewId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_things_have_one_name_and_others_another() {
        let key = Secret::new(*b"key");
        let name = of(&key, &["BTC", "7", "bar"]);
        assert_eq!(name, of(&key, &["BTC", "7", "bar"]));
        assert_eq!(name.0.get_version_num(), 8);
        assert_eq!(ReviewId::parse(&name.to_string()), Some(name));
        for parts in [["BTC", "7b", "ar"], ["BTC7", "", "bar"], ["BTC", "8", "bar"]] {
            assert_ne!(name, of(&key, &parts));
        }
        assert_ne!(name, of(&Secret::new(*b"other"), &["BTC", "7", "bar"]));
    }
}
