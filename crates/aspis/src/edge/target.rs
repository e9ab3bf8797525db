//! The request target and the host it is meant for: exactly what `http::Uri` will take, so that hyper never has a
//! reason to answer by itself. What a path means is the corridor's business.

use std::{net::Ipv6Addr, str};

use super::refusal::EdgeRefusal;

const PATH: u8 = 1;
const QUERY: u8 = 2;
/// Part of a UTF-8 sequence: judged as a whole.
const HIGH: u8 = 4;
const HOST: u8 = 8;
/// What names and methods are made of (RFC 9110, 5.6.2).
const TOKEN: u8 = 16;

static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte: u8 = 0;
    loop {
        table[byte as usize] = class(byte);
        if byte == u8::MAX {
            return table;
        }
        byte += 1;
    }
}

const fn class(byte: u8) -> u8 {
    let path = matches!(byte, 0x21 | 0x24..=0x3B | 0x3D | 0x40..=0x5F | 0x61..=0x7A | 0x7C | 0x7E | b'"' | b'{' | b'}');
    let query = matches!(byte, 0x21 | 0x24..=0x3B | 0x3D | 0x3F..=0x7E);
    let host = byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let token = byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~');
    (path as u8 * PATH)
        | (query as u8 * QUERY)
        | ((byte >= 0x80) as u8 * HIGH)
        | (host as u8 * HOST)
        | (token as u8 * TOKEN)
}

/// Whether a name or a method may hold `byte`.
pub(super) fn is_token(byte: u8) -> bool {
    CLASS[usize::from(byte)] & TOKEN != 0
}

/// Judges the target of a request to `host`.
pub(super) fn check(method: &[u8], target: &[u8], host: &[u8]) -> Result<(), EdgeRefusal> {
    match target {
        [b'/', ..] if is_origin(target) => Ok(()),
        [b'*'] if method == b"OPTIONS" => Ok(()),
        [b'h' | b'H', ..] => absolute(target, host),
        _ => Err(EdgeRefusal::RequestLine),
    }
}

/// A path and perhaps a query; no fragment.
fn is_origin(target: &[u8]) -> bool {
    let (path, query) = match memchr::memchr(b'?', target) {
        Some(at) => target.split_at(at),
        None => (target, &[][..]),
    };
    let (in_path, in_query) = (all_of(path), all_of(query));
    (in_path & PATH != 0 && (query.is_empty() || in_query & QUERY != 0)) || is_high(path, query, target)
}

/// The classes that every byte belongs to.
fn all_of(bytes: &[u8]) -> u8 {
    bytes.iter().fold(u8::MAX, |all, &byte| all & CLASS[usize::from(byte)])
}

/// The same with raw UTF-8 in it, which `http::Uri` takes.
#[cold]
fn is_high(path: &[u8], query: &[u8], target: &[u8]) -> bool {
    let within = |bytes: &[u8], part| bytes.iter().all(|&byte| CLASS[usize::from(byte)] & (part | HIGH) != 0);
    within(path, PATH) && within(query, QUERY) && str::from_utf8(target).is_ok()
}

/// `http://host/path`: what a client says to a proxy, and must mean us (RFC 9112, 3.2.2).
#[cold]
fn absolute(target: &[u8], host: &[u8]) -> Result<(), EdgeRefusal> {
    if target.contains(&b'#') {
        return Err(EdgeRefusal::RequestLine);
    }
    let uri = http::Uri::try_from(target).map_err(|_| EdgeRefusal::RequestLine)?;
    let (Some("http" | "https"), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(EdgeRefusal::RequestLine);
    };
    if authority.as_str().as_bytes().eq_ignore_ascii_case(host) {
        Ok(())
    } else {
        Err(EdgeRefusal::HostMalformed)
    }
}

/// `name`, `1.2.3.4` or `[::1]`, with a port or without.
pub(super) fn is_host(host: &[u8]) -> bool {
    let end = match host {
        [b'[', ..] => address(host),
        _ => host.iter().position(|&byte| CLASS[usize::from(byte)] & HOST == 0).unwrap_or(host.len()),
    };
    (1..=255).contains(&end) && is_port(&host[end..])
}

/// How long the IPv6 address in brackets is that `host` begins with; 0 where it is none.
#[cold]
fn address(host: &[u8]) -> usize {
    let Some(end) = host.iter().position(|&byte| byte == b']') else { return 0 };
    let text = str::from_utf8(&host[1..end]).unwrap_or_default();
    if text.parse::<Ipv6Addr>().is_ok() { end + 1 } else { 0 }
}

/// Nothing, or a colon and a port number.
fn is_port(rest: &[u8]) -> bool {
    match rest {
        [] => true,
        [b':', digits @ ..] if (1..=5).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) => {
            u16::try_from(digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))).is_ok()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
