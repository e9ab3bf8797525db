//! The lines of a file from its end, or from a place in it, to its beginning.

use std::io;

use memchr::memrchr;

use super::source::Source;
use crate::security_log::lines::LONGEST;

/// Where it is.
#[derive(Debug)]
pub(super) struct Backwards {
    source: Source,
    /// Bytes of the file that were not read yet.
    left: u64,
    /// What was read and not given: ends with the end of a line.
    held: Vec<u8>,
}

impl Backwards {
    /// Begins at the last line that has an end: one that is just being written is not looked at.
    pub(super) fn over(source: Source) -> io::Result<Self> {
        let left = source.length()?;
        let mut lines = Self { source, left, held: Vec::new() };
        while lines.left > 0 && memrchr(b'\n', &lines.held).is_none() {
            lines.held.clear();
            lines.fill()?;
        }
        let end = memrchr(b'\n', &lines.held).map_or(0, |at| at + 1);
        lines.held.truncate(end);
        Ok(lines)
    }

    /// Begins before the line that stands at a place.
    pub(super) fn before(source: Source, place: u64) -> Self {
        Self { source, left: place, held: Vec::new() }
    }

    /// The line before, with its end, and where it stands.
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, Vec<u8>)>> {
        loop {
            let body = self.held.len().saturating_sub(1);
            if let Some(at) = memrchr(b'\n', &self.held[..body]) {
                let line = self.held.split_off(at + 1);
                return Ok(Some((self.left + at as u64 + 1, line)));
            }
            if self.left == 0 || self.held.len() as u64 > LONGEST {
                let line = std::mem::take(&mut self.held);
                return Ok(Some((self.left, line)).filter(|(_, line)| !line.is_empty()));
            }
            self.fill()?;
        }
    }

    /// Reads what is before what is held.
    fn fill(&mut self) -> io::Result<()> {
        let mut block = self.source.before(self.left)?;
        // A file that has become shorter holds nothing more of what was there.
        self.left = if block.is_empty() { 0 } else { self.left - block.len() as u64 };
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
        let again = file.try_clone().expect("open twice");
        let mut lines = Backwards::over(Source::Plain(file)).expect("opened");
        let (mut found, mut places) = (Vec::new(), Vec::new());
        while let Some((at, line)) = lines.next().expect("read") {
            places.push(at);
            found.push(String::from_utf8(line).expect("UTF-8"));
        }
        // Whoever goes on from a line finds the one before it; of one that is too long, some part.
        let whole = text.lines().all(|line| (line.len() as u64) < LONGEST);
        for (nth, place) in places.iter().enumerate().filter(|_| whole) {
            let file = Source::Plain(again.try_clone().expect("open twice"));
            let before = Backwards::before(file, *place).next().expect("read").map(|(_, line)| line);
            assert!(before.as_deref() == found.get(nth + 1).map(String::as_bytes), "{place}");
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
