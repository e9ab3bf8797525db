//! The head of a part of a zip.

use std::io::{self, BufRead};

use super::cut;

/// Bytes of a head after its first four, without name and extra fields.
pub(super) const HEAD: usize = 26;
/// The sizes stand in an extra field.
const LARGE: u64 = 0xffff_ffff;
/// Encrypted, strongly encrypted, and with a head that says nothing because of that.
const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;
/// The newest version of the format that is known to anybody, in tenths.
const NEWEST: u8 = 63;

/// What a head says.
pub(super) struct Part {
    pub(super) encrypted: bool,
    pub(super) method: u16,
    pub(super) sum: u32,
    /// Packed bytes, where the head says how many.
    pub(super) packed: Option<u64>,
    pub(super) name: Vec<u8>,
}

impl Part {
    /// Reads what stands after the first four bytes. `None` of what can be no head.
    pub(super) fn read(input: &mut dyn BufRead) -> io::Result<Option<Self>> {
        let mut fixed = [0; HEAD];
        input.read_exact(&mut fixed).map_err(|_| cut())?;
        if !may_be(&fixed) {
            return Ok(None);
        }
        let mut name = vec![0; usize::from(short(&fixed, 22))];
        input.read_exact(&mut name).map_err(|_| cut())?;
        let mut extra = vec![0; usize::from(short(&fixed, 24))];
        input.read_exact(&mut extra).map_err(|_| cut())?;
        let (flags, small) = (short(&fixed, 2), long(&fixed, 14));
        let packed = match u64::from(small) {
            // The size comes after the part.
            _ if flags & 8 != 0 => None,
            LARGE => large(&extra),
            small => Some(small),
        };
        let (method, sum) = (short(&fixed, 4), long(&fixed, 10));
        Ok(Some(Self { encrypted: flags & ENCRYPTED != 0, method, sum, packed, name }))
    }
}

/// How many parts the end of a list says there are, as far as it can; it may leave some out.
pub(super) fn listed(input: &mut dyn BufRead) -> io::Result<u64> {
    let mut fixed = [0; 18];
    input.read_exact(&mut fixed).map_err(|_| cut())?;
    // Of a larger number it says this, and stands elsewhere.
    Ok(Some(u64::from(short(&fixed, 6))).filter(|count| *count != 0xffff).unwrap_or(0))
}

/// True of what may be a head.
pub(super) fn may_be(fixed: &[u8; HEAD]) -> bool {
    let method = short(fixed, 4);
    fixed[0] <= NEWEST
        && (method <= 20 || (93..=99).contains(&method))
        && (1..=4096).contains(&short(fixed, 22))
}

fn short(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn long(bytes: &[u8], at: usize) -> u32 {
    u32::from(short(bytes, at)) | u32::from(short(bytes, at + 2)) << 16
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
