//! The name of a held prediction's review: made of what is held, with a key.

use aspis_core::{ids::ReviewId, secret::Secret};

use crate::sum;

/// A UUID of version 8 (RFC 9562, 5.8): 122 bits of it are chosen by the parts.
pub(super) fn of(key: &Secret, parts: &[&str]) -> ReviewId {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&sum::keyed(key, parts)[..16]);
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
