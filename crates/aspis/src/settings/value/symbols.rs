//! Lists of what a source is asked for.

use serde::{Deserialize, Serialize};
use toml::Value;

use super::{Refused, shown};

/// Pairs of an asset and a source's symbol for it, `ASSET=SYMBOL`: no asset twice, up to a hundred.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Vec<String>")]
pub struct Symbols(Vec<(String, String)>);

impl Symbols {
    /// Asset and symbol of each, in the order they were written.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(asset, symbol)| (asset.as_str(), symbol.as_str()))
    }
}

const MOST: usize = 100;
const LONGEST_ASSET: usize = 12;
const LONGEST_SYMBOL: usize = 32;

impl TryFrom<Value> for Symbols {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let Some(items) = value.as_array().filter(|items| items.len() <= MOST) else {
            return Err(Refused::not(&value, "a list of up to 100 pairs; write e.g. [\"BTC=BTCUSDT\"]"));
        };
        let mut pairs: Vec<(String, String)> = Vec::with_capacity(items.len());
        for item in items {
            let pair = pair(item)?;
            if pairs.iter().any(|(asset, _)| *asset == pair.0) {
                return Err(Refused::new(format!("{} is an asset that stands there twice", shown(item))));
            }
            pairs.push(pair);
        }
        Ok(Self(pairs))
    }
}

fn pair(item: &Value) -> Result<(String, String), Refused> {
    let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    let symbolic = |b: u8| b.is_ascii_alphanumeric() || b"=.^-_".contains(&b);
    let fits = |text: &str, most, allowed: &dyn Fn(u8) -> bool| {
        (1..=most).contains(&text.len()) && text.bytes().all(allowed)
    };
    match item.as_str().and_then(|text| text.split_once('=')) {
        Some((asset, symbol))
            if fits(asset, LONGEST_ASSET, &plain) && fits(symbol, LONGEST_SYMBOL, &symbolic) =>
        {
            Ok((asset.to_owned(), symbol.to_owned()))
        }
        _ => Err(Refused::not(item, "an asset and the source's symbol for it; write e.g. \"BTC=BTCUSDT\"")),
    }
}

impl From<Symbols> for Vec<String> {
    fn from(symbols: Symbols) -> Self {
        symbols.iter().map(|(asset, symbol)| format!("{asset}={symbol}")).collect()
    }
}
