use proptest::prelude::*;

use super::*;

fn fixed(text: &str) -> Fixed {
    text.parse().expect("a decimal")
}

#[test]
fn decimals_print_in_their_shortest_form() {
    for (text, printed) in [
        ("1", "1"),
        ("1.50000000", "1.5"),
        ("0.00000001", "0.00000001"),
        ("-2.5", "-2.5"),
        ("007", "7"),
        ("-0", "0"),
    ] {
        assert_eq!(fixed(text).to_string(), printed);
    }
    assert_eq!(Fixed::MAX.to_string(), "92233720368.54775807");
}

#[test]
fn what_is_no_decimal_is_told_apart() {
    for text in
        ["", "-", ".", "1.", ".5", "+1", "1e5", "NaN", "inf", "1,5", " 1", "1 ", "0x1", "١", "--1", "1.2.3"]
    {
        assert_eq!(text.parse::<Fixed>(), Err(DecimalError::Syntax), "{text}");
    }
    assert_eq!("0.000000001".parse::<Fixed>(), Err(DecimalError::TooFine));
    assert_eq!("92233720368.54775808".parse::<Fixed>(), Err(DecimalError::TooLarge));
    assert_eq!("9".repeat(60).parse::<Fixed>(), Err(DecimalError::TooLarge));
}

#[test]
fn products_round_against_the_caller() {
    let (quantity, price) = (fixed("0.00000001"), fixed("0.5"));
    assert_eq!(quantity.checked_mul(price, Rounding::Down), Some(Fixed::ZERO));
    assert_eq!(quantity.checked_mul(price, Rounding::Up), Some(fixed("0.00000001")));
    assert_eq!(Fixed::MAX.checked_mul(fixed("2"), Rounding::Down), None);
}

proptest! {
    #[test]
    fn every_decimal_reads_back(units: i64) {
        let value = Fixed::from_units(units);
        prop_assert_eq!(value.to_string().parse::<Fixed>(), Ok(value));
    }

    /// However many digits: whole units, a point, and the rest without the zeros at its end.
    #[test]
    fn every_amount_prints_in_its_shortest_form(units in prop_oneof![any::<u128>(), any::<u64>().prop_map(u128::from)]) {
        let padded = format!("{}.{:08}", units / 100_000_000, units % 100_000_000);
        let shortest = padded.trim_end_matches('0').trim_end_matches('.');
        prop_assert_eq!(Volume::from_units(units).to_string(), shortest);
    }

    #[test]
    fn up_and_down_are_at_most_one_unit_apart(a in -1_000_000_000_000_i64..1_000_000_000_000, b in -100_000_000_000_i64..100_000_000_000) {
        let (a, b) = (Fixed::from_units(a), Fixed::from_units(b));
        if let (Some(down), Some(up)) = (a.checked_mul(b, Rounding::Down), a.checked_mul(b, Rounding::Up)) {
            prop_assert!((up.units().abs() - down.units().abs()) <= 1);
            prop_assert!(up.units().abs() >= down.units().abs());
        }
    }

    #[test]
    fn no_text_panics(text in ".{0,40}") {
        let _ = text.parse::<Fixed>();
    }
}

#[test]
fn a_part_is_rounded_to_the_nearest_and_half_to_the_even() {
    let scaled = |units, times, by| Fixed::from_units(units).scaled(times, by).units();
    assert_eq!([scaled(5, 1, 2), scaled(7, 1, 2), scaled(8, 1, 3), scaled(10, 1, 3)], [2, 4, 3, 3]);
    assert_eq!([scaled(-5, 1, 2), scaled(-8, 1, 3), scaled(0, 7, 3)], [-2, -3, 0]);
    assert_eq!(
        [scaled(i64::MAX, 4, 1), scaled(i64::MIN, 4, 1), scaled(1, 1, 0)],
        [i64::MAX, -i64::MAX, i64::MAX]
    );
    assert_eq!(Fixed::from_units(7).part(1, 2), Some(Fixed::from_units(3)));
    assert_eq!((Fixed::MAX.part(2, 1), Fixed::MAX.part(1, 0)), (None, None));
    assert_eq!(Volume::from_units(9).scaled(1, 2), Some(Volume::from_units(4)));
    assert_eq!(Volume::from_units(u128::MAX).scaled(2, 1), None);
}
