use proptest::prelude::*;

use super::*;

#[test]
fn the_first_origin_ends_the_warm_up_and_the_last_just_knows_its_outcome() {
    let origins = origins(3270, 7, 300);
    assert_eq!((origins.len(), origins[0], origins[299]), (300, 531, 3270 - 1 - 7));
}

#[test]
fn a_series_too_short_has_none() {
    assert!(origins(532, 1, 300).is_empty());
    assert!(!enough(533, 1));
    assert_eq!((origins(533, 1, 300), origins(534, 1, 300)), (vec![531], vec![531, 532]));
    assert!(enough(534, 1));
}

proptest! {
    #[test]
    fn they_lie_where_the_rule_says(days in 560..8000_usize, horizon in 1..=27_u32, wanted in 2..400_u32) {
        let found = origins(days, horizon, wanted as usize);
        let span = f64::from(u32::try_from(days - 1 - 531).unwrap() - horizon);
        let mut by_rule: Vec<usize> = (0..wanted)
            .map(|k| f64::from(k) * span / f64::from(wanted - 1))
            .map(|offset| 531 + format!("{:.0}", (offset + 1e-9).round()).parse::<usize>().unwrap())
            .collect();
        by_rule.dedup();
        prop_assert_eq!(&found, &by_rule);
        prop_assert!(found.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
