//! Ar, which packages of Debian and libraries are: a head of sixty bytes before each part.

use std::io::{self, BufRead, Read};

use super::{super::hunt::Hunt, PARTS, cut, frames::fill, pass, within};

/// What all begins with.
const BEGIN: u64 = 8;
/// Bytes of a head.
const HEAD: usize = 60;

pub(super) fn unpack(
    hunt: &mut Hunt,
    mut input: &mut dyn BufRead,
    place: &str,
    layer: usize,
) -> io::Result<()> {
    pass(input, BEGIN)?;
    for _ in 0..PARTS {
        // A part of odd length is followed by the end of a line, which the last may lack.
        if input.fill_buf()?.first() == Some(&b'\n') {
            input.consume(1);
        }
        if input.fill_buf()?.is_empty() {
            return Ok(());
        }
        let mut head = [0; HEAD];
        if !fill(&mut input, &mut head)? {
            return Err(cut());
        }
        let Some(bytes) = size(&head) else { return Err(io::Error::other("a head is damaged")) };
        let mut part = (&mut input).take(bytes);
        hunt.part(&mut part, &within(place, head[..16].trim_ascii_end()), layer + 1);
        let left = part.limit();
        pass(input, left)?;
    }
    Err(io::Error::other("it has more parts than are looked at"))
}

fn size(head: &[u8; HEAD]) -> Option<u64> {
    let text = str::from_utf8(head[48..58].trim_ascii()).ok()?;
    text.parse().ok().filter(|_| &head[58..] == b"`\n")
}
