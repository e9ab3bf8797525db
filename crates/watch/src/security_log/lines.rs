//! Reading lines again, from today's file and from days that are closed and compressed, a line at a time.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use flate2::read::MultiGzDecoder;

use super::{
    chain::{Hash, Head, Link, hash},
    place::{Closed, Place, private},
};

/// Bytes that are read at once.
const BUFFER: usize = 128 * 1024;
/// The longest line that is held. None of ours is as long.
pub(crate) const LONGEST: u64 = 1024 * 1024;

/// Opens a file of lines to read it, whether or not it is compressed.
pub(crate) fn open(path: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    let file = plain(path)?;
    if path.extension().is_some_and(|ending| ending == "gz") {
        return Ok(Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(file))));
    }
    Ok(Box::new(BufReader::with_capacity(BUFFER, file)))
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
    let mut line = Vec::new();
    next(&mut *open(path)?, &mut line)?;
    Ok(Link::of(line.trim_ascii_end()).map(|link| link.seq))
}

/// The closed days in the order of the chain, whatever the clock said when they were closed. What cannot be read comes
/// first: it is no part of the chain any more.
pub(crate) fn in_order(place: &Place) -> io::Result<Vec<Closed>> {
    let days = place.days()?;
    let mut numbered: Vec<_> =
        days.into_iter().map(|day| (first_seq(&day.path).ok().flatten(), day)).collect();
    numbered.sort_by_key(|(seq, _)| *seq);
    Ok(numbered.into_iter().map(|(_, day)| day).collect())
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
