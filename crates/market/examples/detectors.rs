//! Prints what the price watch catches and what it takes for an attack, on the shipped history.

use std::sync::Arc;

use aspis_core::scenario::price_manipulation::rules::Rules;
use aspis_market::replay;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let report = replay::run(&Arc::new(Rules::default()), replay::TRIALS)?;
    print!("{report}");
    Ok(())
}
