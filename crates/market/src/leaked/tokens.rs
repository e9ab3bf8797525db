//! JSON as tokens: marks, strings and everything else, of whatever size.
//!
//! What a number is worth is not asked here: one that fits into nothing is text like any other. Deliberately not
//! here: the order of tokens.

use std::io::{self, BufRead};

use super::first;

/// Bytes of a string or a number that are kept; nothing of ours is longer.
const LONGEST: usize = 64 * 1024;

/// A part of a JSON text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A bracket, a colon or a comma.
    Mark(u8),
    /// A string; empty where it is too long to be of interest.
    Text(String),
    /// `null`, `true` or `false`.
    Word,
    /// Anything else, such as a number; empty where it is too long to be of interest.
    Bare(String),
    /// A string without an end: its line or the file was torn.
    Torn,
}

/// Takes a text apart.
pub(super) struct Tokens<R>(pub(super) R);

impl<R: BufRead> Tokens<R> {
    /// The next token; none at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Token>> {
        let Some(byte) = first(&mut self.0)? else { return Ok(None) };
        Ok(Some(match byte {
            b'{' | b'[' | b'}' | b']' | b':' | b',' => {
                self.0.consume(1);
                Token::Mark(byte)
            }
            b'"' => {
                self.0.consume(1);
                self.text()?
            }
            _ => bare(self.upto(&mut Vec::new(), ends_bare)?),
        }))
    }

    /// Skips what is left of a line.
    pub(super) fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.0.fill_buf()?;
            let found = buffer.iter().position(|byte| ends_line(*byte));
            let skipped = found.unwrap_or(buffer.len());
            self.0.consume(skipped);
            if found.is_some() || skipped == 0 {
                return Ok(());
            }
        }
    }

    fn text(&mut self) -> io::Result<Token> {
        let mut held = Vec::new();
        loop {
            self.upto(&mut held, |byte| matches!(byte, b'"' | b'\\') || ends_line(byte))?;
            match self.byte(|byte| !ends_line(byte))? {
                Some(b'"') => return Ok(Token::Text(unescaped(&held))),
                Some(mark) => {
                    let Some(escaped) = self.byte(|byte| !ends_line(byte))? else { return Ok(Token::Torn) };
                    held.extend([mark, escaped]);
                    held.truncate(LONGEST + 1);
                }
                None => return Ok(Token::Torn),
            }
        }
    }

    /// Takes one byte, if it is there and wanted.
    fn byte(&mut self, wanted: impl Fn(u8) -> bool) -> io::Result<Option<u8>> {
        let byte = self.0.fill_buf()?.first().copied().filter(|byte| wanted(*byte));
        self.0.consume(usize::from(byte.is_some()));
        Ok(byte)
    }

    /// Takes what comes before a byte that ends it, and keeps a little more than the longest of interest.
    fn upto<'a>(&mut self, held: &'a mut Vec<u8>, ends: impl Fn(u8) -> bool) -> io::Result<&'a [u8]> {
        loop {
            let buffer = self.0.fill_buf()?;
            let found = buffer.iter().position(|byte| ends(*byte));
            let taken = found.unwrap_or(buffer.len());
            let kept = taken.min((LONGEST + 1).saturating_sub(held.len()));
            held.extend_from_slice(&buffer[..kept]);
            self.0.consume(taken);
            if found.is_some() || taken == 0 {
                return Ok(held);
            }
        }
    }
}

const fn ends_line(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

const fn ends_bare(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'{' | b'[' | b'}' | b']' | b':' | b',' | b'"')
}

fn bare(held: &[u8]) -> Token {
    match held {
        b"null" | b"true" | b"false" => Token::Word,
        _ => Token::Bare(plain(held)),
    }
}

fn plain(held: &[u8]) -> String {
    if held.len() > LONGEST { String::new() } else { String::from_utf8_lossy(held).into_owned() }
}

/// What a string says. An escape that stands for nothing is left as it was written.
fn unescaped(held: &[u8]) -> String {
    let text = plain(held);
    if !text.contains('\\') {
        return text;
    }
    serde_json::from_str(&format!("\"{text}\"")).unwrap_or(text)
}
