//! Reading lines again, from today's file and from days that are closed and compressed, a line at a time.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use aspis_core::clock::Timestamp;
use flate2::read::MultiGzDecoder;
use memchr::memmem;

use super::{
    chain::{Hash, Head, Link, hash},
    place::{Closed, Place, day_of, private, zipped},
};

/// Bytes that are read at once.
const BUFFER: usize = 128 * 1024;
/// The longest line that is held. None of ours is as long.
pub(crate) const LONGEST: u64 = 1024 * 1024;

/// Opens a file of lines to read it, whether or not it is compressed.
pub(crate) fn open(path: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    let file = plain(path)?;
    if path.extension().is_some_and(|ending| ending == "gz") {
        return Ok(unzipped(file));
    }
    Ok(Box::new(BufReader::with_capacity(BUFFER, file)))
}

/// The lines of a file that is compressed.
pub(crate) fn unzipped(file: File) -> Box<dyn BufRead + Send> {
    Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(file)))
}

/// Opens a file to read its bytes as they are.
pub(crate) fn plain(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().read(true), path)
}

/// The next line with its end, if it has one; nothing at the end of the file. A line that is too long comes in parts.
pub(crate) fn next(from: &mut (impl BufRead + ?Sized), line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    from.take(LONGEST).read_until(b'\n', line)?;
    Ok(!line.is_empty())
}

/// The number of the first line of a file.
pub(super) fn first_seq(path: &Path) -> io::Result<Option<u64>> {
    Ok(first(path)?.map(|first| first.seq))
}

/// What the first line of a file says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct First {
    pub(crate) seq: u64,
    /// The day of its event, where that can be read.
    pub(super) day: Option<i64>,
}

fn first(path: &Path) -> io::Result<Option<First>> {
    let mut line = Vec::new();
    next(&mut *open(path)?, &mut line)?;
    let day = day_in(&line);
    Ok(Link::of(line.trim_ascii_end()).map(|own| First { seq: own.seq, day }))
}

/// The first line of a day that is closed, also where it was compressed a moment ago; none where it cannot be read.
pub(crate) fn first_of(path: &Path) -> Option<First> {
    first(path).or_else(|_| first(&zipped(path))).ok().flatten()
}

/// The moment of a line, by its bytes: in every form the first that is called so is its own.
pub(crate) fn at_of(line: &[u8]) -> Option<Timestamp> {
    const NAME: &[u8] = b"\"at\":\"";
    let rest = &line[memmem::find(line, NAME)? + NAME.len()..];
    let end = memchr::memchr(b'"', rest)?;
    Timestamp::parse(std::str::from_utf8(&rest[..end]).ok()?)
}

/// The day of a line.
pub(super) fn day_in(line: &[u8]) -> Option<i64> {
    at_of(line).map(day_of)
}

/// The closed days in the order of the chain, whatever the clock said when they were closed, each with the day that its
/// first line says: what a file is called can be changed by whoever can write the folder. What cannot be read comes first:
/// it is no part of the chain any more.
pub(crate) fn in_order(place: &Place) -> io::Result<Vec<Closed>> {
    Ok(numbered(place)?.into_iter().map(|(_, day)| day).collect())
}

/// The same, each with the number of its first line.
pub(crate) fn numbered(place: &Place) -> io::Result<Vec<(Option<u64>, Closed)>> {
    let with_number = |day: Closed| {
        let first = first_of(&day.path);
        let own = first.and_then(|first| first.day).unwrap_or(day.day);
        (first.map(|first| first.seq), Closed { day: own, ..day })
    };
    let mut numbered: Vec<_> = place.days()?.into_iter().map(with_number).collect();
    numbered.sort_by_key(|(seq, _)| *seq);
    Ok(numbered)
}

/// The last line within the first `length` bytes of a file that is not compressed.
pub(super) fn last(file: &mut File, length: u64) -> io::Result<Vec<u8>> {
    let from = length.saturating_sub(LONGEST);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(length - from).read_to_end(&mut bytes)?;
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let start = memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1);
    Ok(bytes[start..].to_vec())
}

/// The hash of that line.
pub(super) fn last_hash(file: &mut File, length: u64) -> io::Result<Hash> {
    Ok(hash(&last(file, length)?))
}

/// Where the chain stands by a line alone.
pub(super) fn head_of(line: &[u8]) -> Option<Head> {
    Link::of(line).map(|link| Head { seq: link.seq, hash: hash(line) })
}
