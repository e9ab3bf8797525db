//! A file line by line, in bounded memory: a line that never ends is skipped, not kept.

use std::io::{self, BufRead, Read};

/// The longest line, in bytes: a row of prices is a tenth of a kilobyte.
pub(super) const LONGEST: usize = 16 * 1024;

/// The mark that some programs put before UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// One line, without its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    Text(&'a [u8]),
    TooLong,
}

pub(super) struct Lines<R> {
    input: R,
    text: Vec<u8>,
    /// The number of the line that was read last, from 1.
    pub(super) number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, text: Vec::new(), number: 0 }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.text.clear();
        let within = LONGEST as u64 + 1;
        if self.input.by_ref().take(within).read_until(b'\n', &mut self.text)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        if self.text.len() > LONGEST {
            self.skip()?;
            return Ok(Some(Line::TooLong));
        }
        let text = self.text.strip_prefix(BOM).filter(|_| self.number == 1).unwrap_or(&self.text);
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        Ok(Some(Line::Text(text.strip_suffix(b"\r").unwrap_or(text))))
    }

    /// Reads on to the end of the line.
    fn skip(&mut self) -> io::Result<()> {
        while self.text.last() != Some(&b'\n') {
            self.text.clear();
            if self.input.by_ref().take(LONGEST as u64).read_until(b'\n', &mut self.text)? == 0 {
                return Ok(());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_their_ends_cut_and_are_bounded() {
        let long = "x".repeat(3 * LONGEST);
        let text = format!("\u{feff}a,b\r\n\n{long}\nlast");
        let mut lines = Lines::new(text.as_bytes());
        assert_eq!(lines.next().expect("read"), Some(Line::Text(b"a,b")));
        assert_eq!(lines.next().expect("read"), Some(Line::Text(b"")));
        assert_eq!(lines.next().expect("read"), Some(Line::TooLong));
        assert!(lines.text.capacity() < 4 * LONGEST, "{}", lines.text.capacity());
        assert_eq!(lines.next().expect("read"), Some(Line::Text(b"last")));
        assert_eq!((lines.number, lines.next().expect("read")), (4, None));
    }
}
