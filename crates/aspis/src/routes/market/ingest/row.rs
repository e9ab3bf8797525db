//! One row as it is sent. What is wrong with it is said of it alone.

use std::borrow::Cow;

use aspis_core::{
    clock::Timestamp,
    money::{DecimalError, Fixed, Volume},
};
use aspis_guard::named;
use aspis_market::offered::Offered;
use aspis_store::prices::{Bar, Interval};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{openapi::words, routes::words::Amount};

/// One closed bar.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "says what is taken; the row is read member by member, so that each can be named"
)]
#[schema(example = json!({
    "asset_id": "BTC", "interval": "1h", "timestamp": "2026-11-21T11:00:00Z", "close": "90123.45"
}))]
pub(crate) struct RowInput {
    /// A known asset.
    #[schema(min_length = 1, max_length = 12, pattern = "^[A-Za-z0-9]{1,12}$", example = "BTC")]
    asset_id: String,
    /// The length of the bar.
    #[schema(schema_with = words::interval)]
    interval: String,
    /// When the bar begins.
    #[schema(format = "date-time", min_length = 10, max_length = 35)]
    timestamp: String,
    /// The first price.
    open: Option<Amount>,
    /// The highest price.
    high: Option<Amount>,
    /// The lowest price.
    low: Option<Amount>,
    /// The last price.
    close: Amount,
    /// How much was traded.
    #[schema(pattern = r"^[0-9]{1,31}(\.[0-9]{1,8})?$", min_length = 1, max_length = 40)]
    volume: Option<String>,
}

/// Why a row is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) why: &'static str,
    pub(super) field: Option<Cow<'static, str>>,
}

impl Wrong {
    fn of(why: &'static str, field: &'static str) -> Self {
        Self { why, field: Some(Cow::Borrowed(field)) }
    }
}

/// Reads a row, or says what is wrong with it.
pub(super) fn read(row: Value) -> Result<Offered, Wrong> {
    let Value::Object(mut members) = row else { return Err(Wrong { why: "not_an_object", field: None }) };
    let asset = text(&mut members, "asset_id")?;
    if !(1..=12).contains(&asset.len()) || !asset.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Wrong::of("invalid_asset", "asset_id"));
    }
    let interval = Interval::parse(&text(&mut members, "interval")?);
    let interval = interval.ok_or_else(|| Wrong::of("invalid", "interval"))?;
    let start = Timestamp::parse(&text(&mut members, "timestamp")?);
    let start = start.ok_or_else(|| Wrong::of("invalid", "timestamp"))?;
    let close = price(&mut members, "close")?.ok_or_else(|| Wrong::of("missing", "close"))?;
    let bar = Bar {
        open: price(&mut members, "open")?,
        high: price(&mut members, "high")?,
        low: price(&mut members, "low")?,
        volume: decimal(&mut members, "volume")?.map(|text| volume(&text)).transpose()?,
        ..Bar::closing(start, close)
    };
    if let Some(unknown) = members.keys().next() {
        let name = named::repeated(unknown).to_owned();
        return Err(Wrong { why: "unknown", field: Some(Cow::Owned(name)) });
    }
    Ok(Offered { asset: asset.to_ascii_uppercase(), interval, bar })
}

fn text(members: &mut Map<String, Value>, name: &'static str) -> Result<String, Wrong> {
    match members.remove(name) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(Wrong::of("invalid", name)),
        None => Err(Wrong::of("missing", name)),
    }
}

/// A decimal is text, as everywhere; null is the same as nothing.
fn decimal(members: &mut Map<String, Value>, name: &'static str) -> Result<Option<String>, Wrong> {
    match members.remove(name) {
        Some(Value::String(text)) => Ok(Some(text)),
        Some(Value::Null) | None => Ok(None),
        Some(_) => Err(Wrong::of("not_a_price", name)),
    }
}

fn price(members: &mut Map<String, Value>, name: &'static str) -> Result<Option<Fixed>, Wrong> {
    let Some(text) = decimal(members, name)? else { return Ok(None) };
    text.parse().map(Some).map_err(|error| match error {
        DecimalError::TooFine => Wrong::of("too_fine", name),
        DecimalError::TooLarge => Wrong::of("too_large", name),
        DecimalError::Syntax => Wrong::of("not_a_price", name),
    })
}

fn volume(text: &str) -> Result<Volume, Wrong> {
    text.parse().map_err(|_| Wrong::of("not_a_volume", "volume"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(row: Value) -> (&'static str, String) {
        let Wrong { why, field } = read(row).expect_err("a wrong row");
        (why, field.map(Cow::into_owned).unwrap_or_default())
    }

    /// A good row with one member more, or in place of its own.
    fn with(name: &str, value: Value) -> Value {
        let mut row = json!({
            "asset_id": "btc", "interval": "1h", "timestamp": "2026-11-21T11:00:00Z", "close": "1.5",
        });
        row[name] = value;
        row
    }

    #[test]
    fn every_wrong_member_is_named() {
        let good = read(with("volume", json!("3"))).expect("good");
        assert_eq!((good.asset.as_str(), good.bar.close.to_string()), ("BTC", "1.5".to_owned()));
        assert_eq!(read(with("open", Value::Null)).expect("good").bar.open, None);
        let is = |why, field: &str| (why, field.to_owned());
        assert_eq!(wrong(json!([1])), is("not_an_object", ""));
        assert_eq!(wrong(json!({})), is("missing", "asset_id"));
        assert_eq!(wrong(with("asset_id", json!("B-TC"))), is("invalid_asset", "asset_id"));
        assert_eq!(wrong(with("interval", json!("5m"))), is("invalid", "interval"));
        assert_eq!(wrong(with("timestamp", json!(5))), is("invalid", "timestamp"));
        assert_eq!(wrong(with("close", json!(1.5))), is("not_a_price", "close"));
        assert_eq!(wrong(with("close", json!("NaN"))), is("not_a_price", "close"));
        assert_eq!(wrong(with("close", json!("0.123456789"))), is("too_fine", "close"));
        assert_eq!(wrong(with("high", json!("99999999999999"))), is("too_large", "high"));
        assert_eq!(wrong(with("volume", json!("-1"))), is("not_a_volume", "volume"));
        assert_eq!(wrong(with("source", json!("me"))), is("unknown", "source"));
    }
}
