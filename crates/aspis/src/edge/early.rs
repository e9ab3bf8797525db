//! What can be said of a head before it is complete, so that nobody is waited for in vain.
//!
//! Each finding has a place: the length of the shortest beginning that shows it. The earliest place wins, and it
//! wins over the judgement of the whole head, so the verdict does not depend on how the bytes were cut into reads.

use super::{head::Bounds, refusal::EdgeRefusal, target::is_token};

/// Looks at the beginning of a head, of which the first `seen` bytes were found without fault before.
pub(super) fn look(head: &[u8], seen: usize, bounds: &Bounds) -> Option<EdgeRefusal> {
    let found =
        [first_byte(head), bare_newline(head, seen), long_target(head, bounds), too_large(head, bounds)];
    found.into_iter().flatten().min_by_key(|(place, _)| *place).map(|(_, refusal)| refusal)
}

type Found = Option<(usize, EdgeRefusal)>;

/// Another protocol altogether, such as a TLS hello on a plain port.
fn first_byte(head: &[u8]) -> Found {
    let first = *head.first()?;
    (first != b'\r' && !is_token(first)).then_some((1, EdgeRefusal::RequestLine))
}

/// A line that ends without a carriage return: other servers may take it for an end, or not.
fn bare_newline(head: &[u8], seen: usize) -> Found {
    let at = memchr::memchr_iter(b'\n', &head[seen..])
        .map(|offset| seen + offset)
        .find(|&at| at == 0 || head[at - 1] != b'\r')?;
    let before = head[..at].strip_prefix(b"\r\n").unwrap_or(&head[..at]);
    let in_request_line = memchr::memchr(b'\n', before).is_none();
    Some((at + 1, if in_request_line { EdgeRefusal::RequestLine } else { EdgeRefusal::Header }))
}

fn long_target(head: &[u8], bounds: &Bounds) -> Found {
    if head.len() <= bounds.url {
        return None;
    }
    let skipped = if head.starts_with(b"\r\n") { 2 } else { 0 };
    let start = skipped + memchr::memchr3(b' ', b'\r', b'\n', &head[skipped..])? + 1;
    if head[start - 1] != b' ' {
        return None;
    }
    let target = &head[start..];
    let end = memchr::memchr3(b' ', b'\r', b'\n', target).unwrap_or(target.len());
    (end > bounds.url).then_some((start + bounds.url + 1, EdgeRefusal::UrlTooLong))
}

fn too_large(head: &[u8], bounds: &Bounds) -> Found {
    (head.len() > bounds.head).then_some((bounds.head + 1, EdgeRefusal::HeadTooLarge))
}
