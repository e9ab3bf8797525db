//! Addresses in the one form in which they can be compared (RFC 3986, 6.2.2 and 6.2.3), without query and fragment.
//!
//! Deliberately not a general reader of addresses: what is not plainly `http` or `https`, a host and a path has no
//! normal form here, and so equals nothing.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The normal form; `None` for what has none.
pub(super) fn normal(url: &str) -> Option<String> {
    if url.bytes().any(|byte| !byte.is_ascii_graphic() || byte == b'\\') {
        return None;
    }
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let usual = match &*scheme {
        "http" => "80",
        "https" => "443",
        _ => return None,
    };
    let rest = rest.split(['?', '#']).next()?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = split_port(authority)?;
    let (host, port) = (normal_host(host)?, normal_port(port)?);
    let port = if port.is_empty() || port == usual { String::new() } else { format!(":{port}") };
    Some(format!("{scheme}://{host}{port}{}", normal_path(path)?))
}

/// Host and port, which may be empty. A name and password before the host are in no address of ours.
fn split_port(authority: &str) -> Option<(&str, &str)> {
    let end = if authority.starts_with('[') { authority.find(']')? + 1 } else { 0 };
    match authority[end..].find(':') {
        Some(colon) => Some((&authority[..end + colon], &authority[end + colon + 1..])),
        None => Some((authority, "")),
    }
}

fn normal_host(host: &str) -> Option<String> {
    if let Some(inner) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return inner.parse::<Ipv6Addr>().ok().map(|address| format!("[{address}]"));
    }
    let named = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    if host.is_empty() || !host.bytes().all(named) {
        return None;
    }
    // Digits and dots alone are an address, and have to be one.
    if host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return host.parse::<Ipv4Addr>().ok().map(|address| address.to_string());
    }
    Some(host.to_ascii_lowercase())
}

fn normal_port(port: &str) -> Option<&str> {
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    let plain = port.is_empty() || (!port.starts_with('0') && port.parse::<u16>().is_ok());
    (digits && plain).then_some(port)
}

/// Escapes in upper case and only where they are needed, then no dots that mean a step.
fn normal_path(path: &str) -> Option<String> {
    let path = normal_escapes(path)?;
    let mut steps: Vec<&str> = Vec::new();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    for (place, segment) in segments.iter().enumerate() {
        let last = place + 1 == segments.len();
        match *segment {
            "." => {}
            ".." => drop(steps.pop()),
            plain => {
                steps.push(plain);
                continue;
            }
        }
        if last {
            steps.push("");
        }
    }
    Some(format!("/{}", steps.join("/")))
}

fn normal_escapes(path: &str) -> Option<String> {
    let mut normal = String::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            normal.push(char::from(byte));
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        let (high, low) = (digit()?, digit()?);
        let meant = u8::try_from(high * 16 + low).ok()?;
        if meant.is_ascii_alphanumeric() || matches!(meant, b'-' | b'.' | b'_' | b'~') {
            normal.push(char::from(meant));
        } else {
            normal.push('%');
            normal.extend([high, low].map(|digit| char::from(b"0123456789ABCDEF"[digit as usize])));
        }
    }
    Some(normal)
}

#[cfg(test)]
mod tests;
