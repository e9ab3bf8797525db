//! Sources that are behind, habits that grow, markets that stand still.

use super::*;

const THREE: [&str; 3] = ["one", "two", "three"];

#[test]
fn a_true_move_is_free_when_those_who_are_behind_say_the_same() {
    let mut desk = Desk::open(&THREE, false);
    let spike = desk.bar(&[("one", 106.0)]).remove(0);
    assert!(held(&spike), "it stands alone yet");
    desk.bar(&[("one", 100.1)]);
    let second = desk.says_of(300, "two", 106.0);
    assert!(!held(&second));
    assert_eq!(second.released, [0]);
    assert!(!held(&desk.says_of(300, "three", 106.0)));
}

#[test]
fn two_who_are_behind_take_back_what_the_first_said_alone() {
    let mut desk = Desk::open(&THREE, false);
    assert!(!held(&desk.bar(&[("one", 101.5)])[0]));
    desk.bar(&[("one", 100.1)]);
    let lone = desk.says_of(300, "two", 100.0);
    assert!(held(&lone) && lone.withdrawn.is_empty(), "one against one");
    let majority = desk.says_of(300, "three", 100.05);
    assert!(!held(&majority));
    assert_eq!((majority.withdrawn, majority.released), (vec![0], vec![2]));
}

#[test]
fn of_two_a_bar_behind_the_honest_one_comes_free_at_the_next_bar() {
    let mut desk = Desk::open(&["one", "two"], false);
    assert!(held(&desk.bar(&[("one", 130.0)])[0]));
    desk.bar(&[("one", 100.1)]);
    assert!(held(&desk.says_of(300, "two", 100.0)), "nobody can tell yet");
    let next = desk.says_of(301, "two", 100.1);
    assert!(!held(&next));
    assert_eq!(next.released, [2]);
}

#[test]
fn who_swings_within_the_limit_does_not_widen_it_soon_and_never_without_end() {
    let mut desk = Desk::open(&THREE, false);
    let swing = |desk: &mut Desk, share: f64| {
        let way = if desk.bar % 2 == 0 { 1.0 + share } else { 1.0 - share };
        let truth = quiet(desk.bar + 1);
        held(&desk.bar(&[("two", truth), ("three", truth), ("one", truth * way)])[2])
    };
    (0..150).for_each(|_| assert!(!swing(&mut desk, 0.007)));
    assert!(swing(&mut desk, 0.02), "a hundred and fifty are no habit");
    (0..400).for_each(|_| assert!(!swing(&mut desk, 0.007)));
    assert!(swing(&mut desk, 0.035), "what is contradicted is no habit, and there is a ceiling");
}

#[test]
fn of_two_in_a_market_that_stands_still_the_honest_one_is_not_silenced() {
    let mut desk = Desk::open(&["one", "two"], false);
    for bar in 0..8 {
        desk.bar(&[("two", 100.0 + 0.05 * f64::from(bar % 2)), ("one", 100.0)]);
    }
    let before = desk.published();
    let split = desk.bar(&[("two", 103.0), ("one", 100.0)]);
    assert!(split.iter().all(held), "nobody can tell who is wrong");
    assert!((desk.published() - before).abs() < 0.01);
    let mut lie = 103.0;
    for _ in 0..20 {
        lie *= 1.015;
        desk.bar(&[("two", lie), ("one", 100.0)]);
        assert!((desk.published() - 100.0).abs() < 0.1, "{}", desk.published());
    }
    assert!(!held(&desk.bar(&[("two", 100.1), ("one", 100.05)])[1]));
    assert!((desk.published() - 100.0).abs() < 0.2);
}

#[test]
fn of_two_the_frozen_one_is_known_to_be_wrong_where_the_accepted_price_has_left_it() {
    let mut desk = Desk::open(&["one", "two"], false);
    let mut price = 100.0;
    for _ in 0..5 {
        desk.bar(&[("one", 100.0), ("two", price)]);
    }
    // It falls silent for a while, the price goes on without it, and it comes back with what it said before.
    for _ in 0..30 {
        price *= 1.003;
        desk.bar(&[("two", price)]);
    }
    for _ in 0..3 {
        price *= 1.003;
        desk.bar(&[("two", price), ("one", 100.0)]);
    }
    assert!((desk.published() - price).abs() < 1e-9, "{} {price}", desk.published());
}

#[test]
fn who_catches_up_with_years_is_measured_by_what_was_then() {
    let mut desk = Desk::open(&["one"], false);
    desk.bar += 5000;
    for bar in 0..40 {
        desk.bar += 1;
        // A person lets the newcomer in.
        if held(&desk.says("two", 1500.0 + quiet(bar))) {
            desk.watch.release(desk.next - 1);
        }
    }
    let fetch = |desk: &mut Desk, bar: i64, price: f64| {
        let at = desk.at(bar);
        desk.next += 1;
        held(&desk.watch.look("one", Tick { at, price }, desk.next, &[], at))
    };
    assert!((300..400).all(|bar| !fetch(&mut desk, bar, quiet(bar))), "today's price says nothing of it");
    let step: Vec<bool> = (400..410).map(|bar| fetch(&mut desk, bar, 1.13 * quiet(bar))).collect();
    assert_eq!(
        step.iter().filter(|held| **held).count(),
        4,
        "who was not there then is not waited for: {step:?}"
    );
}

#[test]
fn two_prices_that_contradict_each_other_have_no_middle() {
    let mut desk = Desk::open(&["one", "two"], false);
    desk.bar += 1;
    let at = desk.now();
    desk.watch.seed("one", &[Tick { at, price: 100.0 }]);
    desk.watch.seed("two", &[Tick { at, price: 133.0 }]);
    assert!((desk.published() - 100.0).abs() < 0.2, "{}", desk.published());
}
