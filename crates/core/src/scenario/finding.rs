//! Hostile input: what an inspection found, where it may look, and the inspection itself.
//!
//! One text goes in, as it was sent. It is looked at as it stands and with each layer of disguise undone, a fixed number
//! of times; every look is one walk. Nothing is changed and nothing is kept. Deliberately not here: which texts a request
//! has, and what becomes of a finding.

pub(crate) mod marks;
pub(crate) mod signal;
pub(crate) mod skip;

mod layers;
mod names;
mod quotes;
mod rules;
mod score;
mod sieve;
mod views;
mod windows;

pub use names::rule_names;

use super::sql_injection::{control, traversal};
use crate::refusal::{Code, Masked, Refusal, Rule};

/// Where a piece of text stood. It decides how strictly it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A path segment or a query parameter: closed grammars, nothing hostile belongs here.
    Closed,
    /// A header value: written by machines, with brackets and semicolons of its own.
    Header,
    /// A cookie's value: a word, or what a page of ours or of a neighbour put there.
    Cookie,
    /// A string that a person wrote. Signs are weighed: it may talk about code, and hold some.
    FreeText,
    /// The name of a member or form field: a word, seldom more.
    Key,
    /// A text that may hold markup, and is cleaned where it is shown: elements that only show something are no sign.
    Markup,
}

/// One hostile piece of input. It names its place, never the bytes: those are for the operator's explain alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// Which rule matched: of several the one that says most.
    pub rule: &'static str,
    /// Byte offset of the match in the text as it was given to [`inspect`].
    pub offset: usize,
    /// Length of the match in bytes.
    pub length: usize,
}

impl Finding {
    /// The refusal for it, with the field that held it and the text that was looked at: the operator sees a mask of what
    /// matched, the caller only where.
    pub fn refusal(self, field: &str, text: &[u8]) -> Refusal {
        let place = format!("{field} at {}, {} bytes", self.offset, self.length);
        Refusal::field(
            self.code,
            field,
            self.code.word(),
            format!("{} (rule {})", self.code.title(), self.rule),
        )
        .by(Rule { place: Some(place), seen: Some(self.masked(text)), ..Rule::named(self.rule) })
    }

    fn masked(self, text: &[u8]) -> Masked {
        let end = self.offset.saturating_add(self.length).min(text.len());
        Masked::of(text.get(self.offset..end).unwrap_or_default())
    }
}

/// Looks for every family of hostile input in one text.
pub fn inspect(text: &str, place: Place) -> Option<Finding> {
    inspect_bytes(text.as_bytes(), place)
}

/// The same of bytes that need not be UTF-8: as a header or a decoded path may hold them.
pub fn inspect_bytes(text: &[u8], place: Place) -> Option<Finding> {
    let awake = sieve::awake(text);
    if awake.rules.is_empty() && !is_odd(text, place) {
        return None;
    }
    views::search(text, &awake, place)
}

/// True for text that no rule can match: no quote, escape or control byte, no two dots side by side where paths stand, and
/// none of the marks without which no rule says anything. Most of what is sent ends here.
pub fn is_plain(text: &[u8], place: Place) -> bool {
    !is_odd(text, place) && !sieve::has_mark(text)
}

/// True for text that says something without a mark, or may when it is read otherwise.
fn is_odd(text: &[u8], place: Place) -> bool {
    if place != Place::Closed && skip::first(text, is_unusual).is_none() {
        return false;
    }
    let wrong = if place == Place::Closed { DISGUISE | MARK } else { DISGUISE };
    let seen = text.iter().fold(0_u8, |seen, byte| seen | KINDS[usize::from(*byte)]);
    let lines = seen & LINE != 0;
    let dots = place == Place::Closed && seen & DOT != 0;
    seen & wrong != 0
        || lines && control::find_in(text, place).is_some()
        || dots && traversal::climbs(text).is_some()
}

/// True for what prose seldom has, and where nothing hostile is expected all that counts.
#[expect(clippy::needless_bitwise_bool, reason = "without a branch, many bytes are looked at together")]
const fn is_unusual(byte: u8) -> bool {
    (byte < 0x20) | (byte >= 0x7f) | (byte == b'%') | (byte == b'&') | (byte == b'\\')
}

/// What a byte may be a part of.
const DISGUISE: u8 = 1;
const MARK: u8 = 2;
const LINE: u8 = 4;
const DOT: u8 = 8;

const KINDS: [u8; 256] = kinds();

const fn kinds() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            b'\t' | b'\n' | b'\r' => LINE,
            0..0x20 | 0x7f.. | b'%' | b'&' | b'\\' => DISGUISE,
            b'\'' | b'"' | b'`' | b'<' | b'>' | b';' | b'(' | b'|' | b'$' | b'{' | b'#' | b'=' | b'*' => MARK,
            b'.' => DOT,
            _ => 0,
        };
        if byte == u8::MAX {
            return table;
        }
        byte += 1;
    }
}

#[cfg(test)]
mod tests;
