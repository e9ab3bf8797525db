//! Rows of a file that turned up somewhere: whatever became of its form, as long as it can be read.
//!
//! CSV with commas, semicolons or tabs, columns in any order and under many names; JSON, nested or a value a line;
//! moments and numbers as other programs write them. What is foreign stays foreign: nothing read here is stored.
//! Deliberately not here: what is to be believed of it.

use std::io::{self, BufRead, BufReader};

use aspis_core::{
    clock::Timestamp,
    money::{Fixed, Volume},
};
use aspis_store::prices::Interval;

mod cell;
mod column;
mod document;
mod object;
mod table;
mod tokens;
mod wide;

use wide::Wide;

/// A row as a file tells it. What is not there, or cannot be read, is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The asset.
    pub asset: Option<String>,
    /// The interval.
    pub interval: Option<Interval>,
    /// When the bar begins.
    pub start: Timestamp,
    /// Open, high and low.
    pub prices: [Option<Fixed>; 3],
    /// The last price.
    pub close: Option<Fixed>,
    /// How much was traded.
    pub volume: Option<Volume>,
    /// Where it comes from.
    pub source: Option<String>,
}

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A row.
    Row(Found),
    /// The value of a `_signature`.
    Signature(String),
    /// A line that says nothing, or the torn end of a file.
    Unreadable,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LeakedError {
    /// The file could not be read at all.
    #[error("cannot be read")]
    Io(#[from] io::Error),
    /// No JSON, though it begins like it.
    #[error("is no JSON, though it begins like it")]
    Json,
    /// No table.
    #[error("is no table")]
    Table(#[source] csv::Error),
    /// No text.
    #[error("begins with zero bytes: it is no text, or UTF-16 without its mark")]
    Bytes,
    /// The lines above the first row are longer than those of any table.
    #[error("has no header line: its first line is longer than 64 KiB")]
    Long,
    /// No header that names what is needed.
    #[error("has no header line with a column for the time and one for the close or the volume")]
    Header,
}

impl From<csv::Error> for LeakedError {
    fn from(error: csv::Error) -> Self {
        if !error.is_io_error() {
            return Self::Table(error);
        }
        match error.into_kind() {
            csv::ErrorKind::Io(error) => Self::Io(error),
            other => Self::Io(io::Error::other(format!("{other:?}"))),
        }
    }
}

/// Takes the pieces of a file, in its order.
pub type Each<'a> = &'a mut dyn FnMut(Piece);

/// Reads a file to its end. Memory holds a line of it, or a JSON object.
pub fn read(mut input: impl BufRead, each: Each<'_>) -> Result<(), LeakedError> {
    skip(&mut input, b"\xef\xbb\xbf")?;
    if skip(&mut input, wide::LITTLE)? {
        return read_utf8(BufReader::new(Wide::new(input, u16::from_le_bytes)), each);
    }
    if skip(&mut input, wide::BIG)? {
        return read_utf8(BufReader::new(Wide::new(input, u16::from_be_bytes)), each);
    }
    read_utf8(input, each)
}

fn read_utf8(mut input: impl BufRead, each: Each<'_>) -> Result<(), LeakedError> {
    if input.fill_buf()?.iter().take(2).any(|byte| *byte == 0) {
        return Err(LeakedError::Bytes);
    }
    match first(&mut input)? {
        Some(b'{' | b'[') => document::read(input, each),
        Some(_) => table::read(input, each),
        None => Err(LeakedError::Header),
    }
}

/// Skips a mark at the beginning, if it is there.
fn skip(input: &mut impl BufRead, mark: &[u8]) -> io::Result<bool> {
    let is_there = input.fill_buf()?.starts_with(mark);
    if is_there {
        input.consume(mark.len());
    }
    Ok(is_there)
}

/// The next byte that is no white space, which is not taken.
fn first(input: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(None);
        }
        let blank = buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let found = buffer.get(blank).copied();
        input.consume(blank);
        if found.is_some() {
            return Ok(found);
        }
    }
}

#[cfg(test)]
mod tests;
