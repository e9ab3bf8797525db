//! JSON that is safe to look at: nothing in it moves a cursor, ends a line or turns the direction of reading.
//!
//! JSON itself escapes only the controls below U+0020. A terminal also obeys those up to U+009F, and a reader is misled by
//! the marks that turn text round (CVE-2021-42574) and by line ends of other alphabets.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// Writes a value as one line of JSON, without the line's end.
pub(super) fn write(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Plain)).map_err(io::Error::from)
}

struct Plain;

impl Formatter for Plain {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut from = 0;
        for (at, letter) in fragment.char_indices().filter(|(_, letter)| misleads(*letter)) {
            out.write_all(&fragment.as_bytes()[from..at])?;
            for unit in letter.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            from = at + letter.len_utf8();
        }
        out.write_all(&fragment.as_bytes()[from..])
    }
}

/// Characters that are not seen, and change how others are.
fn misleads(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_misleads_is_escaped_and_means_the_same() {
        let text =
            "a\u{1b}[31m\r\n\u{7f}\u{85}\u{9b}31m\u{202e}txt.exe\u{2066}\u{2028}\u{feff}\u{e0041} naïve 日本";
        let mut line = Vec::new();
        write(&mut line, &text).expect("written");
        let line = String::from_utf8(line).expect("UTF-8");
        assert!(!line.chars().any(misleads), "{line:?}");
        assert!(line.contains("naïve 日本") && line.contains("\\udb40\\udc41"), "{line}");
        assert_eq!(serde_json::from_str::<String>(&line).expect("JSON"), text);
    }
}
