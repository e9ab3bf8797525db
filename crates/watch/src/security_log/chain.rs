//! The chain: each line holds its number and the SHA-256 of the whole line before it.
//!
//! What is hashed are the bytes of a line as they stand in the file, without the line's end, so that `sha256sum` can follow
//! the chain without knowing anything of us. Not here: who holds the head of it (`anchor`).

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The SHA-256 of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Hash([u8; 32]);

impl Hash {
    /// Reads 64 small hexadecimal digits.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        let digits = text.as_chunks::<2>();
        if digits.0.len() != bytes.len() || !digits.1.is_empty() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.0) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(bytes))
    }
}

fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for Hash {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(text.as_bytes()).ok_or("not the hash of a line")
    }
}

/// Where the chain stands: the number of its last line and what that line hashes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) seq: u64,
    pub(super) hash: Hash,
}

impl Head {
    /// Where it stands once `line` is written.
    pub(super) fn after(self, line: &[u8]) -> Self {
        Self { seq: self.seq + 1, hash: hash(line) }
    }

    /// True when a line with this link is the next one.
    pub(super) fn leads_to(self, link: Link) -> bool {
        link.seq == self.seq + 1 && link.prev == self.hash
    }
}

/// The hash of a line, without its end.
pub(super) fn hash(line: &[u8]) -> Hash {
    Hash(Sha256::digest(line).into())
}

/// What a line says of its place in the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) seq: u64,
    pub(super) prev: Hash,
}

impl Link {
    /// Reads it from the end of a line, where every format has it: `,"seq":17,"prev":"…"}` and what closes the line.
    pub(crate) fn of(line: &[u8]) -> Option<Self> {
        let open = line.iter().rposition(|letter| *letter != b'}').map_or(0, |at| at + 1);
        if !(1..=3).contains(&(line.len() - open)) {
            return None;
        }
        let rest = line[..open].strip_suffix(b"\"")?;
        let (rest, prev) = rest.split_at_checked(rest.len().checked_sub(64)?)?;
        let rest = rest.strip_suffix(b",\"prev\":\"")?;
        let digits = rest.iter().rev().take_while(|letter| letter.is_ascii_digit()).count();
        let (rest, seq) = rest.split_at(rest.len() - digits);
        rest.strip_suffix(b",\"seq\":")?;
        let seq = std::str::from_utf8(seq).ok()?.parse().ok()?;
        Some(Self { seq, prev: Hash::parse(prev)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_its_place_at_its_end() {
        let prev = hash(b"before");
        let link = Some(Link { seq: 17, prev });
        for line in [
            format!(r#"{{"kind":"x","seq":17,"prev":"{prev}"}}"#),
            format!(r#"{{"a":{{"kind":"x","seq":17,"prev":"{prev}"}}}}"#),
            format!(r#"CEF:0|a=b aspis={{"kind":"x","seq":17,"prev":"{prev}"}}"#),
        ] {
            assert_eq!(Link::of(line.as_bytes()), link, "{line}");
            for end in 0..line.len() {
                assert_eq!(
                    Link::of(&line.as_bytes()[..end]).filter(|_| !line[end..].bytes().all(|b| b == b'}')),
                    None
                );
            }
        }
        for wrong in ["", "}", r#"{"seq":1,"prev":"00"}"#, r#"{"kind":"x"}"#] {
            assert_eq!(Link::of(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn a_head_leads_to_one_line_alone() {
        let head = Head::default().after(b"one");
        assert_eq!(head.hash.to_string(), "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed");
        let next = Link { seq: 2, prev: head.hash };
        assert!(head.leads_to(next));
        assert!(
            !head.leads_to(Link { seq: 3, ..next }) && !head.leads_to(Link { prev: hash(b"other"), ..next })
        );
    }
}
