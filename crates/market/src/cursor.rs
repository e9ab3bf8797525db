//! Keyset cursors: opaque to callers, bound to what they page through, and signed so that none can be made up.

use aspis_core::{hex, secret::Secret};

use crate::sum;

/// Makes and reads cursors.
#[derive(Debug)]
pub struct Cursors {
    key: Secret,
}

/// Hex characters of the seal: 128 bits.
const SEAL: usize = 32;

impl Cursors {
    /// With the key that all nodes share.
    pub fn new(key: Secret) -> Self {
        Self { key }
    }

    /// A cursor that stands at `position` in `scope`.
    pub fn write(&self, scope: &str, position: &str) -> String {
        format!("{position}.{}", self.seal(scope, position))
    }

    /// The position of a cursor that was made for this scope.
    pub fn read<'a>(&self, scope: &str, cursor: &'a str) -> Option<&'a str> {
        let (position, seal) = cursor.rsplit_once('.').filter(|_| cursor.len() <= 160)?;
        (Secret::new(seal) == Secret::new(self.seal(scope, position))).then_some(position)
    }

    fn seal(&self, scope: &str, position: &str) -> String {
        let mut hex = hex::encode(&sum::keyed(&self.key, &[scope, position]));
        hex.truncate(SEAL);
        hex
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_good_only_where_it_was_made() {
        let cursors = Cursors::new(Secret::new(*b"key"));
        let cursor = cursors.write("history/BTC/1d", "123");
        assert_eq!(cursors.read("history/BTC/1d", &cursor), Some("123"));
        assert_eq!(cursors.read("history/ETH/1d", &cursor), None);
        assert_eq!(cursors.read("history/BTC/1d", &cursor.replace("123", "124")), None);
        // Another program's HMAC of the same framed parts.
        assert_eq!(cursor, "123.b61857eb421d29d2e1524f2c3127c226");
        assert_eq!(Cursors::new(Secret::new(*b"other")).read("history/BTC/1d", &cursor), None);
        for text in ["", ".", "123", "123.", &"9".repeat(1000)] {
            assert_eq!(cursors.read("history/BTC/1d", text), None, "{text}");
        }
    }
}
