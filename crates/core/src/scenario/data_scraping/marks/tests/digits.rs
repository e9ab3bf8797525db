use proptest::prelude::*;

use super::*;

#[test]
fn the_place_is_where_most_volumes_of_a_series_end() {
    let hundredths = (0..1000_u32).map(|n| volume(&format!("{}.{:02}", 500 + n, n * 37 % 100)));
    let place = Place::of(hundredths.chain([volume("3.14159265"), Volume::ZERO])).expect("a place");
    assert_eq!(place.power(), 6);
    let hundreds = (0..200_u32).map(|n| volume(&format!("{}00", 46_903 + n)));
    assert_eq!(Place::of(hundreds).map(Place::power), Some(10));
    assert_eq!(Place::of((0..49_u32).map(|n| volume(&format!("{n}.5")))), None, "too few to tell");
    assert_eq!(Place::of(std::iter::repeat_n(Volume::ZERO, 100)), None);
    assert_eq!(Place::from_power(38), None);
}

#[test]
fn only_the_last_digit_changes_and_only_of_five() {
    let place = Place::from_power(6).expect("hundredths");
    let shown = |text: &str, digit| place.with(volume(text), digit).to_string();
    assert_eq!(shown("1234.56", 7), "1234.57");
    assert_eq!(shown("1234.56", 0), "1234.5");
    assert_eq!(shown("1234.5", 9), "1234.59");
    assert_eq!(shown("1234.567", 9), "1234.597", "what is finer stays");
    assert_eq!(shown("99.99", 0), "99.99", "four digits");
    assert_eq!(shown("0", 5), "0");
    assert_eq!(place.seen(volume("1234.56"), volume("1234.5")), Some(0));
    assert_eq!(place.seen(volume("1234.56"), volume("1234.46")), None, "another digit differs");
    assert_eq!(place.seen(volume("1234.56"), volume("1235")), None, "rounded");
    assert_eq!(place.seen(volume("99.99"), volume("99.99")), None, "carries no mark");
}

#[test]
fn digits_are_even_and_the_same_for_ever() {
    let keys = keys();
    let (ada, eve) = (Code::of(&keys, account(1)), Code::of(&keys, account(2)));
    let mut counts = [0_u32; 10];
    let mut same = 0;
    for number in 0..20_000 {
        let block = Block::of(&keys, "BTC", "1d", day(number));
        let digit = ada.digit(block);
        counts[usize::from(digit)] += 1;
        same += u32::from(digit == eve.digit(block));
    }
    // Nine degrees of freedom: 33.7 is passed once in ten thousand.
    let chi: f64 = counts.iter().map(|count| (f64::from(*count) - 2000.0).powi(2) / 2000.0).sum();
    assert!(chi < 33.7, "{counts:?}");
    assert!((1800..2200).contains(&same), "{same}");
    let block = Block::of(&keys, "BTC", "1d", day(5));
    assert_eq!(ada.digit(block), Code::of(&keys, account(1)).digit(block));
    assert_ne!(block, Block::of(&keys, "BTC", "1h", day(5)));
    assert_ne!(Block::of(&keys, "BT", "C1d", day(5)), block);
}

proptest! {
    #[test]
    fn a_marked_volume_is_off_by_less_than_a_thousandth(units in 0_u128..1 << 90, power in 0_u8..38, digit in 0_u8..10) {
        let place = Place::from_power(power).expect("a place");
        let volume = Volume::from_units(units);
        let marked = place.with(volume, digit);
        prop_assert!(marked.units().abs_diff(units) * 1000 <= units);
        if place.takes(volume) {
            prop_assert_eq!(place.seen(volume, marked), Some(digit));
            prop_assert_eq!(place.with(marked, place.digit(volume)), volume);
        } else {
            prop_assert_eq!(marked, volume);
        }
    }
}
