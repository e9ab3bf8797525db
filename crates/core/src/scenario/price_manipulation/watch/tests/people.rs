use super::*;

#[test]
fn a_person_frees_what_nothing_else_does() {
    let mut desk = Desk::open(&["one"], false);
    desk.tick(1000.0);
    assert!(!desk.watch.release(99) && desk.watch.release(0) && !desk.watch.release(0));
    assert!((desk.published() - 1000.0).abs() < 1e-9);
    assert!(!held(&desk.tick(1001.0)));
}

#[test]
fn who_decides_between_two_decides_who_is_wrong() {
    let mut desk = Desk::open(&["one", "two"], false);
    desk.bar(&[("one", 100.0), ("two", 103.0)]);
    assert!(desk.watch.release(0));
    let votes = desk.watch.votes();
    assert!(votes[0].has_vote && !votes[1].has_vote);
    assert!(!held(&desk.bar(&[("one", 100.1), ("two", 103.0)])[0]));
}

#[test]
fn a_released_price_that_is_forgotten_can_be_seeded() {
    let mut desk = Desk::open(&["one"], false);
    (0..40).for_each(|_| drop(desk.tick(1000.0)));
    assert!(!desk.watch.release(0), "no longer remembered");
    desk.watch.seed("one", &[Tick { at: desk.at(300), price: 1000.0 }]);
    assert!(!held(&desk.tick(1000.0)));
}

#[test]
fn a_split_is_an_adjustment_and_no_attack() {
    let mut desk = Desk::open(&["one"], true);
    assert!(held(&desk.clone_watch().tick(50.0)));
    desk.watch.split(2.0);
    assert!((desk.published() - 50.0).abs() < 0.2);
    let after = desk.tick(50.0);
    assert!(!held(&after) && !after.signs.has(Sign::Step) && !after.signs.has(Sign::ZMark));
    for nonsense in [0.0, -2.0, f64::NAN, f64::INFINITY, 1e300] {
        desk.watch.split(nonsense);
    }
    assert!((desk.published() - 50.0).abs() < 1e-9);
}

#[test]
fn a_vote_can_be_taken_by_word() {
    let mut desk = Desk::open(&["one", "two", "three"], false);
    desk.watch.take_vote("two");
    desk.watch.take_vote("unheard of");
    assert_eq!(desk.watch.votes().iter().filter(|vote| vote.has_vote).count(), 2);
    desk.watch.restore_vote("nobody");
}
