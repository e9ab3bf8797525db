//! Tar: POSIX and GNU, with their long names. Where the form ends, looking into it ends too: the whole is looked at anyway.

use std::io::{self, BufRead, Read};

use super::{PARTS, pass, within};
use crate::cli::scan::hunt::Hunt;

/// Bytes of a head, and what everything is padded to.
const BLOCK: usize = 512;
/// The longest name.
const NAME: u64 = 64 * 1024;

pub(super) fn unpack(
    hunt: &mut Hunt,
    mut input: &mut dyn BufRead,
    place: &str,
    layer: usize,
) -> io::Result<()> {
    let mut long: Option<Vec<u8>> = None;
    let mut size: Option<u64> = None;
    for _ in 0..PARTS {
        let mut head = [0; BLOCK];
        if !fill(input, &mut head)? {
            return Ok(());
        }
        if head.iter().all(|byte| *byte == 0) {
            continue;
        }
        let own = number(&head[124..136]).filter(|_| is_head(&head));
        let Some(bytes) = own.map(|own| size.take().unwrap_or(own)) else { return Ok(()) };
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
        pass(&mut part)?;
        let padding = bytes.next_multiple_of(BLOCK as u64) - bytes;
        pass(&mut (&mut input).take(padding))?;
    }
    Err(io::Error::other("it has more parts than are looked at"))
}

/// Fills a block. False where nothing or not all of one is left.
fn fill(input: &mut dyn BufRead, block: &mut [u8]) -> io::Result<bool> {
    match input.read_exact(block) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        outcome => outcome.map(|()| true),
    }
}

/// True where the sum in a head is right.
fn is_head(head: &[u8; BLOCK]) -> bool {
    let sum = head.iter().enumerate().map(|(at, byte)| {
        // The sum is made with spaces in its own place.
        if (148..156).contains(&at) { u64::from(b' ') } else { u64::from(*byte) }
    });
    number(&head[148..156]) == Some(sum.sum())
}

/// A number in octal, or in bytes where the first bit is set.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let (high, low) = field.split_at(field.len() - 8);
        let fits = high.iter().enumerate().all(|(at, byte)| *byte == if at == 0 { 0x80 } else { 0 });
        return low.try_into().ok().map(u64::from_be_bytes).filter(|size| fits && *size < 1 << 62);
    }
    let text = std::str::from_utf8(field).ok()?.trim_matches([' ', '\0']);
    if text.is_empty() { Some(0) } else { u64::from_str_radix(text, 8).ok() }
}

fn name(head: &[u8; BLOCK]) -> Vec<u8> {
    let field = |from: usize, to: usize| {
        let end = head[from..to].iter().position(|byte| *byte == 0).map_or(to, |at| from + at);
        &head[from..end]
    };
    let before = if &head[257..263] == b"ustar\0" { field(345, 500) } else { b"" };
    if before.is_empty() { field(0, 100).to_vec() } else { [before, b"/", field(0, 100)].concat() }
}

/// A name that has a part of its own.
fn text(part: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    part.take(NAME).read_to_end(&mut text)?;
    while text.last() == Some(&0) {
        text.pop();
    }
    Ok(text)
}

/// The path and the size among the records of POSIX: `LENGTH KEY=VALUE` and the end of a line each.
fn pax(mut records: &[u8]) -> (Option<Vec<u8>>, Option<u64>) {
    let (mut path, mut size) = (None, None);
    while let Some(space) = records.iter().position(|byte| *byte == b' ') {
        let length = std::str::from_utf8(&records[..space]).ok().and_then(|text| text.parse::<usize>().ok());
        let Some((record, rest)) = length.and_then(|length| records.split_at_checked(length)) else { break };
        let Some(said) = record.get(space + 1..record.len().saturating_sub(1)) else { break };
        if let Some(value) = said.strip_prefix(b"path=") {
            path = Some(value.to_vec());
        } else if let Some(value) = said.strip_prefix(b"size=") {
            size = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
        }
        records = rest;
    }
    (path, size)
}
