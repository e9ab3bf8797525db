use std::time::Duration;

use super::*;

fn pair(said: f64, happened: bool) -> Pair {
    let score =
        Score { crps: 0.0, error: 0.0, inside_80: true, inside_95: true, brier_up: 0.25, said, happened };
    Pair { model: score, naive: Score { said: 0.5, ..score }, took: Duration::ZERO }
}

fn of(pairs: &[Pair]) -> Reliability {
    Reliability::of(&pairs.iter().collect::<Vec<_>>())
}

#[test]
fn three_of_four_at_three_quarters_is_no_error() {
    let pairs: Vec<Pair> = [true, true, true, false].map(|happened| pair(0.75, happened)).into();
    let found = of(&pairs);
    assert!(found.error.abs() < 1e-15 && (found.brier - 0.1875).abs() < 1e-15);
    assert!((found.skill.unwrap() - 0.25).abs() < 1e-15);
    assert_eq!(found.trusted, Some(Trusted { forecasts: 4, said: 0.75, happened: 0.75 }));
    assert_eq!(found.bins, [Bin { from: 0.7, to: 0.8, forecasts: 4, said: 0.75, happened: 0.75 }]);
}

#[test]
fn bins_weigh_by_their_forecasts_and_the_last_holds_certainty() {
    let pairs = [pair(1.0, true), pair(0.95, true), pair(0.0, true), pair(0.1, false)];
    let found = of(&pairs);
    let forecasts: Vec<usize> = found.bins.iter().map(|bin| bin.forecasts).collect();
    assert_eq!(forecasts, [1, 1, 2]);
    assert!((found.error - (1.0 + 0.1 + 2.0 * 0.025) / 4.0).abs() < 1e-12);
}

#[test]
fn a_model_that_never_dares_has_no_trusted_forecasts() {
    assert_eq!(of(&[pair(0.699, true)]).trusted, None);
    assert_eq!(of(&[pair(0.7, true)]).trusted.unwrap().forecasts, 1);
}
