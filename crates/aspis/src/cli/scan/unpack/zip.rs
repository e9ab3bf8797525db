//! Zip, by the heads that stand before its parts: the list at its end may leave parts out, and is not asked.

use std::io::{self, BufRead, Read};

use flate2::bufread::DeflateDecoder;

use super::{PARTS, pass, within};
use crate::cli::scan::hunt::Hunt;

/// What the head of a part begins with.
pub(super) const PART: &[u8] = b"PK\x03\x04";
/// Bytes of a head after that, without name and extra fields.
const HEAD: usize = 26;
/// The sizes stand in an extra field.
const LARGE: u64 = 0xffff_ffff;

/// The head of a part.
struct Part {
    encrypted: bool,
    method: u16,
    /// Packed bytes, where the head says how many.
    packed: Option<u64>,
    name: Vec<u8>,
}

pub(super) fn unpack(hunt: &mut Hunt, input: &mut dyn BufRead, place: &str, layer: usize) -> io::Result<()> {
    for _ in 0..PARTS {
        if !find(input)? {
            return Ok(());
        }
        let part = head(input)?;
        look(hunt, &part, input, &within(place, &part.name), layer)?;
    }
    Err(io::Error::other("it has more parts than are looked at"))
}

fn look(
    hunt: &mut Hunt,
    part: &Part,
    mut input: &mut dyn BufRead,
    place: &str,
    layer: usize,
) -> io::Result<()> {
    // Without an end of its own a part that is not packed is looked at as part of the whole alone.
    let mut packed = (&mut input).take(part.packed.unwrap_or(u64::MAX));
    match part.method {
        _ if part.encrypted => hunt.refuse(place, "it is encrypted".into(), true),
        0 if part.packed.is_some() => hunt.part(&mut packed, place, layer + 1),
        0 => return Ok(()),
        8 => hunt.part(&mut DeflateDecoder::new(&mut packed), place, layer + 1),
        method => hunt.refuse(place, format!("method {method} of packing is not looked into"), true),
    }
    if part.packed.is_some() { pass(&mut packed) } else { Ok(()) }
}

/// Goes behind the next four bytes that begin a part. False where there are none.
fn find(input: &mut dyn BufRead) -> io::Result<bool> {
    let mut matched = 0;
    loop {
        let held = input.fill_buf()?;
        if held.is_empty() {
            return Ok(false);
        }
        for (at, byte) in held.iter().enumerate() {
            matched = if *byte == PART[matched] { matched + 1 } else { usize::from(*byte == PART[0]) };
            if matched == PART.len() {
                input.consume(at + 1);
                return Ok(true);
            }
        }
        let all = held.len();
        input.consume(all);
    }
}

fn head(input: &mut dyn BufRead) -> io::Result<Part> {
    let mut fixed = [0; HEAD];
    input.read_exact(&mut fixed)?;
    let short = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
    let long = |at: usize| u64::from(short(at)) | u64::from(short(at + 2)) << 16;
    let mut name = vec![0; usize::from(short(22))];
    input.read_exact(&mut name)?;
    let mut extra = vec![0; usize::from(short(24))];
    input.read_exact(&mut extra)?;
    let (flags, small) = (short(2), long(14));
    let packed = match small {
        // The size comes after the part.
        _ if flags & 8 != 0 => None,
        LARGE => large(&extra),
        small => Some(small),
    };
    Ok(Part { encrypted: flags & 1 != 0, method: short(4), packed, name })
}

/// The packed size in the extra field of large archives: after the size that is unpacked.
fn large(mut extra: &[u8]) -> Option<u64> {
    while let [a, b, c, d, rest @ ..] = extra {
        let (field, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes([*c, *d])))?;
        if u16::from_le_bytes([*a, *b]) == 1 {
            return field.get(8..16)?.try_into().ok().map(u64::from_le_bytes);
        }
        extra = rest;
    }
    None
}
