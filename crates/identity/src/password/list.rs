//! An operator's own list of refused passwords: plain words, or the hashes that Have I Been Pwned hands out.
//!
//! Deliberately without files: the binary opens one and passes the reader. The list is held in memory, eight bytes an
//! entry, so it is for the part of a download that was seen most often and not for all of it.

use std::{
    fmt,
    io::{self, BufRead},
};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

/// The most entries: 80 MB.
const MOST: usize = 10_000_000;
/// Hexadecimal digits of a SHA-1.
const DIGITS: usize = 40;

/// Passwords that are refused here.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct List {
    /// The first eight bytes of each password's SHA-1, ascending: the hash is the one of the public lists, and nothing
    /// rests on it being hard to collide.
    entries: Vec<u64>,
}

/// Why a list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// It cannot be read.
    #[error("cannot be read")]
    Read(#[from] io::Error),
    /// It is longer than the memory set aside for it.
    #[error("has more than {MOST} entries: keep those that were seen most often")]
    TooLong,
}

impl List {
    /// Reads one entry a line: a SHA-1 as 40 hexadecimal digits, with or without `:COUNT`, or else the password itself,
    /// whose lower-case form is then refused too. Lines that are not UTF-8 are no password that can be set here.
    pub fn read(mut reader: impl BufRead) -> Result<Self, ListError> {
        let (mut entries, mut line) = (Vec::new(), Vec::new());
        while reader.read_until(b'\n', &mut line)? > 0 {
            if let Ok(text) = str::from_utf8(&line) {
                add(text.trim_end_matches(['\r', '\n']), &mut entries);
            }
            line.clear();
            if entries.len() >= 2 * MOST {
                settle(&mut entries)?;
            }
        }
        settle(&mut entries)?;
        entries.shrink_to_fit();
        Ok(Self { entries })
    }

    /// True when the password, or its lower-case form, is on the list.
    pub(super) fn contains(&self, password: &str, lower: &str) -> bool {
        [password, lower].iter().any(|text| self.entries.binary_search(&entry(text)).is_ok())
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

fn settle(entries: &mut Vec<u64>) -> Result<(), ListError> {
    entries.sort_unstable();
    entries.dedup();
    if entries.len() > MOST { Err(ListError::TooLong) } else { Ok(()) }
}

fn add(line: &str, entries: &mut Vec<u64>) {
    if line.is_empty() {
        return;
    }
    if let Some(hash) = sha1_of(line) {
        entries.push(hash);
        return;
    }
    entries.push(entry(line));
    let lower = line.to_lowercase();
    if lower != line {
        entries.push(entry(&lower));
    }
}

/// The entry of a line such as `5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:52256179`.
fn sha1_of(line: &str) -> Option<u64> {
    let (hash, count) = line.split_once(':').unwrap_or((line, "0"));
    let is_hash = hash.len() == DIGITS && hash.bytes().all(|b| b.is_ascii_hexdigit());
    let is_count = !count.is_empty() && count.trim().bytes().all(|b| b.is_ascii_digit());
    (is_hash && is_count).then(|| u64::from_str_radix(&hash[..16], 16).ok()).flatten()
}

fn entry(text: &str) -> u64 {
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    hash.as_ref().first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "List of {}", self.entries.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> List {
        List::read(text.as_bytes()).expect("readable")
    }

    fn refuses(list: &List, password: &str) -> bool {
        list.contains(password, &password.to_lowercase())
    }

    #[test]
    fn hashes_of_the_public_kind_are_read() {
        let list = list(
            "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:52256179\r\n7c4a8d09ca3762af61e59520943dc26494f8941b\n",
        );
        assert_eq!(list.len(), 2);
        assert!(refuses(&list, "password") && refuses(&list, "PassWord") && refuses(&list, "123456"));
        assert!(!refuses(&list, "password2"));
    }

    #[test]
    fn words_are_read_whole_with_their_lower_case_form() {
        let list = list("Hannibal ante portas\n\nüber:Maß\n#not a comment");
        assert_eq!(list.len(), 5);
        for word in ["Hannibal ante portas", "hannibal ANTE portas", "ÜBER:Maß", "#not a comment"] {
            assert!(refuses(&list, word), "{word}");
        }
        assert!(!refuses(&list, "Hannibal") && !refuses(&list, "") && !refuses(&list, "über"));
    }

    #[test]
    fn lines_that_are_no_text_are_passed_over() {
        let list = List::read(&b"\xff\xfe\nright one\n"[..]).expect("readable");
        assert!(refuses(&list, "right one"));
        assert_eq!((list.len(), format!("{list:?}")), (1, "List of 1".to_owned()));
        assert!(List::default().is_empty());
    }
}
