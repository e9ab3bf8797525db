//! Words of the wire that several answers share.

use aspis_core::{
    clock::Timestamp,
    money::{Fixed, Volume},
};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// A decimal as text: exact, at most eight decimals. Never a JSON number.
#[derive(Debug, Clone, serde::Deserialize, ToSchema)]
#[schema(value_type = String, pattern = r"^-?[0-9]{1,11}(\.[0-9]{1,8})?$", min_length = 1, max_length = 21, example = "0.5")]
pub(crate) struct Decimal(pub(crate) Fixed);

/// A decimal above 0 as text: exact, at most eight decimals. Never a JSON number.
#[derive(Debug, serde::Deserialize, ToSchema)]
#[schema(value_type = String, pattern = r"^[0-9]{1,11}(\.[0-9]{1,8})?$", min_length = 1, max_length = 20)]
#[expect(
    dead_code,
    reason = "says what is taken where a Fixed is read; the handler judges that it is above 0"
)]
pub(crate) struct Amount(Fixed);

/// A moment in RFC 3339, UTC.
#[derive(Debug, Clone, ToSchema)]
#[schema(value_type = String, format = "date-time", min_length = 20, max_length = 32, example = "2020-01-18T00:00:00Z")]
pub(crate) struct Moment(pub(crate) Timestamp);

/// How much was traded, as text: exact, at most eight decimals. Never a JSON number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traded(pub(crate) Volume);

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl Serialize for Traded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl From<Fixed> for Decimal {
    fn from(value: Fixed) -> Self {
        Self(value)
    }
}

impl From<Timestamp> for Moment {
    fn from(value: Timestamp) -> Self {
        Self(value)
    }
}
