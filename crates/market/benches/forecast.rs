//! The time of a cold forecast: all three shown horizons of 6,000 daily closes. The promise is 1 ms at most.

use std::hint::black_box;

use aspis_market::forecast::{Fhs, Model};
use criterion::Criterion;

/// A walk with storms and calms, the same at every run.
fn walk(days: usize) -> Vec<f64> {
    let mut state = 0x9e37_79b9_u32;
    let mut price = 100.0_f64;
    let mut storm = 0.01;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let uniform = f64::from(state) / f64::from(u32::MAX) - 0.5;
        storm = (0.95 * storm + 0.05 * uniform.abs() * 0.05).max(0.002);
        price *= (uniform * storm * 3.0).exp();
        price
    })
    .take(days)
    .collect()
}

fn main() {
    let closes = walk(6_000);
    let mut bench = Criterion::default().configure_from_args();
    bench.bench_function("fhs: 1, 7 and 30 days, 6,000 closes, cold", |timed| {
        timed.iter(|| [1, 7, 30].map(|days| Fhs.forecast(black_box(&closes), days)));
    });
    bench.final_summary();
}
