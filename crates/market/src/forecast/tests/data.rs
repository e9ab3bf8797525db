//! The shipped series and the reference vectors, read from the repository.

use std::path::PathBuf;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The seven daily series the targets were set for.
pub(crate) const SHIPPED: [&str; 7] = ["BTC-USD", "ETH-USD", "LTC-USD", "AAPL", "GOOG", "IBM", "MSFT"];

#[derive(Deserialize)]
struct Bar {
    close: f64,
}

/// One answer of the reference implementation.
#[derive(Debug, Deserialize)]
pub(crate) struct Vector {
    pub(crate) asset: String,
    pub(crate) index: usize,
    pub(crate) horizon_days: u32,
    pub(crate) close: f64,
    pub(crate) sigma: f64,
    pub(crate) low_95: f64,
    pub(crate) low_80: f64,
    pub(crate) median: f64,
    pub(crate) high_80: f64,
    pub(crate) high_95: f64,
    pub(crate) probability_up: f64,
    pub(crate) confidence: f64,
}

pub(crate) fn closes(asset: &str) -> Vec<f64> {
    rows::<Bar>(&format!("../../data/prices/{asset}.csv")).iter().map(|bar| bar.close).collect()
}

pub(crate) fn shipped() -> Vec<(String, Vec<f64>)> {
    SHIPPED.iter().map(|asset| ((*asset).to_owned(), closes(asset))).collect()
}

pub(crate) fn vectors() -> Vec<Vector> {
    rows("tests-data/fhs_vectors.csv")
}

fn rows<T: DeserializeOwned>(file: &str) -> Vec<T> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file);
    let mut reader = csv::Reader::from_path(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    reader.deserialize().collect::<Result<_, _>>().unwrap()
}
