//! What archives hold, part by part, as it streams by. Nothing is written anywhere.

use std::io::{self, BufReader, Read};

use super::{hunt::Hunt, tee::Tee};

mod gzip;
mod tar;
mod zip;

/// Parts of one archive that are looked at.
const PARTS: usize = 1_000_000;

/// A kind of archive, known by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Gzip,
    Zip,
    Tar,
    /// One that is not looked into.
    Closed(&'static str),
}

/// Kinds that are known and not looked into.
const CLOSED: [(&[u8], &str); 6] = [
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x04\x22\x4d\x18", "lz4"),
];

impl Kind {
    /// Of which kind an archive is, if it is one.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"\x1f\x8b\x08") {
            return Some(Self::Gzip);
        }
        if head.starts_with(zip::PART) {
            return Some(Self::Zip);
        }
        if head.get(257..262) == Some(b"ustar") {
            return Some(Self::Tar);
        }
        CLOSED.iter().find(|(begin, _)| head.starts_with(begin)).map(|(_, name)| Self::Closed(name))
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zip => "zip",
            Self::Tar => "tar",
            Self::Closed(name) => name,
        }
    }
}

/// Looks through the parts of an archive.
pub(super) fn unpack(
    hunt: &mut Hunt,
    kind: Kind,
    tee: &mut Tee<'_>,
    place: &str,
    layer: usize,
) -> io::Result<()> {
    let mut input = BufReader::with_capacity(64 * 1024, tee);
    match kind {
        Kind::Gzip => {
            hunt.part(&mut gzip::Members::new(&mut input), place, layer + 1);
            Ok(())
        }
        Kind::Zip => zip::unpack(hunt, &mut input, place, layer),
        Kind::Tar => tar::unpack(hunt, &mut input, place, layer),
        Kind::Closed(name) => {
            hunt.refuse(place, format!("{name} is not looked into"), true);
            Ok(())
        }
    }
}

/// A part within an archive.
fn within(place: &str, name: &[u8]) -> String {
    format!("{place}!{}", String::from_utf8_lossy(name))
}

/// Reads the rest of a part that was not wanted.
fn pass(part: &mut dyn Read) -> io::Result<()> {
    io::copy(part, &mut io::sink()).map(drop)
}
