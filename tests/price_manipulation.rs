//! Scenario 8, bent prices: the server's price is the price, and nobody's question moves another's answer.

mod orders;
mod predictions;
mod questions;
