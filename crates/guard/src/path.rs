//! The one form of a path.
//!
//! A variant (`//`, `/./`, a trailing slash, `%2e`) is told from it and never tidied: two tidiers never agree.

use crate::percent::escaped;

/// True for a path that begins with a slash, has no empty and no dot segment, and escapes nothing that needs none.
pub fn is_canonical(path: &str) -> bool {
    if path == "/" {
        return true;
    }
    let Some(rest) = path.strip_prefix('/') else { return false };
    if is_simple(path.as_bytes()) {
        return true;
    }
    let (mut start, mut plain) = (0, true);
    for (at, byte) in rest.bytes().chain([b'/']).enumerate() {
        if byte == b'/' {
            if matches!(&rest.as_bytes()[start..at], b"" | b"." | b"..") {
                return false;
            }
            start = at + 1;
        }
        plain &= byte != b'%' && byte != b'\\';
    }
    plain || escapes_are_needed(rest)
}

/// True for most paths: nothing is escaped, no segment is empty, and none begins with a dot.
fn is_simple(path: &[u8]) -> bool {
    let mut previous = 0;
    let simple = path.iter().all(|&byte| {
        let begins = previous == b'/';
        previous = byte;
        !(matches!(byte, b'%' | b'\\') || begins && matches!(byte, b'/' | b'.'))
    });
    simple && previous != b'/'
}

/// Every escape is well-formed, in upper case or lower, and of a byte that cannot stand for itself.
fn escapes_are_needed(path: &str) -> bool {
    if path.contains('\\') {
        return false;
    }
    let mut rest = path.as_bytes();
    while let Some(at) = rest.iter().position(|byte| *byte == b'%') {
        let Some(byte) = escaped(&rest[at + 1..]) else { return false };
        let unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if unreserved || matches!(byte, b'/' | b'\\' | 0) {
            return false;
        }
        rest = &rest[at + 3..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_path_has_one_form() {
        for path in ["/", "/a", "/api/v1/price/BTC", "/a/%3Cb%3E", "/a;b", "/a'b", "/a.b/..c"] {
            assert!(is_canonical(path), "{path}");
        }
        for path in [
            "", "a", "//", "/a/", "/a//b", "/./a", "/a/.", "/a/..", "/%61", "/a%2eb", "/a%2Fb", "/a%5cb",
            "/a%00", "/a%", "/a%2", "/a%zz", "/a%+f", "/a\\b", "*",
        ] {
            assert!(!is_canonical(path), "{path}");
        }
    }
}
