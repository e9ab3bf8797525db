//! Percent-decoding as the doors do it: once, of whole texts, and never failing.
//!
//! It reads escapes exactly as the handlers do, or a door would judge another text than the one that is used.

use std::borrow::Cow;

/// Decodes a text: what is no escape stays, what is no UTF-8 becomes the replacement character.
pub fn decode(text: &str) -> Cow<'_, str> {
    match bytes(text) {
        Cow::Borrowed(_) => Cow::Borrowed(text),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// The same as the bytes that the escapes mean, UTF-8 or not.
pub(crate) fn bytes(text: &str) -> Cow<'_, [u8]> {
    if !text.contains('%') {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escape = if *first == b'%' { escaped(tail) } else { None };
        bytes.push(escape.unwrap_or(*first));
        rest = if escape.is_some() { &tail[2..] } else { tail };
    }
    Cow::Owned(bytes)
}

/// The byte that the two digits behind a `%` mean.
pub(crate) fn escaped(digits: &[u8]) -> Option<u8> {
    let [high, low, ..] = digits else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_and_the_rest_is_kept() {
        assert_eq!(decode("a%20b%"), "a b%");
        assert_eq!(decode("%zz%4"), "%zz%4");
        assert_eq!(decode("%ff"), "\u{fffd}");
        assert_eq!(decode("%2B%2f"), "+/");
    }

    #[test]
    fn a_sign_is_no_digit() {
        for text in ["%+5", "%-0", "% 5", "%+", "%%41"] {
            let expected = if text == "%%41" { "%A" } else { text };
            assert_eq!(decode(text), expected, "{text}");
        }
    }
}
