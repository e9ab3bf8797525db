//! The market: assets, their prices and history, forecasts, and the portfolio of paper money.
//!
//! The price rules are called in here, so that no feed can go round them. Deliberately not here: HTTP, and who may ask.

pub mod backtest;
pub mod cursor;
pub mod description;
pub mod forecast;
pub mod history;
pub mod import;
pub mod ingest;
pub mod leaked;
pub mod offered;
pub mod portfolio;
pub mod prediction;
pub mod prices;
pub mod quality;
pub mod replay;
pub mod review;
pub mod rows;
pub mod shipped;
pub mod sources;
mod sum;
