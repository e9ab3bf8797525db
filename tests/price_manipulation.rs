//! Scenario 8, bent prices: the server's price is the price, and nobody's question moves another's answer.

mod dead_sources;
mod desk;
mod holds;
mod ingest;
mod orders;
mod predictions;
mod quality;
mod questions;
