//! Whole numbers within bounds.

use serde::{Deserialize, Serialize};
use toml::Value;

use super::Refused;

/// A whole number from `MIN` to `MAX`, kept as the type the code wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Serialize", deserialize = "T: TryFrom<i64>"))]
#[serde(try_from = "Value")]
pub struct Whole<T, const MIN: i64, const MAX: i64>(T);

impl<T: Copy, const MIN: i64, const MAX: i64> Whole<T, MIN, MAX> {
    /// The number.
    pub const fn get(self) -> T {
        self.0
    }
}

impl<T: TryFrom<i64>, const MIN: i64, const MAX: i64> TryFrom<Value> for Whole<T, MIN, MAX> {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let wrong = || Refused::not(&value, format!("allowed; write a whole number from {MIN} to {MAX}"));
        let number = value.as_integer().filter(|number| (MIN..=MAX).contains(number)).ok_or_else(wrong)?;
        T::try_from(number).map(Self).map_err(|_| wrong())
    }
}
