//! Names in a tar: in the head, or in a part of their own.

use std::io::{self, Read};

use super::BLOCK;

/// The longest name.
const NAME: u64 = 64 * 1024;

/// The name in a head.
pub(super) fn name(head: &[u8; BLOCK]) -> Vec<u8> {
    let field = |from: usize, to: usize| {
        let end = head[from..to].iter().position(|byte| *byte == 0).map_or(to, |at| from + at);
        &head[from..end]
    };
    let before = if &head[257..263] == b"ustar\0" { field(345, 500) } else { b"" };
    if before.is_empty() { field(0, 100).to_vec() } else { [before, b"/", field(0, 100)].concat() }
}

/// A name that has a part of its own.
pub(super) fn text(part: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    part.take(NAME).read_to_end(&mut text)?;
    while text.last() == Some(&0) {
        text.pop();
    }
    Ok(text)
}

/// The path and the size among the records of POSIX: `LENGTH KEY=VALUE` and the end of a line each.
pub(super) fn pax(mut records: &[u8]) -> (Option<Vec<u8>>, Option<u64>) {
    let (mut path, mut size) = (None, None);
    while let Some(space) = records.iter().position(|byte| *byte == b' ') {
        let length = str::from_utf8(&records[..space]).ok().and_then(|text| text.parse::<usize>().ok());
        let Some((record, rest)) = length.and_then(|length| records.split_at_checked(length)) else { break };
        let Some(said) = record.get(space + 1..record.len().saturating_sub(1)) else { break };
        if let Some(value) = said.strip_prefix(b"path=") {
            path = Some(value.to_vec());
        } else if let Some(value) = said.strip_prefix(b"size=") {
            size = str::from_utf8(value).ok().and_then(|text| text.parse().ok());
        }
        records = rest;
    }
    (path, size)
}
