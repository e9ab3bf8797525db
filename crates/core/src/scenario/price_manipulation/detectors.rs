//! The single rules of the price watch: each a small pure state or function over logarithms of prices.
//!
//! None of them decides anything: [`super::watch`] puts them together. Nothing here sees time, and nothing panics on
//! a number, whatever it is.

pub mod consensus;
pub mod drift;
pub mod freeze;
pub mod labels;
pub mod mark;
pub mod scale;
pub mod step;
