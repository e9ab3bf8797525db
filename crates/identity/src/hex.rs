//! Hashes as the store keeps them: SHA-256 in lower hex.

use aspis_core::hex::encode;
use sha2::{Digest, Sha256};

/// SHA-256 of `bytes`, lower hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    encode(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_hash_of_nothing_is_the_known_one() {
        assert_eq!(super::sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
