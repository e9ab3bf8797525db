//! Who is still let in when the house is nearly full: the last places are kept for those who lose most by standing
//! outside.
//!
//! Each rank may fill a share of the places, so strangers are shed first and a prediction before a read; whoever runs
//! the server is never shed. Deliberately not here: how many may wait for a prediction, and how fast anybody may ask.

use crate::principal::{Principal, Role};

mod places;

pub use places::Places;

/// Who asks, and for what: the first is shed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Somebody of whom nothing is known, for a prediction.
    StrangersPrediction,
    /// Somebody of whom nothing is known, for anything else.
    Stranger,
    /// Somebody signed in, for a prediction.
    Prediction,
    /// Somebody signed in, for anything else.
    Member,
    /// An operator, for anything.
    Operator,
}

impl Rank {
    /// Every rank, the first to be shed first.
    pub const ALL: [Self; 5] =
        [Self::StrangersPrediction, Self::Stranger, Self::Prediction, Self::Member, Self::Operator];

    /// The rank of a request for `principal`.
    pub fn of(principal: Principal, prediction: bool) -> Self {
        // An operator's key is no operator.
        let role = match principal {
            Principal::Nobody => None,
            Principal::Account(who) => Some(who.role),
            Principal::Key(_) => Some(Role::User),
        };
        match (role, prediction) {
            (Some(Role::Admin), _) => Self::Operator,
            (Some(Role::User), true) => Self::Prediction,
            (Some(Role::User), false) => Self::Member,
            (None, true) => Self::StrangersPrediction,
            (None, false) => Self::Stranger,
        }
    }

    /// How many of `places` may be taken, by whomever, once this one is in; at least one.
    pub const fn share(self, places: usize) -> usize {
        let per_cent = match self {
            Self::StrangersPrediction => 80,
            Self::Stranger => 90,
            Self::Prediction => 95,
            Self::Member => 100,
            Self::Operator => return usize::MAX,
        };
        let share = places.saturating_mul(per_cent).div_ceil(100);
        if share == 0 { 1 } else { share }
    }
}

#[cfg(test)]
mod tests;
