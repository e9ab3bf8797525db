use super::*;

#[test]
fn the_decay_meets_its_three_anchors_and_grows_between() {
    for (days, expected) in [(1, 0.94), (7, 0.966), (30, 0.9885)] {
        assert!((decay(days) - expected).abs() < 1e-12, "{days}");
    }
    assert!((1..30).all(|days| decay(days) < decay(days + 1)));
}

#[test]
fn the_half_life_is_straight_in_the_logarithm_of_the_horizon() {
    let between = half_life(decay(14));
    let part = 2.0_f64.ln() / (30.0_f64 / 7.0).ln();
    let expected = half_life(0.966) + part * (half_life(0.9885) - half_life(0.966));
    assert!((between - expected).abs() < 1e-9);
}

#[test]
fn a_path_that_starts_late_is_the_end_of_the_whole_one() {
    let squares: Vec<f64> = (0..2500_u32).map(|day| f64::from(day % 17) * 1e-5).collect();
    for horizon in [1, 7, 30] {
        let whole = path(squares.clone(), horizon, 0);
        for first in [1, 59, 60, 999, 1000, 1001, 2400] {
            let late = path(squares.clone(), horizon, first);
            assert_eq!(late.len(), squares.len() - first);
            assert!(late.iter().zip(&whole[first..]).all(|(one, other)| (one - other).abs() < 1e-15));
        }
    }
}

#[test]
fn the_long_run_mean_of_a_short_horizon_is_the_plain_mean_of_a_thousand_days() {
    let squares: Vec<f64> = (0..1500_u32).map(|day| f64::from(day * day % 101) * 1e-5).collect();
    let mut with_level = squares.clone();
    with_level[0] = squares[1..60].iter().sum::<f64>() / 59.0;
    let plain = weighted(&with_level, decay(1), 1499)[0];
    let mean = squares[500..].iter().sum::<f64>() / 1000.0;
    let leaned = path(squares, 1, 1499)[0];
    assert!((leaned - (0.8 * plain + 0.2 * mean)).abs() < 1e-15);
}
