use super::*;

fn numbers(from: i32, to: i32) -> Vec<f64> {
    (from..to).map(f64::from).collect()
}

/// Expected values are those of an independent implementation (scipy 1, asymptotic with continuity correction).
fn check(first: &[f64], second: &[f64], u: f64, p: f64) {
    let (one, other) = (compare(first, second), compare(second, first));
    assert!((one.u - u).abs() < 1e-9, "U is {}, not {u}", one.u);
    assert!((one.p - p).abs() <= p * 1e-9, "p is {:e}, not {p:e}", one.p);
    assert!((one.p - other.p).abs() <= p * 1e-12, "two-sided");
}

#[test]
fn known_values_without_ties() {
    check(&[19.0, 22.0, 16.0, 29.0, 24.0], &[20.0, 11.0, 17.0, 12.0], 17.0, 0.111_346_886_533_140_41);
    let shifted: Vec<_> = numbers(20, 70).iter().map(|value| value + 0.5).collect();
    check(&numbers(1, 51), &shifted, 465.0, 6.366_071_075_125_588e-8);
}

#[test]
fn known_values_with_ties() {
    let (low, high) = ([1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 4.0], [3.0, 4.0, 4.0, 5.0, 5.0, 6.0, 7.0, 7.0]);
    check(&low, &high, 3.5, 0.004_793_348_746_185_457);
    check(&[1.0, 1.0, 1.0, 2.0], &[1.0, 1.0, 2.0, 2.0], 6.0, 0.608_407_800_233_998_5);
    check(&numbers(0, 200), &numbers(40, 240), 12_800.0, 4.747_918_025_698_334e-10);
}

#[test]
fn what_is_the_same_differs_in_nothing() {
    check(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0], 4.5, 1.0);
    check(&[7.0; 5], &[7.0; 9], 22.5, 1.0);
}

#[test]
fn the_error_function_is_right_on_both_sides_of_its_seam() {
    for (x, expected) in [
        (0.0, 1.0),
        (0.1, 0.887_537_083_981_715_2),
        (1.0, 0.157_299_207_050_285_16),
        (2.0, 0.004_677_734_981_047_266),
        (2.9, 4.109_787_809_945_884e-5),
        (3.1, 1.164_865_736_719_958_4e-5),
        (5.0, 1.537_459_794_428_034_7e-12),
        (8.0, 1.122_429_717_298_292_8e-29),
    ] {
        let found: f64 = erfc(x);
        assert!((found - expected).abs() <= expected * 1e-10, "erfc({x}) is {found:e}");
    }
}
