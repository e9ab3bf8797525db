//! A file of prices as a stream of rows: each a bar or what is wrong with it.
//!
//! UTF-8 with or without a byte order mark, lines that end in LF or CR LF, commas, semicolons or tabs, columns in any
//! order. Blank lines and lines that begin with `#` are no rows.

use std::io::{self, BufRead};

use aspis_store::prices::Bar;
use sha2::{Digest, Sha256};

pub use super::columns::Expected;
use super::{
    ImportError,
    cells::Cells,
    columns::Columns,
    fault::Fault,
    lines::{Line, Lines},
    order::Order,
};

/// Why a file is no table of prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// A column that is needed is not there.
    #[error("its first line names no column `{0}`")]
    Missing(&'static str),
    /// A column is there twice.
    #[error("its first line names the column `{0}` twice")]
    Twice(&'static str),
    /// The first line is no line of names.
    #[error("its first line is no line of names: {0}")]
    Unreadable(&'static str),
}

/// A hash of everything up to a row.
pub type Chain = [u8; 32];

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line in the file, from 1.
    pub line: u64,
    /// A hash of everything up to here.
    pub chain: Chain,
    /// The bar, or what is wrong with it.
    pub bar: Result<Bar, Fault>,
}

/// A table, row by row, in bounded memory.
pub struct Table<R> {
    lines: Lines<R>,
    cells: Cells,
    columns: Columns,
    expected: Expected,
    chain: Chain,
    order: Order,
}

const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

impl<R: BufRead> Table<R> {
    /// Reads the header.
    pub fn open(input: R, expected: Expected) -> Result<Self, ImportError> {
        let mut lines = Lines::new(input);
        let (cells, columns, chain) = loop {
            match lines.next()? {
                None => return Err(HeaderError::Empty.into()),
                Some(Line::TooLong) => return Err(HeaderError::Unreadable("too_long").into()),
                Some(Line::Text(text)) if is_no_row(text) => {}
                Some(Line::Text(text)) if std::str::from_utf8(text).is_err() => {
                    return Err(HeaderError::Unreadable("not_utf8").into());
                }
                Some(Line::Text(text)) => {
                    let (cells, columns) = header(text)?;
                    break (cells, columns, next(Chain::default(), text));
                }
            }
        };
        Ok(Self { lines, cells, columns, expected, chain, order: Order::default() })
    }

    /// The next row; none at the end.
    pub fn row(&mut self) -> io::Result<Option<Row>> {
        while self.order.is_hungry() {
            match self.read()? {
                Some(row) => self.order.put(row),
                None => break,
            }
        }
        Ok(self.order.next())
    }

    fn read(&mut self) -> io::Result<Option<Row>> {
        loop {
            let Some(text) = self.lines.next()? else { return Ok(None) };
            let bar = match text {
                Line::TooLong => Err("too_long"),
                Line::Text(text) if is_no_row(text) => continue,
                Line::Text(text) => {
                    self.chain = next(self.chain, text);
                    // A cell that nobody reads may hold it, too: then the row is not what it seems.
                    if std::str::from_utf8(text).is_ok() { self.cells.split(text) } else { Err("not_utf8") }
                }
            };
            let line = self.lines.number;
            let bar = match bar {
                Ok(()) => self.columns.bar(line, &self.cells, &self.expected),
                Err(why) => Err(Fault::line(line, why)),
            };
            return Ok(Some(Row { line, chain: self.chain, bar }));
        }
    }
}

impl<R> std::fmt::Debug for Table<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Table")
    }
}

fn is_no_row(text: &[u8]) -> bool {
    text.trim_ascii_start().first().is_none_or(|first| *first == b'#')
}

fn next(chain: Chain, text: &[u8]) -> Chain {
    Sha256::new().chain_update(chain).chain_update(text).finalize().into()
}

/// What stands between its cells is what makes a header of the line.
fn header(text: &[u8]) -> Result<(Cells, Columns), HeaderError> {
    // Between the wrong delimiters there is no column at all.
    let mut told = HeaderError::Missing("timestamp");
    // What reads cells costs more to make than a short line to read, and csv-core's copies have lost their delimiter:
    // it is made only where it may be needed.
    for delimiter in DELIMITERS.into_iter().filter(|delimiter| text.contains(delimiter)) {
        let mut cells = Cells::new(delimiter);
        let columns = cells.split(text).map_err(HeaderError::Unreadable).and_then(|()| Columns::of(&cells));
        match columns {
            Ok(columns) => return Ok((cells, columns)),
            Err(error) if told == HeaderError::Missing("timestamp") => told = error,
            Err(_) => {}
        }
    }
    Err(told)
}
