use super::*;

#[test]
fn a_spike_is_held_and_what_was_before_is_served() {
    let mut desk = Desk::open(&["one"], false);
    assert!(!held(&desk.tick(100.1)));
    let spike = desk.tick(130.0);
    assert!(held(&spike) && spike.signs.has(Sign::Step) && spike.signs.has(Sign::Review10));
    assert_eq!(spike.served, Some(100.1));
    let after = desk.tick(100.0);
    assert!(!held(&after) && after.released.is_empty() && after.signs.has(Sign::SingleSource));
    assert!(desk.published() - 100.0 < 1e-9);
}

#[test]
fn a_lasting_step_is_believed_at_the_second_tick_and_a_large_one_at_the_fifth() {
    let mut desk = Desk::open(&["one"], false);
    assert!(held(&desk.tick(105.0)));
    assert_eq!(desk.tick(105.1).released, [0]);
    let verdicts: Vec<Verdict> = (0..5).map(|tick| desk.tick(130.0 + f64::from(tick) / 10.0)).collect();
    assert!(verdicts[..4].iter().all(held) && !held(&verdicts[4]));
    assert_eq!(verdicts[4].released, [5, 4, 3, 2]);
    assert!((desk.published() - 130.4).abs() < 1e-9);
}

#[test]
fn ticks_that_disagree_with_each_other_free_nothing() {
    let mut desk = Desk::open(&["one"], false);
    for tick in 0..20 {
        assert!(held(&desk.tick(if tick % 2 == 0 { 130.0 } else { 160.0 })));
    }
    assert!(!held(&desk.tick(100.0)));
}

#[test]
fn a_slipped_decimal_waits_for_a_person_however_often_it_comes() {
    for factor in [10.0, 0.1, 100.0, 0.01] {
        let mut desk = Desk::open(&["one"], false);
        for bar in 0..60 {
            let verdict = desk.tick(quiet(bar) * factor);
            assert!(held(&verdict) && verdict.signs.has(Sign::DecimalShift), "{factor}, {bar}");
        }
        assert!(desk.watch.release(59) && !held(&desk.tick(quiet(60) * factor)));
    }
}

#[test]
fn another_assets_price_is_not_believed_for_being_repeated() {
    let mut desk = Desk::open(&["one"], false);
    for _ in 0..10 {
        let verdict = desk.tick(20.1);
        assert!(held(&verdict) && verdict.signs.has(Sign::SwappedAsset));
    }
}

#[test]
fn after_an_outage_a_true_move_is_held_then_believed() {
    let mut desk = Desk::open(&["one"], false);
    desk.bar += 13 * 24;
    let back: Vec<bool> = (0..6).map(|tick| held(&desk.tick(133.0 + f64::from(tick) / 20.0))).collect();
    assert_eq!(back, [true, true, true, true, false, false]);
    let mut glitch = Desk::open(&["one"], false);
    glitch.bar += 13 * 24;
    assert!((0..50).all(|_| held(&glitch.tick(1330.0))));
}

#[test]
fn half_the_price_overnight_is_held_for_a_day() {
    let mut desk = Desk::open(&["one"], true);
    let crash = desk.tick(48.1);
    assert!(held(&crash) && crash.signs.has(Sign::Jump));
    assert_eq!(desk.tick(48.5).released, [0]);
}

#[test]
fn a_first_price_is_believed_when_it_lasts() {
    let mut desk = Desk::empty(false);
    assert!(desk.watch.published(desk.now()).is_none());
    let first: Vec<Verdict> = (0..5).map(|bar| desk.tick(quiet(bar))).collect();
    assert!(first[0].signs.has(Sign::FirstPrice) && first[0].served.is_none());
    assert!(first[..4].iter().all(held) && !held(&first[4]));
}

#[test]
fn six_equal_prices_freeze_the_asset_until_it_moves() {
    let mut desk = Desk::open(&["one"], false);
    let frozen: Vec<bool> = (0..6).map(|_| desk.tick(100.0).signs.has(Sign::Frozen)).collect();
    assert_eq!(frozen, [false, false, false, false, false, true]);
    assert!(desk.watch.frozen());
    desk.tick(100.05);
    assert!(!desk.watch.frozen());
}

#[test]
fn a_drip_is_noticed_and_published_all_the_same() {
    let mut desk = Desk::open(&["one"], false);
    let mut price = 100.0;
    let mut seen = (0..12).map(|_| {
        price *= 1.005;
        desk.tick(price)
    });
    let drift = seen.find(|verdict| verdict.signs.has(Sign::Drift)).expect("within 12 ticks");
    assert!(!held(&drift));
    assert!(desk.watch.drifting());
}

#[test]
fn what_is_no_price_or_out_of_order_changes_nothing() {
    let mut desk = Desk::open(&["one"], false);
    let before = desk.published();
    for price in [f64::NAN, f64::INFINITY, 0.0, -1.0, f64::NEG_INFINITY] {
        let verdict = desk.tick(price);
        assert!(held(&verdict) && verdict.signs.is_empty());
    }
    let early = desk.watch.look("one", Tick { at: desk.at(100), price: 1.0 }, 9, &[], desk.now());
    let late = desk.watch.look("one", Tick { at: desk.at(900), price: 1.0 }, 9, &[], desk.now());
    assert!(early.signs.is_empty() && late.signs.is_empty() && held(&early) && held(&late));
    assert!((desk.published() - before).abs() < 1e-12);
}
