//! Shares and probabilities.

use serde::{Deserialize, Serialize};
use toml::Value;

use super::Refused;

/// A number from 0 to 1: a probability, or a part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Share(f64);

impl Share {
    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<Value> for Share {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let number = match &value {
            Value::Float(number) => Some(*number),
            Value::Integer(0) => Some(0.0),
            Value::Integer(1) => Some(1.0),
            _ => None,
        };
        number
            .filter(|number| (0.0..=1.0).contains(number))
            .map(Self)
            .ok_or_else(|| Refused::not(&value, "allowed; write a number from 0 to 1, e.g. 0.7"))
    }
}
