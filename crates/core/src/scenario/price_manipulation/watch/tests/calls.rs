//! Many rows of one source in one call: what they say of each other is one word.

use super::*;

/// Rows of the bars from 300 on, all received at the last of them; how each stood in the end.
fn in_one_call(desk: &mut Desk, prices: &[f64]) -> Vec<bool> {
    desk.bar = 299 + i64::try_from(prices.len()).expect("a few");
    let mut held_now = std::collections::BTreeSet::new();
    for (bar, price) in (300..).zip(prices) {
        let verdict = desk.says_of(bar, "one", *price);
        held_now.extend(held(&verdict).then_some(desk.next - 1));
        verdict.released.iter().for_each(|id| assert!(held_now.remove(id)));
    }
    (0..desk.next).map(|id| held_now.contains(&id)).collect()
}

#[test]
fn a_ladder_in_one_call_frees_nothing_of_itself() {
    let mut desk = Desk::open(&["one"], false);
    let ladder: Vec<f64> =
        (0..42).map(|row| quiet(row) * 4.8f64.powi(i32::try_from(row).unwrap() / 7 + 1)).collect();
    assert!(in_one_call(&mut desk, &ladder).iter().all(|held| *held));
    assert!((desk.published() / 100.0 - 1.0).abs() < 0.01);
    let mut days = Desk::open(&["one"], true);
    assert_eq!(in_one_call(&mut days, &[250.0, 251.0, 250.5]), [true; 3], "days likewise");
}

#[test]
fn small_steps_in_one_call_come_no_further_than_threefold() {
    for daily in [false, true] {
        let mut desk = Desk::open(&["one"], daily);
        let drip: Vec<f64> = (1..400).map(|row| 100.0 * 1.015f64.powi(row)).collect();
        in_one_call(&mut desk, &drip);
        assert!(desk.published() <= 300.5, "{}", desk.published());
        desk.bar += 1;
        for price in [308.0, 308.1, 308.2] {
            assert!(held(&desk.tick(price)));
        }
    }
}

#[test]
fn what_came_late_in_one_call_is_freed_by_live_ticks_that_confirm_it() {
    let mut desk = Desk::open(&["one"], false);
    assert_eq!(in_one_call(&mut desk, &[130.0, 130.2, 130.1, 130.3, 130.2, 130.1]), [true; 6]);
    assert!(held(&desk.tick(130.2)), "an hour is too little for so large a step");
    let confirmed = desk.tick(130.3);
    assert!(!held(&confirmed));
    assert_eq!(confirmed.released, [6, 5, 4, 3, 2, 1, 0], "and all of them are free");
}

#[test]
fn repetition_brings_the_price_no_further_than_threefold_in_a_day() {
    let mut desk = Desk::open(&["one"], false);
    let (mut price, mut published) = (100.0, vec![100.0; 24]);
    for step in 0..96 {
        // Up by nine tenths, and then for as long as it takes to be believed.
        price *= if step % 10 == 0 { 1.9 } else { 1.0005 };
        desk.tick(price);
        let before = published[published.len() - 24];
        assert!(desk.published() <= 3.001 * before, "{step}: {} after {before}", desk.published());
        published.push(desk.published());
    }
    assert!(published[100] > 150.0, "what is possible in that time is believed");
    desk.tick(price * 1.9);
    assert!(desk.watch.release(desk.next - 1));
    assert!(!held(&desk.tick(price * 1.9)), "a person's word is what it is measured by then");
}

#[test]
fn the_first_row_is_measured_by_what_another_interval_knows() {
    let mut desk = Desk::open(&["one"], false);
    desk.bar += 2000;
    let day = Tick { at: desk.at(2290), price: 363.0 };
    desk.watch.beside(Some(day));
    let far = desk.clone_watch().tick(2600.0);
    assert!(held(&far) && far.signs.has(Sign::DecimalShift), "{:?}", far.signs);
    assert!(held(&desk.clone_watch().tick(100.0)), "what it was long ago is not the measure");
    assert!(!held(&desk.tick(363.5)));
    let mut first = Desk::empty(false);
    first.bar = 50;
    first.watch.beside(Some(Tick { at: first.at(48), price: 163.0 }));
    let price = first.tick(163.4);
    assert!(!held(&price) && !price.signs.has(Sign::FirstPrice));
}
