//! Honey assets: names that are served nowhere and listed nowhere. Who asks for one has found it in no page of ours.
//!
//! A request for one is answered like one for any other unknown name; what is kept is that it was made. Deliberately
//! no answer of its own: made-up prices would be worth copying too, and could be sold as ours.

use std::{fmt, str};

/// The most letters and digits of an asset's name.
const LONGEST: usize = 12;

/// An asset's name as it is compared: 1 to 12 ASCII letters and digits, in capitals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    text: [u8; LONGEST],
    length: u8,
}

/// A name that no asset can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no name of an asset; write 1 to {LONGEST} letters and digits, e.g. \"ZRX\"")]
pub struct NameError(String);

impl Name {
    /// The name in a text, if it is one. Nothing is allocated.
    pub fn of(text: &str) -> Option<Self> {
        let length =
            u8::try_from(text.len()).ok().filter(|length| (1..=LONGEST).contains(&usize::from(*length)))?;
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let mut capitals = [0; LONGEST];
        for (to, from) in capitals.iter_mut().zip(text.bytes()) {
            *to = from.to_ascii_uppercase();
        }
        Some(Self { text: capitals, length })
    }

    /// The name in two words, for a quick hash: no two names have the same.
    pub(super) fn words(&self) -> [u64; 2] {
        let mut words = [[0; 8]; 2];
        words[0].copy_from_slice(&self.text[..8]);
        words[1][..4].copy_from_slice(&self.text[8..]);
        words[1][4] = self.length;
        words.map(u64::from_le_bytes)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.text[..usize::from(self.length)]).unwrap_or_default()
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// The honey assets, in order.
#[derive(Debug, Clone, Default)]
pub struct Honey {
    names: Vec<Name>,
    /// A bit for each length that one of them has.
    lengths: u16,
}

impl Honey {
    /// Reads a list of names, in any case.
    pub fn new<T: AsRef<str>>(names: &[T]) -> Result<Self, NameError> {
        let read = |text: &T| {
            Name::of(text.as_ref()).ok_or_else(|| NameError(text.as_ref().chars().take(40).collect()))
        };
        let mut names = names.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        names.sort_unstable();
        names.dedup();
        let lengths = names.iter().fold(0, |lengths, name| lengths | 1 << name.length);
        Ok(Self { names, lengths })
    }

    /// True for a name of the list.
    pub fn holds(&self, name: &Name) -> bool {
        self.names.binary_search(name).is_ok()
    }

    /// The name in a text, if it is one of the list. Most others are told from it by their length.
    pub fn find(&self, text: &str) -> Option<Name> {
        if text.len() > LONGEST || self.lengths & 1 << text.len() == 0 {
            return None;
        }
        Name::of(text).filter(|name| self.holds(name))
    }

    /// The first name of the list that is served: such a one must not stand there.
    pub fn served(&self, is_known: impl Fn(&str) -> bool) -> Option<Name> {
        self.names.iter().copied().find(|name| is_known(name.as_str()))
    }
}

#[cfg(test)]
mod tests;
