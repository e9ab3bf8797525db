//! One line of CSV into its cells.
//!
//! A row is a line: prices need no cell of several lines, and a quote that is never closed must not swallow the file.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::lines::LONGEST;

/// The most cells of a row.
const MOST: usize = 256;

pub(super) struct Cells {
    reader: Reader,
    line: Vec<u8>,
    text: Vec<u8>,
    ends: [usize; MOST],
    count: usize,
}

impl Cells {
    /// With what stands between cells.
    pub(super) fn new(delimiter: u8) -> Self {
        Self {
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            line: Vec::new(),
            text: vec![0; LONGEST + 1],
            ends: [0; MOST],
            count: 0,
        }
    }

    /// Splits a line; the word is what is wrong with it as a whole.
    pub(super) fn split(&mut self, line: &[u8]) -> Result<(), &'static str> {
        self.count = 0;
        self.line.clear();
        self.line.extend_from_slice(line);
        self.line.push(b'\n');
        self.reader.reset();
        let (outcome, read, _, count) = self.reader.read_record(&self.line, &mut self.text, &mut self.ends);
        match outcome {
            ReadRecordResult::Record if read == self.line.len() => {
                self.count = count;
                Ok(())
            }
            ReadRecordResult::Record => Err("stray_line_end"),
            ReadRecordResult::OutputEndsFull => Err("too_many_cells"),
            ReadRecordResult::OutputFull => Err("too_long"),
            ReadRecordResult::InputEmpty | ReadRecordResult::End => Err("open_quote"),
        }
    }

    /// A cell by its place, without the blanks around it; none where it is empty or not there.
    pub(super) fn get(&self, at: usize) -> Option<&[u8]> {
        Some(self.raw(at)?.trim_ascii()).filter(|cell| !cell.is_empty())
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.count).filter_map(|at| self.raw(at)).map(<[u8]>::trim_ascii)
    }

    fn raw(&self, at: usize) -> Option<&[u8]> {
        let ends = self.ends.get(..self.count)?;
        let start = if at == 0 { 0 } else { *ends.get(at - 1)? };
        self.text.get(start..*ends.get(at)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(line: &str) -> Result<Vec<String>, &'static str> {
        let mut cells = Cells::new(b',');
        cells.split(line.as_bytes())?;
        Ok(cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect())
    }

    #[test]
    fn a_line_has_cells() {
        assert_eq!(cells("a, b ,\"c,\"\"d\""), Ok(["a", "b", "c,\"d"].map(str::to_owned).to_vec()));
        assert_eq!(cells(",,"), Ok(vec![String::new(); 3]));
        assert_eq!(cells("a,\"b"), Err("open_quote"));
        assert_eq!(cells("a,b\rc"), Err("stray_line_end"));
        assert_eq!(cells(&",".repeat(MOST)), Err("too_many_cells"));
        let mut twice = Cells::new(b';');
        assert!(twice.split(b"\"a").is_err() && twice.split(b"a;b").is_ok());
        assert_eq!((twice.get(1), twice.get(2)), (Some(&b"b"[..]), None), "a bad line leaves nothing behind");
    }
}
