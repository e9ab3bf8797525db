//! A closed day, compressed in parts of which each can be read alone: whoever wants its last lines does not undo all of it.
//!
//! Each part is a whole member of a gzip file (RFC 1952), ends with a line, and says in its extra field how long it is. To
//! every tool that knows gzip they are one file. Deliberately not here: days of earlier releases, which are one member and
//! are read from their beginning (`lines`).

use std::{
    fs::File,
    io::{self, BufRead, ErrorKind, Read, Write},
    os::unix::fs::FileExt,
};

use flate2::{Compression, GzBuilder, read::GzDecoder};

use super::lines::LONGEST;

/// Bytes of lines that make a part; then it goes on to the end of the line.
const PART: u64 = 1 << 20;
/// No part of ours is longer, compressed or not.
const MOST: u64 = 4 * PART;
/// The parts of one file that are looked at.
const PARTS: usize = 1 << 20;
/// How a member of gzip with an extra field begins.
const BEGINS: [u8; 4] = [0x1f, 0x8b, 8, 4];
/// How long that field is, what it is called, and how long what it says: the bytes of the part.
const FIELD: [u8; 6] = [8, 0, b'A', b'S', 4, 0];
/// The bytes before the part's own.
const HEAD: usize = 20;
/// The bytes after them: a checksum, and how many there were.
const TAIL: u64 = 8;

/// The lines of the next part; none at the end.
pub(super) fn next(from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut lines = Vec::new();
    from.take(PART).read_to_end(&mut lines)?;
    if lines.last().is_some_and(|byte| *byte != b'\n') {
        from.take(LONGEST).read_until(b'\n', &mut lines)?;
    }
    Ok(lines)
}

/// Compresses them.
pub(super) fn packed(lines: &[u8]) -> io::Result<Vec<u8>> {
    let field = [&FIELD[2..], &[0; 4]].concat();
    let mut part = GzBuilder::new().extra(field).write(Vec::new(), Compression::default());
    part.write_all(lines)?;
    let mut bytes = part.finish()?;
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    bytes[HEAD - 4..HEAD].copy_from_slice(&length.to_le_bytes());
    Ok(bytes)
}

/// Where a part stands in the file, and where its lines stand among all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    at: u64,
    bytes: u64,
    first: u64,
    lines: u64,
}

/// The parts of a day, and the one that was read last.
#[derive(Debug)]
pub(crate) struct Parts {
    file: File,
    all: Vec<Part>,
    held: Option<(usize, Vec<u8>)>,
}

impl Parts {
    /// Finds them, by their heads alone; gives the file back where it was compressed in another way.
    pub(crate) fn of(file: File) -> io::Result<Result<Self, File>> {
        let length = file.metadata()?.len();
        let (mut all, mut at, mut first) = (Vec::new(), 0, 0);
        while at < length {
            let Some(part) = part(&file, at, first, length)?.filter(|_| all.len() < PARTS) else {
                return Ok(Err(file));
            };
            (at, first) = (at + part.bytes, first + part.lines);
            all.push(part);
        }
        Ok(Ok(Self { file, all, held: None }))
    }

    /// How many bytes of lines there are.
    pub(crate) fn length(&self) -> u64 {
        self.all.last().map_or(0, |part| part.first + part.lines)
    }

    /// Bytes of lines that end there; none at the beginning.
    pub(crate) fn before(&mut self, end: u64) -> io::Result<Vec<u8>> {
        let Some(nth) = self.all.partition_point(|part| part.first < end).checked_sub(1) else {
            return Ok(Vec::new());
        };
        let first = self.all[nth].first;
        let lines = self.read(nth)?;
        let end = usize::try_from(end - first).unwrap_or(usize::MAX).min(lines.len());
        Ok(lines[..end].to_vec())
    }

    /// Bytes of lines that begin there; none at the end.
    pub(crate) fn from(&mut self, at: u64) -> io::Result<Vec<u8>> {
        let holds = |part: &Part| (part.first..part.first + part.lines).contains(&at);
        let Some(nth) = self.all.iter().position(holds) else { return Ok(Vec::new()) };
        let begin = usize::try_from(at - self.all[nth].first).unwrap_or(usize::MAX);
        Ok(self.read(nth)?.get(begin..).unwrap_or_default().to_vec())
    }

    fn read(&mut self, nth: usize) -> io::Result<&[u8]> {
        let lines = match self.held.take() {
            Some((held, lines)) if held == nth => lines,
            _ => undone(&self.file, self.all[nth])?,
        };
        Ok(&self.held.insert((nth, lines)).1)
    }
}

/// The part at a place, where one of ours stands there.
fn part(file: &File, at: u64, first: u64, length: u64) -> io::Result<Option<Part>> {
    let left = length - at;
    if left < HEAD as u64 + TAIL {
        return Ok(None);
    }
    let (mut head, mut count) = ([0; HEAD], [0; 4]);
    file.read_exact_at(&mut head, at)?;
    let [.., a, b, c, d] = head;
    let bytes = u64::from(u32::from_le_bytes([a, b, c, d]));
    let is_ours = head.starts_with(&BEGINS) && head[10..16] == FIELD;
    if !is_ours || !(HEAD as u64 + TAIL..=left.min(MOST)).contains(&bytes) {
        return Ok(None);
    }
    file.read_exact_at(&mut count, at + bytes - 4)?;
    let lines = u64::from(u32::from_le_bytes(count));
    Ok(Some(Part { at, bytes, first, lines }).filter(|part| part.lines <= MOST))
}

/// The lines of a part, as many as it says.
fn undone(file: &File, part: Part) -> io::Result<Vec<u8>> {
    let size = |bytes: u64| usize::try_from(bytes).map_err(io::Error::other);
    let (mut packed, mut lines) = (vec![0; size(part.bytes)?], Vec::with_capacity(size(part.lines)?));
    file.read_exact_at(&mut packed, part.at)?;
    GzDecoder::new(&packed[..]).take(part.lines + 1).read_to_end(&mut lines)?;
    if lines.len() as u64 == part.lines {
        return Ok(lines);
    }
    Err(io::Error::new(ErrorKind::InvalidData, "a part of this day is not as long as it says"))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use flate2::read::MultiGzDecoder;

    use super::*;

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("written");
        file
    }

    /// Some megabytes of lines of all lengths, and the same compressed.
    fn day() -> (Vec<u8>, Vec<u8>) {
        let line = |n: usize| format!("{n}{}\n", "x".repeat(n * 7919 % 3000)).into_bytes();
        let lines: Vec<u8> = (0..2500).flat_map(line).collect();
        let (mut from, mut packed) = (Cursor::new(&lines), Vec::new());
        loop {
            let part = next(&mut from).expect("read");
            if part.is_empty() {
                return (lines, packed);
            }
            assert!(part.ends_with(b"\n"));
            packed.extend(super::packed(&part).expect("packed"));
        }
    }

    #[test]
    fn any_tool_reads_it_as_one_file() {
        let (lines, packed) = day();
        let mut whole = Vec::new();
        MultiGzDecoder::new(&packed[..]).read_to_end(&mut whole).expect("gzip");
        assert!(whole == lines);
    }

    #[test]
    fn every_place_in_it_is_found() {
        let (lines, packed) = day();
        let mut parts = Parts::of(file(&packed)).expect("read").expect("ours");
        assert!(parts.all.len() > 3 && parts.length() == lines.len() as u64, "{:?}", parts.all.len());
        for at in (0..=lines.len()).step_by(100_003).chain([lines.len()]) {
            let before = parts.before(at as u64).expect("read");
            assert!(lines[..at].ends_with(&before) && before.is_empty() == (at == 0), "{at}");
            let after = parts.from(at as u64).expect("read");
            assert!(lines[at..].starts_with(&after) && after.is_empty() == (at == lines.len()), "{at}");
        }
    }

    #[test]
    fn what_is_not_ours_is_given_back_and_what_lies_is_told() {
        let (_, packed) = day();
        for bytes in
            [&b"no gzip, and long enough to be looked at"[..], &packed[..packed.len() - 1], &packed[3..]]
        {
            assert!(Parts::of(file(bytes)).expect("read").is_err());
        }
        let mut lies = super::packed(b"a line\n").expect("packed");
        let end = lies.len() - 4;
        lies[end] -= 1;
        let mut parts = Parts::of(file(&lies)).expect("read").expect("by its head");
        assert!(parts.before(6).is_err());
        assert_eq!(Parts::of(file(b"")).expect("read").expect("no part").length(), 0);
    }
}
