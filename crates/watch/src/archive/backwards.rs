//! The lines of a file from its end to its beginning.

use std::{fs::File, io, os::unix::fs::FileExt};

use memchr::memrchr;

use crate::security_log::lines::LONGEST;

/// Bytes that are read at once.
const BLOCK: u64 = 64 * 1024;

/// Where it is.
#[derive(Debug)]
pub(super) struct Backwards {
    file: File,
    /// Bytes of the file that were not read yet.
    left: u64,
    /// What was read and not given: ends with the end of a line.
    held: Vec<u8>,
}

impl Backwards {
    /// Begins at the last line that has an end: one that is just being written is not looked at.
    pub(super) fn over(file: File) -> io::Result<Self> {
        let left = file.metadata()?.len();
        let mut lines = Self { file, left, held: Vec::new() };
        while lines.left > 0 && memrchr(b'\n', &lines.held).is_none() {
            lines.held.clear();
            lines.fill()?;
        }
        let end = memrchr(b'\n', &lines.held).map_or(0, |at| at + 1);
        lines.held.truncate(end);
        Ok(lines)
    }

    /// The line before, with its end.
    pub(super) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let body = self.held.len().saturating_sub(1);
            if let Some(at) = memrchr(b'\n', &self.held[..body]) {
                return Ok(Some(self.held.split_off(at + 1)));
            }
            if self.left == 0 || self.held.len() as u64 > LONGEST {
                let line = std::mem::take(&mut self.held);
                return Ok(Some(line).filter(|line| !line.is_empty()));
            }
            self.fill()?;
        }
    }

    /// Reads the block before what is held.
    fn fill(&mut self) -> io::Result<()> {
        let size = self.left.min(BLOCK);
        self.left -= size;
        let mut block = vec![0; usize::try_from(size).unwrap_or(0)];
        self.file.read_exact_at(&mut block, self.left)?;
        block.append(&mut self.held);
        self.held = block;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn backwards(text: &str) -> Vec<String> {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(text.as_bytes()).expect("written");
        let mut lines = Backwards::over(file).expect("opened");
        let mut found = Vec::new();
        while let Some(line) = lines.next().expect("read") {
            found.push(String::from_utf8(line).expect("UTF-8"));
        }
        found
    }

    #[test]
    fn lines_come_from_the_end_whatever_their_length() {
        assert!(backwards("").is_empty() && backwards("no end").is_empty());
        assert_eq!(backwards("a\n\nb\nhalf"), ["b\n", "\n", "a\n"]);
        for width in [1, 1000, 65_535, 65_536, 65_537, 200_000] {
            let lines: Vec<String> = (0..7).map(|n| format!("{n}{}\n", "x".repeat(width))).collect();
            let mut found = backwards(&lines.concat());
            found.reverse();
            assert!(found == lines, "{width}");
        }
        let long = format!("{}\nshort\n", "x".repeat(3_000_000));
        let found = backwards(&long);
        assert_eq!(
            (found[0].as_str(), found.iter().map(String::len).sum::<usize>()),
            ("short\n", long.len())
        );
    }
}
