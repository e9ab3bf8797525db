//! What an archive is known by: its first bytes, whatever its name says.

use super::{lz4, tar, zip, zstd};

/// A kind of archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Gzip,
    Bzip2,
    Xz,
    Zstd,
    Lz4,
    Zip,
    Tar,
    Ar,
    /// One that is not looked into.
    Closed(&'static str),
}

/// Kinds that are known and looked into.
const OPEN: [(&[u8], Kind); 9] = [
    (b"\x1f\x8b\x08", Kind::Gzip),
    (b"\xfd7zXZ\0", Kind::Xz),
    (&zstd::MAGIC, Kind::Zstd),
    (&lz4::MAGIC[0], Kind::Lz4),
    (&lz4::MAGIC[1], Kind::Lz4),
    (zip::PART, Kind::Zip),
    (zip::END, Kind::Zip),
    (b"!<arch>\n", Kind::Ar),
    (b"!<thin>\n", Kind::Closed("a thin ar")),
];

/// Kinds that are known and not looked into.
const CLOSED: [(&[u8], &str); 11] = [
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"LZIP", "lzip"),
    (b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff", "lzma"),
    (b"\x1f\x9d\x90", "compress"),
    (b"MSCF\0\0\0\0", "cab"),
    (b"\xed\xab\xee\xdb", "rpm"),
    (b"hsqs", "squashfs"),
    (b"PACK\0\0\0\x02", "a pack of git"),
    (b"# v2 git bundle\n", "a bundle of git"),
    (b"# v3 git bundle\n", "a bundle of git"),
];

impl Kind {
    /// Of which kind an archive is, if it is one.
    pub(in super::super) fn of(head: &[u8]) -> Option<Self> {
        if let Some((_, kind)) = OPEN.iter().find(|(begin, _)| head.starts_with(begin)) {
            return Some(*kind);
        }
        // Nine levels, and the number that every block of it begins with, or the end of one that is empty.
        let is_block = |block: &[u8]| block == b"1AY&SY" || block == b"\x17rE8P\x90";
        if head.starts_with(b"BZh") && head.get(4..10).is_some_and(is_block) {
            return Some(Self::Bzip2);
        }
        if tar::begins(head) {
            return Some(Self::Tar);
        }
        CLOSED.iter().find(|(begin, _)| head.starts_with(begin)).map(|(_, name)| Self::Closed(name))
    }

    pub(in super::super) const fn word(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
            Self::Lz4 => "lz4",
            Self::Zip => "zip",
            Self::Tar => "tar",
            Self::Ar => "ar",
            Self::Closed(name) => name,
        }
    }

    /// True where it is unpacked by what may be a large dictionary.
    pub(super) const fn has_dictionary(self) -> bool {
        matches!(self, Self::Xz | Self::Zstd)
    }
}
