//! So many within so long: `"20 in 10m"`.

use aspis_core::alert;
use serde::{Deserialize, Serialize};
use toml::Value;

use super::{Refused, text};

/// From so many on within any window of this length, a rule of alarm fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "String")]
pub struct Bar(alert::Bar);

impl Bar {
    /// The bar.
    pub const fn get(self) -> alert::Bar {
        self.0
    }
}

impl TryFrom<Value> for Bar {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let text = text(&value, "20 in 10m")?;
        text.parse().map(Self).map_err(|error: alert::BarError| Refused::new(error.to_string()))
    }
}

impl From<Bar> for String {
    fn from(bar: Bar) -> Self {
        bar.0.to_string()
    }
}
