//! Tar: POSIX and GNU, with their long names.

use std::io::{self, BufRead, Read};

use super::{super::hunt::Hunt, PARTS, cut, frames::fill, pass, within};

mod names;

use names::{name, pax, text};

/// Bytes of a head, and what everything is padded to.
const BLOCK: usize = 512;

/// True where this is the head of a part, or says that it is one.
pub(super) fn begins(head: &[u8]) -> bool {
    let Some(head) = head.first_chunk::<BLOCK>() else { return false };
    &head[257..262] == b"ustar" || (head[0] != 0 && is_head(head))
}

pub(super) fn unpack(
    hunt: &mut Hunt,
    mut input: &mut dyn BufRead,
    place: &str,
    layer: usize,
) -> io::Result<()> {
    let (mut long, mut size, mut ended) = (None, None, false);
    for _ in 0..PARTS {
        let mut head = [0; BLOCK];
        if !fill(&mut input, &mut head)? {
            return if ended { Ok(()) } else { Err(cut()) };
        }
        if head.iter().all(|byte| *byte == 0) {
            ended = true;
            continue;
        }
        let own = number(&head[124..136]).filter(|_| is_head(&head));
        let Some(bytes) = own.map(|own| size.take().unwrap_or(own)) else {
            // What stands behind the end is not of it.
            return if ended { Ok(()) } else { Err(io::Error::other("a head is damaged")) };
        };
        ended = false;
        skip_map(input, &head)?;
        let mut part = (&mut input).take(bytes);
        match head[156] {
            b'L' => long = Some(text(&mut part)?),
            b'x' => (long, size) = pax(&text(&mut part)?),
            0 | b'0' | b'7' | b'S' => {
                let name = long.take().unwrap_or_else(|| name(&head));
                hunt.part(&mut part, &within(place, &name), layer + 1);
            }
            _ => long = None,
        }
        let left = part.limit();
        let padding = bytes.next_multiple_of(BLOCK as u64) - bytes;
        pass(input, left + padding)?;
    }
    Err(io::Error::other("it has more parts than are looked at"))
}

/// Goes behind the rest of the list of holes that stands after the head of a file with many.
fn skip_map(input: &mut dyn BufRead, head: &[u8; BLOCK]) -> io::Result<()> {
    let mut more = head[156] == b'S' && head[482] != 0;
    let mut block = [0; BLOCK];
    while more {
        input.read_exact(&mut block)?;
        more = block[504] != 0;
    }
    Ok(())
}

/// True where the sum in a head is right.
fn is_head(head: &[u8; BLOCK]) -> bool {
    let Some(told) = number(&head[148..156]) else { return false };
    let sum = head.iter().enumerate().map(|(at, byte)| {
        // The sum is made with spaces in its own place.
        if (148..156).contains(&at) { u64::from(b' ') } else { u64::from(*byte) }
    });
    told == sum.sum::<u64>()
}

/// A number in octal, or in bytes where the first bit is set.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let (high, low) = field.split_at(field.len() - 8);
        let fits = high.iter().enumerate().all(|(at, byte)| *byte == if at == 0 { 0x80 } else { 0 });
        return low.try_into().ok().map(u64::from_be_bytes).filter(|size| fits && *size < 1 << 62);
    }
    let text = str::from_utf8(field).ok()?.trim_matches([' ', '\0']);
    if text.is_empty() { Some(0) } else { u64::from_str_radix(text, 8).ok() }
}
