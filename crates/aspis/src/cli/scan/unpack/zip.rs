//! Zip, by the heads that stand before its parts: the list at its end may leave parts out, and is not asked. That it is
//! there says that the archive is whole.

use std::io::{self, BufRead, Read};

use flate2::{CrcReader, bufread::DeflateDecoder};

use super::{super::hunt::Hunt, Kind, PARTS, cut, pass, stream, within};

mod embedded;
mod head;

pub(in super::super) use embedded::Watch;
use head::Part;

/// What the head of a part begins with.
pub(super) const PART: &[u8] = b"PK\x03\x04";
/// What the end of the list of parts begins with.
pub(super) const END: &[u8] = b"PK\x05\x06";
/// What comes before sum and sizes that stand after a part, mostly.
const AFTER: [u8; 4] = *b"PK\x07\x08";

/// What is found next.
enum Next {
    Part,
    End,
    Nothing,
}

/// Looks through the parts. True where it is a zip indeed: a part was right, or the end of the list is there.
pub(super) fn unpack(hunt: &mut Hunt, input: &mut dyn BufRead, place: &str, layer: usize) -> bool {
    let mut right = false;
    if let Err(error) = parts(hunt, input, place, layer, &mut right) {
        hunt.refuse(place, format!("zip: {error}"), false);
    }
    right
}

/// Notes that a part was right as soon as one is.
fn parts(
    hunt: &mut Hunt,
    input: &mut dyn BufRead,
    place: &str,
    layer: usize,
    right: &mut bool,
) -> io::Result<()> {
    let (mut ended, mut found, mut listed) = (false, 0, 0);
    for _ in 0..PARTS {
        match find(input)? {
            Next::Part => {
                (ended, found) = (false, found + 1);
                match Part::read(input)? {
                    Some(part) => *right |= look(hunt, &part, input, &within(place, &part.name), layer)?,
                    None => hunt.refuse(place, "zip: a head is damaged".into(), false),
                }
            }
            Next::End => {
                listed += head::listed(input)?;
                (ended, *right) = (true, true);
            }
            Next::Nothing if ended && found < listed => {
                return Err(io::Error::other("it holds fewer parts than its list says"));
            }
            Next::Nothing if ended => return Ok(()),
            Next::Nothing => return Err(cut()),
        }
    }
    Err(io::Error::other("it has more parts than are looked at"))
}

/// Looks through one part. True where it is what its sum says.
fn look(
    hunt: &mut Hunt,
    part: &Part,
    mut input: &mut dyn BufRead,
    place: &str,
    layer: usize,
) -> io::Result<bool> {
    let mut packed = (&mut input).take(part.packed.unwrap_or(u64::MAX));
    let sum = match part.method {
        _ if part.encrypted => {
            hunt.refuse(place, "it is encrypted".into(), true);
            None
        }
        0 if part.packed.is_some() => sum_of(hunt, &mut packed, place, layer),
        // Where it ends is not told before it.
        0 => {
            hunt.refuse(place, "a part without a size is not looked into".into(), true);
            return Ok(false);
        }
        8 => sum_of(hunt, DeflateDecoder::new(&mut packed), place, layer),
        12 => packed_by(hunt, Kind::Bzip2, &mut packed, place, layer),
        93 => packed_by(hunt, Kind::Zstd, &mut packed, place, layer),
        95 => packed_by(hunt, Kind::Xz, &mut packed, place, layer),
        method => {
            hunt.refuse(place, format!("method {method} of packing is not looked into"), true);
            None
        }
    };
    let left = packed.limit();
    let told = match part.packed {
        Some(_) => pass(input, left).map(|()| part.sum)?,
        None => sum_after(input)?,
    };
    let right = sum == Some(told);
    if sum.is_some() && !right {
        hunt.refuse(place, "its sum is wrong: it is damaged".into(), false);
    }
    Ok(right)
}

/// The sum of what is unpacked, where all of it was read.
fn sum_of(hunt: &mut Hunt, part: impl Read, place: &str, layer: usize) -> Option<u32> {
    let mut part = CrcReader::new(part);
    hunt.part(&mut part, place, layer + 1).then(|| part.crc().sum())
}

/// The other ways to pack have sums of their own.
fn packed_by(hunt: &mut Hunt, kind: Kind, part: &mut dyn BufRead, place: &str, layer: usize) -> Option<u32> {
    stream(hunt, kind, part, place, layer);
    None
}

/// The sum that stands after a part.
fn sum_after(input: &mut dyn BufRead) -> io::Result<u32> {
    let mut word = [0; 4];
    input.read_exact(&mut word).map_err(|_| cut())?;
    if word == AFTER {
        input.read_exact(&mut word).map_err(|_| cut())?;
    }
    Ok(u32::from_le_bytes(word))
}

/// Goes behind the next four bytes that begin a part, or the end of the list.
fn find(input: &mut dyn BufRead) -> io::Result<Next> {
    let mut last = 0;
    loop {
        let held = input.fill_buf()?;
        if held.is_empty() {
            return Ok(Next::Nothing);
        }
        let length = held.len();
        for (at, byte) in held.iter().enumerate() {
            last = last << 8 | u32::from(*byte);
            let next = match &last.to_be_bytes() {
                b"PK\x03\x04" => Next::Part,
                b"PK\x05\x06" => Next::End,
                _ => continue,
            };
            input.consume(at + 1);
            return Ok(next);
        }
        input.consume(length);
    }
}
