//! Quotes that stand where one would end a literal of ours: the places where an attack breaks out.
//!
//! Who writes prose or code closes the quotes that they open, so there every second quote ends something. An attack ends
//! what it did not open: its quote is the first, third, fifth of its kind in the line. Apostrophes inside a word are
//! looked at, but not counted. Backticks are not looked at: people put code between them.

use std::{cell::OnceCell, ops::Range};

use regex_automata::{Anchored, Input};

use super::signal::machine::Machine;

/// How far behind a quote an attack shows itself, in bytes.
pub(super) const REACH: usize = 160;

/// The quotes of one text that may end a literal, counted when they are first asked for.
pub(super) struct Quotes<'a> {
    text: &'a [u8],
    ends: OnceCell<Vec<usize>>,
}

impl<'a> Quotes<'a> {
    pub(super) const fn of(text: &'a [u8]) -> Self {
        Self { text, ends: OnceCell::new() }
    }

    /// False where nothing can stand behind a quote.
    pub(super) fn any(&self) -> bool {
        memchr::memchr2(b'\'', b'"', self.text).is_some()
    }

    /// Finds the first quote in this part that may end a literal and is followed by what the pattern (anchored) says.
    pub(super) fn find_behind(&self, pattern: &Machine, part: Range<usize>) -> Option<(usize, usize)> {
        let ends = self.ends.get_or_init(|| ends(self.text));
        let first = ends.partition_point(|at| *at < part.start);
        ends[first..].iter().take_while(|at| **at < part.end).find_map(|at| {
            let rest = &self.text[at + 1..self.text.len().min(at + 1 + REACH)];
            let found = pattern.find(&Input::new(rest).anchored(Anchored::Yes))?;
            Some((*at, 1 + found.end()))
        })
    }
}

/// The quotes that end what nothing in their line opened.
fn ends(text: &[u8]) -> Vec<usize> {
    let mut open = [false; 2];
    let mut ends = Vec::new();
    for at in memchr::memchr3_iter(b'\'', b'"', b'\n', text) {
        let kind = match text[at] {
            b'\n' => {
                open = [false; 2];
                continue;
            }
            byte => usize::from(byte == b'"'),
        };
        if !open[kind] {
            ends.push(at);
        }
        open[kind] ^= !(kind == 0 && within_word(text, at));
    }
    ends
}

fn within_word(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    let letter = |byte: &u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    before.is_some_and(|byte| byte.is_ascii_digit() || letter(byte)) && text.get(at + 1).is_some_and(letter)
}

/// True where a quote stands that is no apostrophe inside a word: in a closed place nothing else is.
pub(super) fn loose(text: &[u8]) -> Option<usize> {
    memchr::memchr3_iter(b'\'', b'"', b'`', text).find(|at| text[*at] != b'\'' || !within_word(text, *at))
}

#[cfg(test)]
mod tests {
    use super::{super::signal::pattern::compile, *};

    #[test]
    fn only_a_quote_that_nothing_opened_counts() {
        let pattern = compile(r"\A \s* or \s+ \w+ \s* =").expect("a pattern");
        let behind = |text: &str| {
            let found = Quotes::of(text.as_bytes()).find_behind(&pattern, 0..text.len());
            found.map(|(at, _)| at)
        };
        assert_eq!(behind("x' or 1=1"), Some(1));
        assert_eq!(behind("don't, x' or 1=1"), Some(8));
        assert_eq!(behind("x'or 1=1"), Some(1));
        assert_eq!(behind("a == 'x' or b == 'y'"), None);
        assert_eq!(behind("the players'\nx 'a' or b = c"), None);
        assert_eq!(loose(b"O'Brien"), None);
        assert_eq!(loose(b"O'Brien'"), Some(7));
    }
}
