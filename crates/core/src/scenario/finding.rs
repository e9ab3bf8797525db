//! What an inspection found, and where it may look.

use super::sql_injection::statement::may_join;
use crate::refusal::{Code, Refusal, Rule};

/// Where a piece of text stood. It decides how strictly it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A path segment or a query parameter: closed grammars, nothing hostile belongs here.
    Closed,
    /// A header value: written by machines, with brackets and semicolons of its own.
    Header,
    /// A string that a person wrote.
    FreeText,
}

/// One hostile piece of input. It names its place, never the bytes: those are for the operator's explain alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// Which rule matched.
    pub rule: &'static str,
    /// Byte offset of the match in the decoded text.
    pub offset: usize,
    /// Length of the match in bytes.
    pub length: usize,
}

impl Finding {
    /// The refusal for it, with the field that held it.
    pub fn refusal(self, field: &str) -> Refusal {
        let place = format!("{field} at {}, {} bytes", self.offset, self.length);
        Refusal::field(
            self.code,
            field,
            self.code.word(),
            format!("{} (rule {})", self.code.title(), self.rule),
        )
        .by(Rule { name: self.rule.into(), place: Some(place), count: None })
    }
}

/// Looks for every family of hostile input in one decoded text.
pub fn inspect(text: &str, place: Place) -> Option<Finding> {
    use super::{
        cross_site_scripting::script,
        sql_injection::{control, sqli, statement, traversal},
    };
    if is_plain(text.as_bytes(), place) {
        return None;
    }
    control::find(text, place)
        .or_else(|| traversal::find(text, place))
        .or_else(|| script::find(text, place))
        .or_else(|| sqli::find(text, place))
        .or_else(|| statement::find(text, place))
}

/// True for text that no rule can match: letters, digits and harmless marks, no dot beside a dot, and no space
/// where words of SQL could stand apart. Most of what is sent ends here.
pub fn is_plain(text: &[u8], place: Place) -> bool {
    // Words and nothing between them that could mean anything: told by one look at each byte.
    if text.iter().all(|&byte| WORD[usize::from(byte)]) {
        return true;
    }
    let (mut previous, mut letter, mut apart) = (0_u8, 0_u8, false);
    let plain = text.iter().all(|&byte| {
        let dots = byte == b'.' && previous == b'.';
        // "data:" and "script:" begin addresses that are code.
        let code = byte == b':' && matches!(letter, b'a' | b'A' | b't' | b'T');
        let blank = matches!(byte, b' ' | b'*');
        previous = byte;
        letter = if blank { letter } else { byte };
        apart |= blank;
        let mark = place == Place::Header && (blank || matches!(byte, b',' | b'=' | b';'));
        !dots && !code && (PLAIN[usize::from(byte)] || mark)
    });
    plain && !(apart && may_join(text))
}

const PLAIN: [bool; 256] = letters_and(b"/_-.:@+~?&");
const WORD: [bool; 256] = letters_and(b"/_-");

const fn letters_and(marks: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut at = 0;
    while at < marks.len() {
        table[marks[at] as usize] = true;
        at += 1;
    }
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            table[byte as usize] = true;
        }
        byte += 1;
    }
    table
}

#[cfg(test)]
mod tests;
