//! What a source brings, and what became of it: the words between who fetches rows and who judges them.

use aspis_core::{ids::ReviewId, scenario::price_manipulation::signs::Signs};
use aspis_store::prices::{Bar, Interval};

/// One row as a source or a caller brings it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The asset.
    pub asset: String,
    /// How long the bar lasts.
    pub interval: Interval,
    /// The bar.
    pub bar: Bar,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is part of what is known now.
    Accepted {
        /// What was noticed about it, a bit a mark.
        flags: u32,
    },
    /// The very same row is known already.
    Known,
    /// It is held for a person, or until other rows agree with it.
    Quarantined {
        /// What looked wrong.
        why: Signs,
        /// The review that it waits in.
        review: ReviewId,
    },
    /// It is no price, or not in order.
    Refused {
        /// Why: a `snake_case` word.
        why: &'static str,
        /// The member of the row that is wrong, where it is one.
        field: Option<&'static str>,
    },
}
