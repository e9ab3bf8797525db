//! What an API key may do: a closed set of words, and sets of them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that a key may do. None holds another: a key that writes does not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// Assets, prices, history and exports.
    #[serde(rename = "read:prices")]
    ReadPrices,
    /// Prices of the one source that the key is for.
    #[serde(rename = "write:prices")]
    WritePrices,
    /// Predictions.
    #[serde(rename = "predict")]
    Predict,
    /// The portfolio and its transactions.
    #[serde(rename = "read:portfolio")]
    ReadPortfolio,
    /// Orders.
    #[serde(rename = "write:portfolio")]
    WritePortfolio,
}

impl Scope {
    /// Every scope, in the order of the manual.
    pub const ALL: [Self; 5] =
        [Self::ReadPrices, Self::WritePrices, Self::Predict, Self::ReadPortfolio, Self::WritePortfolio];

    /// The word on the wire and in the store.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ReadPrices => "read:prices",
            Self::WritePrices => "write:prices",
            Self::Predict => "predict",
            Self::ReadPortfolio => "read:portfolio",
            Self::WritePortfolio => "write:portfolio",
        }
    }

    /// Reads [`Scope::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.word() == word)
    }

    /// True where it only reads: a key that may do no more can be made without proving again that it is you.
    pub const fn is_read(self) -> bool {
        matches!(self, Self::ReadPrices | Self::ReadPortfolio)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A set of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Scopes(u8);

impl Scopes {
    /// True where the set holds this one.
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// True where it holds none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those it holds, in the order of the manual.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.has(*scope))
    }

    /// Reads what [`Scopes`] writes: words with one space between them, and at least one.
    pub fn parse(text: &str) -> Option<Self> {
        text.split(' ').map(Scope::parse).collect()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, scope) in self.iter().enumerate() {
            let gap = if at == 0 { "" } else { " " };
            write!(f, "{gap}{scope}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_comes_back_as_it_was() {
        for bits in 1..32_u8 {
            let set: Scopes = Scope::ALL.into_iter().filter(|scope| bits & scope.bit() != 0).collect();
            assert_eq!(Scopes::parse(&set.to_string()), Some(set));
            assert_eq!(set.iter().count(), bits.count_ones() as usize);
        }
        for wrong in ["", " ", "read:prices  predict", "READ:PRICES", "read", "admin"] {
            assert_eq!(Scopes::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn none_holds_another() {
        for scope in Scope::ALL {
            let alone: Scopes = [scope].into_iter().collect();
            assert_eq!(alone.iter().collect::<Vec<_>>(), [scope]);
            assert_eq!(serde_json::to_value(scope).ok(), Some(scope.word().into()), "one word everywhere");
        }
        assert!(Scopes::default().is_empty());
    }
}
