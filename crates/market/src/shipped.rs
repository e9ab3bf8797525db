//! The price history that ships inside the binary; where it comes from is in `data/PROVENANCE.md`.

use std::io::Read;

use aspis_core::clock::Timestamp;
use aspis_store::prices::{Asset, Bar, Interval, Series, SeriesRole};
use flate2::read::GzDecoder;

use crate::rows::{self, RowError};

/// The name under which the store remembers that this history was loaded.
pub const MARKER: &str = "shipped_history_1";

struct File {
    asset: &'static str,
    interval: Interval,
    source: &'static str,
    role: SeriesRole,
    gz: &'static [u8],
}

macro_rules! file {
    ($name:literal, $asset:literal, $interval:ident, $source:literal, $role:ident) => {
        File {
            asset: $asset,
            interval: Interval::$interval,
            source: $source,
            role: SeriesRole::$role,
            gz: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".csv.gz")),
        }
    };
}

const FILES: [File; 11] = [
    file!("BTC-USD", "BTC", Day, "bitstamp", History),
    file!("BTC-USD_1h.coinbase", "BTC", Hour, "coinbase", History),
    file!("BTC-USD.coinbase", "BTC", Day, "coinbase", Check),
    file!("ETH-USD", "ETH", Day, "coinbase", History),
    file!("ETH-USD.bitstamp", "ETH", Day, "bitstamp", Check),
    file!("LTC-USD", "LTC", Day, "bitstamp", History),
    file!("AAPL", "AAPL", Day, "quandl_wiki", History),
    file!("GOOG", "GOOG", Day, "quandl_wiki", History),
    file!("IBM", "IBM", Day, "quandl_wiki", History),
    file!("MSFT", "MSFT", Day, "quandl_wiki", History),
    file!("EUR-USD_1h", "EURUSD", Hour, "forex_ask", History),
];

const ASSETS: [(&str, &str); 8] = [
    ("BTC", "Bitcoin"),
    ("ETH", "Ether"),
    ("LTC", "Litecoin"),
    ("AAPL", "Apple"),
    ("GOOG", "Alphabet"),
    ("IBM", "IBM"),
    ("MSFT", "Microsoft"),
    ("EURUSD", "Euro in US dollars"),
];

/// Prices of shares were told anew for every split until then: those of the shipped history are in shares of that day.
const ADJUSTED_UNTIL: Timestamp = Timestamp::from_seconds(1_514_764_800);

/// True for a split that the shipped history of an asset takes into account already.
pub fn is_adjusted_for(asset: &str, split: Timestamp) -> bool {
    let shares = |file: &File| file.asset == asset && file.source == SHARES;
    split < ADJUSTED_UNTIL && FILES.iter().any(shares)
}

/// Where the prices of shares come from.
const SHARES: &str = "quandl_wiki";

/// True for a series that begins with the shipped history: its bars that name no other source are shipped ones.
pub(crate) fn is_shipped(series: &Series) -> bool {
    let same = |file: &File| {
        (file.asset, file.interval, file.source, file.role)
            == (series.asset.as_str(), series.interval, &*series.source, series.role)
    };
    FILES.iter().any(same)
}

/// The assets of the shipped history.
pub fn assets() -> Vec<Asset> {
    let asset = |(id, name): (&str, &str)| Asset {
        id: id.to_owned(),
        currency: "USD".to_owned(),
        name: name.to_owned(),
        description: None,
    };
    ASSETS.into_iter().map(asset).collect()
}

/// The shipped history itself, oldest bar first.
pub fn history() -> Result<Vec<(Series, Vec<Bar>)>, RowError> {
    FILES.iter().map(unpack).collect()
}

fn unpack(file: &File) -> Result<(Series, Vec<Bar>), RowError> {
    let mut text = Vec::new();
    GzDecoder::new(file.gz).read_to_end(&mut text).map_err(csv::Error::from)?;
    let series = Series {
        asset: file.asset.to_owned(),
        interval: file.interval,
        source: file.source.into(),
        role: file.role,
    };
    Ok((series, rows::read(&text)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_split_of_shares_is_in_the_history_or_yet_to_come() {
        let at = |date| Timestamp::parse(date).expect("a date");
        assert!(is_adjusted_for("AAPL", at("2014-06-09")) && !is_adjusted_for("AAPL", at("2020-08-31")));
        assert!(!is_adjusted_for("BTC", at("2014-06-09")));
    }

    #[test]
    fn every_file_unpacks_and_every_asset_has_a_history() {
        let history = history().expect("the shipped files are well-formed");
        let bars: usize = history.iter().map(|(_, bars)| bars.len()).sum();
        assert_eq!(bars, 44_961);
        for asset in assets() {
            assert!(history.iter().any(|(series, bars)| series.asset == asset.id
                && series.role == SeriesRole::History
                && !bars.is_empty()));
        }
    }
}
