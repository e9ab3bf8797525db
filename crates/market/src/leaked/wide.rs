//! UTF-16, as some spreadsheets write it, read as UTF-8. Only with its mark: without one nobody can be sure.

use std::io::{self, BufRead, Read};

/// The mark of UTF-16 whose low bytes come first.
pub(super) const LITTLE: &[u8] = b"\xff\xfe";
/// The mark of UTF-16 whose high bytes come first.
pub(super) const BIG: &[u8] = b"\xfe\xff";

/// Units that are read at once.
const UNITS: usize = 4096;

/// A file of UTF-16 behind its mark.
pub(super) struct Wide<R> {
    input: R,
    unit: fn([u8; 2]) -> u16,
    text: String,
    given: usize,
}

impl<R: BufRead> Wide<R> {
    pub(super) fn new(input: R, unit: fn([u8; 2]) -> u16) -> Self {
        Self { input, unit, text: String::new(), given: 0 }
    }

    /// The next unit; half a one at the end of a torn file is none.
    fn unit(&mut self) -> io::Result<Option<u16>> {
        let mut pair = [0; 2];
        match self.input.read_exact(&mut pair) {
            Ok(()) => Ok(Some((self.unit)(pair))),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut units = Vec::with_capacity(UNITS + 1);
        // The two halves of a character stay together.
        while units.len() < UNITS || units.last().is_some_and(|unit| (0xD800..0xDC00).contains(unit)) {
            let Some(unit) = self.unit()? else { break };
            units.push(unit);
        }
        let decoded = char::decode_utf16(units);
        self.text.clear();
        self.text.extend(decoded.map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)));
        self.given = 0;
        Ok(())
    }
}

impl<R: BufRead> Read for Wide<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.given == self.text.len() {
            self.fill()?;
        }
        let mut rest = &self.text.as_bytes()[self.given..];
        let given = rest.read(into)?;
        self.given += given;
        Ok(given)
    }
}
