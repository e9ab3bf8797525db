//! Amounts of money.

use aspis_core::money::Fixed;
use serde::{Deserialize, Serialize};
use toml::Value;

use super::{Refused, shown, text};

/// An exact amount above 0 and at most a billion, written as a decimal in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Amount(Fixed);

/// A billion leaves room for sums below what a [`Fixed`] can count.
const MOST: Fixed = Fixed::from_whole(1_000_000_000).expect("a billion can be counted");

impl Amount {
    /// The amount.
    pub const fn get(self) -> Fixed {
        self.0
    }
}

impl TryFrom<Value> for Amount {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let parsed = text(&value, "100000")?.parse::<Fixed>();
        match parsed {
            Ok(amount) if amount.is_positive() && amount <= MOST => Ok(Self(amount)),
            Ok(_) => {
                Err(Refused::not(&value, format!("allowed; write an amount above 0, at most \"{MOST}\"")))
            }
            Err(why) => Err(Refused::new(format!("{} {why}", shown(&value)))),
        }
    }
}
