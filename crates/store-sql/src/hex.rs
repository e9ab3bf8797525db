//! Bytes as lower-case hex: the one form of bytes that every database stores alike.

use std::fmt::Write;

/// Bytes as text.
pub(crate) fn write(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // a String takes everything
        text
    })
}

/// Text as bytes, if [`write()`] could have written it.
pub(crate) fn read(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    if rest.is_empty() { bytes.collect() } else { None }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_byte_comes_back_and_nothing_else_is_read() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(super::read(&super::write(&all)), Some(all));
        for wrong in ["0", "0g", "AB", "é"] {
            assert_eq!(super::read(wrong), None, "{wrong}");
        }
    }
}
