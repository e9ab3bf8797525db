use super::*;

const THREE: [&str; 3] = ["one", "two", "three"];

#[test]
fn one_liar_of_three_moves_nothing_whoever_comes_first() {
    for order in [[0, 1, 2], [1, 0, 2], [1, 2, 0], [2, 1, 0], [0, 2, 1], [2, 0, 1]] {
        for lie in [102.0, 98.0, 105.0, 1000.0] {
            let mut desk = Desk::open(&THREE, false);
            desk.bar += 1;
            let mut held_now = std::collections::BTreeSet::new();
            for source in order {
                let verdict = desk.says(THREE[source], if source == 0 { lie } else { 100.0 });
                let id = desk.next - 1;
                held_now.extend(held(&verdict).then_some(id));
                held_now.extend(&verdict.withdrawn);
                verdict.released.iter().for_each(|id| assert!(held_now.remove(id)));
                assert!((desk.published() - 100.0).abs() < 0.2, "{order:?} {lie}");
            }
            let liar = order.iter().position(|source| *source == 0).unwrap() as u64;
            assert_eq!(held_now.into_iter().collect::<Vec<_>>(), [liar], "{order:?} {lie}");
        }
    }
}

#[test]
fn a_true_leap_is_free_as_soon_as_a_second_source_agrees() {
    let mut desk = Desk::open(&THREE, false);
    let leap = desk.bar(&[("one", 115.0), ("two", 115.1), ("three", 115.2)]);
    assert!(held(&leap[0]) && !held(&leap[1]) && !held(&leap[2]));
    assert_eq!(leap[1].released, [0]);
    assert!((desk.published() - 115.1).abs() < 1e-9);
}

#[test]
fn two_that_repeat_a_slipped_decimal_still_wait_for_a_person() {
    let mut desk = Desk::open(&["one", "two"], false);
    assert!(desk.bar(&[("one", 1000.0), ("two", 1001.0)]).iter().all(held));
}

#[test]
fn five_wrong_of_twenty_cost_the_vote_until_it_is_given_back() {
    let mut desk = Desk::open(&THREE, false);
    for wrong in 1..=5u32 {
        assert!(desk.watch.votes()[0].has_vote);
        desk.bar(&[("one", 103.0), ("two", 100.0), ("three", 100.1)]);
        assert_eq!(desk.watch.votes()[0].wrong_in_a_row, wrong);
    }
    assert!(!desk.watch.votes()[0].has_vote && desk.watch.votes()[1].has_vote);
    let back = desk.bar(&[("one", 100.0), ("two", 100.0), ("three", 100.1)]);
    assert!(held(&back[0]) && back[0].signs.has(Sign::Distrusted));
    assert_eq!(desk.watch.published(desk.now()).unwrap().sources, 2);
    desk.watch.restore_vote("one");
    assert!(!held(&desk.bar(&[("two", 100.0), ("three", 100.1), ("one", 100.0)])[2]));
}

#[test]
fn of_two_that_disagree_neither_is_published_and_the_next_bar_says_who_was_right() {
    let mut desk = Desk::open(&["one", "two"], false);
    let before = desk.published();
    let split = desk.bar(&[("one", 103.0), ("two", 100.0)]);
    assert!(held(&split[1]) && (split[0].withdrawn.is_empty()));
    assert_eq!(split[1].served, Some(before));
    let next = desk.bar(&[("one", 100.1), ("two", 100.0)]);
    assert_eq!(next[1].released, [1], "the honest one");
}

#[test]
fn of_two_the_one_a_decimal_off_is_known_to_be_wrong() {
    let mut desk = Desk::open(&["one", "two"], false);
    let off = desk.bar(&[("two", 100.0), ("one", 1000.0)]);
    assert!(!held(&off[0]) && held(&off[1]) && off[1].withdrawn.is_empty());
}

#[test]
fn who_comes_late_opens_no_bar_again() {
    let mut desk = Desk::open(&["one"], false);
    desk.tick(100.1);
    let early = desk.now();
    desk.tick(100.2);
    let lie = desk.watch.look("two", Tick { at: early, price: 104.0 }, 77, &[], desk.now());
    assert!(held(&lie) && lie.withdrawn.is_empty() && lie.signs.has(Sign::CrossSource));
    assert!((desk.published() - 100.15).abs() < 0.1);
}

#[test]
fn a_source_that_falls_silent_is_not_waited_for() {
    let mut desk = Desk::open(&["one", "two"], false);
    desk.tick(100.3);
    assert!((desk.published() - 100.3).abs() > 0.1, "the other may still come");
    let later = desk.now().plus(Duration::from_secs(15 * 60));
    let waited = desk.watch.published(later).unwrap();
    assert!((waited.price - 100.3).abs() < 1e-9 && waited.single_source);
    (0..4).for_each(|_| drop(desk.tick(100.3)));
    assert!((desk.published() - 100.3).abs() < 1e-9, "it is dead");
}
