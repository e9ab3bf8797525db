//! What archives hold, part by part, as it streams by. Nothing is written anywhere.

use std::io::{self, BufRead, BufReader, Read};

use bzip2::bufread::MultiBzDecoder;
use lzma_rust2::XzReader;

use super::{hunt::Hunt, tee::Tee};

mod ar;
mod frames;
mod gzip;
mod kind;
mod lz4;
mod tar;
mod zip;
mod zstd;

use frames::Frames;
pub(super) use kind::Kind;
pub(super) use zip::Watch;

/// Parts of one archive that are looked at.
const PARTS: usize = 1_000_000;
/// What a stream that is packed by a dictionary may need, in KiB: a little more than xz ever takes by itself.
const MEMORY: u32 = 72 * 1024;
/// Such streams within each other: the memory of each is held at once.
const DICTIONARIES: usize = 2;

/// Looks through the parts of an archive. False where it was none after all, which only its parts can tell.
pub(super) fn unpack(
    hunt: &mut Hunt,
    kind: Kind,
    tee: &mut Tee<'_>,
    place: &str,
    layer: usize,
) -> io::Result<bool> {
    let mut input = BufReader::with_capacity(64 * 1024, tee);
    match kind {
        Kind::Zip => return Ok(zip::unpack(hunt, &mut input, place, layer)),
        Kind::Tar => tar::unpack(hunt, &mut input, place, layer)?,
        Kind::Ar => ar::unpack(hunt, &mut input, place, layer)?,
        Kind::Closed(name) => hunt.refuse(place, format!("{name} is not looked into"), true),
        packed => {
            let _ = stream(hunt, packed, &mut input, place, layer);
        }
    }
    Ok(true)
}

/// Looks through what one stream holds. False where not all of it was read.
fn stream(hunt: &mut Hunt, kind: Kind, input: &mut dyn BufRead, place: &str, layer: usize) -> bool {
    if kind.has_dictionary() && hunt.dictionaries >= DICTIONARIES {
        hunt.refuse(place, "streams with a dictionary are nested deeper than is looked into".into(), false);
        return false;
    }
    hunt.dictionaries += usize::from(kind.has_dictionary());
    let mut opened: Box<dyn Read + '_> = match kind {
        Kind::Gzip => Box::new(Frames::<_, gzip::Member<_>>::new(input)),
        Kind::Bzip2 => Box::new(MultiBzDecoder::new(input)),
        Kind::Xz => Box::new(XzReader::new_mem_limit(input, true, MEMORY)),
        Kind::Zstd => Box::new(Frames::<_, zstd::One<_>>::new(input)),
        Kind::Lz4 => Box::new(Frames::<_, lz4::One<_>>::new(input)),
        Kind::Zip | Kind::Tar | Kind::Ar | Kind::Closed(_) => Box::new(io::empty()),
    };
    let whole = hunt.part(&mut opened, place, layer + 1);
    hunt.dictionaries -= usize::from(kind.has_dictionary());
    whole
}

/// A part within an archive.
fn within(place: &str, name: &[u8]) -> String {
    format!("{place}!{}", String::from_utf8_lossy(name))
}

/// Reads so many bytes of what was not wanted. They have to be there.
fn pass(input: &mut dyn BufRead, count: u64) -> io::Result<()> {
    let passed = io::copy(&mut input.take(count), &mut io::sink())?;
    if passed == count { Ok(()) } else { Err(cut()) }
}

/// It ends before its end.
fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "it is cut short")
}
