//! Null and control bytes (CWE-158, CWE-150): they cut strings short and forge lines in logs.

use crate::{
    refusal::Code,
    scenario::finding::{Finding, Place, skip},
};

/// The rule's name.
pub(crate) const NAME: &str = "control.byte";

/// Finds the first control character. What people write may hold tab and line ends.
pub fn find(text: &str, place: Place) -> Option<Finding> {
    find_in(text.as_bytes(), place)
}

/// The same of bytes that need not be UTF-8.
pub(crate) fn find_in(text: &[u8], place: Place) -> Option<Finding> {
    let free = matches!(place, Place::FreeText | Place::Markup);
    let tab = free || place == Place::Header;
    let allowed = |byte: u8| byte == b'\t' && tab || matches!(byte, b'\n' | b'\r') && free;
    let mut from = 0;
    while let Some(at) = first(&text[from..], free) {
        let offset = from + at;
        let byte = text[offset];
        // The second row of controls (U+0080 to U+009F) is two bytes.
        let wide = byte == WIDE && text.get(offset + 1).is_some_and(|next| (0x80..0xa0).contains(next));
        if wide || byte.is_ascii_control() && !allowed(byte) {
            let length = 1 + usize::from(wide);
            return Some(Finding { code: Code::ControlBytes, rule: NAME, offset, length });
        }
        from = offset + 1;
    }
    None
}

/// The first of the two bytes that the second row of controls is.
const WIDE: u8 = 0xc2;

/// The first byte that may be one; of those that a text of lines holds, none.
#[expect(clippy::needless_bitwise_bool, reason = "without a branch, many bytes are looked at together")]
fn first(text: &[u8], lines: bool) -> Option<usize> {
    skip::first(text, |byte| {
        let line = lines & ((byte == b'\t') | (byte == b'\n') | (byte == b'\r'));
        ((byte < 0x20) & !line) | (byte == 0x7f) | (byte == WIDE)
    })
}
