//! The assets as requests look for them: every price asks for one by its name.

use std::sync::Arc;

use super::{Listed, Listing};

/// All assets at one moment, and where each stands.
#[derive(Debug)]
pub(super) struct Shelf {
    listing: Arc<Listing>,
    /// By name as a number, in order: a few comparisons of registers find one, where comparing text costs ten times that.
    by_number: Box<[(u128, Arc<Listed>)]>,
}

impl Shelf {
    /// With these on it. A name that is too long for an asset cannot be asked for.
    pub(super) fn of(listing: Listing) -> Self {
        let numbered = |(name, listed): (&String, &Arc<Listed>)| Some((number(name)?, Arc::clone(listed)));
        let mut by_number: Box<[_]> = listing.iter().filter_map(numbered).collect();
        by_number.sort_unstable_by_key(|(number, _)| *number);
        Self { listing: Arc::new(listing), by_number }
    }

    /// All of them by name.
    pub(super) const fn all(&self) -> &Arc<Listing> {
        &self.listing
    }

    /// The one of this name, in capitals.
    pub(super) fn find(&self, name: &str) -> Option<&Arc<Listed>> {
        let number = number(name)?;
        let at = self.by_number.partition_point(|(other, _)| *other < number);
        self.by_number.get(at).filter(|(other, _)| *other == number).map(|(_, listed)| listed)
    }
}

/// A name as a number: no two of up to sixteen bytes have the same, since none begins with a zero.
fn number(name: &str) -> Option<u128> {
    let known = (1..=size_of::<u128>()).contains(&name.len()) && !name.starts_with('\0');
    known.then(|| name.bytes().fold(0, |number, byte| number << 8 | u128::from(byte)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn two_names_are_two_numbers(one in "[A-Z0-9]{1,12}", other in "[A-Z0-9]{1,12}") {
            prop_assert_eq!(number(&one) == number(&other), one == other);
        }
    }

    #[test]
    fn what_no_asset_is_called_has_no_number() {
        assert_eq!((number(""), number("ABCDEFGHIJKLMNOPQ"), number("\0A")), (None, None, None));
    }
}
