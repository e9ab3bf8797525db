//! What a rule matched, as an operator may see it: its shape without what it says.

use std::fmt;

use serde::Serialize;

/// The most characters that are shown.
const MOST: usize = 40;

/// Bytes of a request with every letter as `a`, every digit as `0`, and the marks of ASCII as they are: enough to see
/// why a rule matched, and no word, name or secret fits. It is one line, with nothing in it that moves a cursor.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Masked(String);

impl Masked {
    /// Masks the bytes.
    pub fn of(bytes: &[u8]) -> Self {
        // No character is longer than four bytes.
        let few = &bytes[..bytes.len().min(4 * MOST)];
        Self(String::from_utf8_lossy(few).chars().take(MOST).map(masked).collect())
    }

    /// What may be shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn masked(character: char) -> char {
    match character {
        c if c.is_alphabetic() => 'a',
        c if c.is_numeric() => '0',
        c if c == ' ' || c.is_ascii_graphic() => c,
        _ => '.',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_stays_and_the_words_go() {
        let masked = |text: &str| Masked::of(text.as_bytes()).0;
        assert_eq!(masked("' OR 1=1--"), "' aa 0=0--");
        assert_eq!(masked("<script>"), "<aaaaaa>");
        assert_eq!(masked("Ωμέγα 日本 ٣"), "aaaaa aa 0");
        assert_eq!(masked("a\n\u{1b}[31m\u{202e}b\0"), "a..[00a.a.");
        assert_eq!(Masked::of(b"\xff'").0, ".'");
        assert_eq!(masked(&"x".repeat(1000)).len(), MOST);
        assert_eq!(masked(""), "");
    }
}
