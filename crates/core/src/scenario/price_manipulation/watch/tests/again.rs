//! A restart: what was held is held, and who lied has lied.

use super::*;

const THREE: [&str; 3] = ["one", "two", "three"];

/// Bars on which two agreed and the third was held, as they are told after a restart.
fn told_again(lies: i64) -> Desk {
    let mut desk = Desk::open(&THREE, false);
    for lie in 0..lies {
        desk.bar += 1;
        let (at, price) = (desk.now(), quiet(lie));
        for honest in ["two", "three"] {
            desk.watch.seed(honest, &[Tick { at, price }]);
        }
        let (why, id) = (Signs::of(&[Sign::CrossSource]), u64::MAX - lie.unsigned_abs());
        desk.watch.hold_again("one", Tick { at, price: price * 1.03 }, id, why, at);
    }
    desk
}

#[test]
fn lies_before_a_restart_count_with_those_after_it() {
    let mut desk = told_again(4);
    assert_eq!(desk.watch.votes()[0].wrong_in_a_row, 4);
    assert!(desk.watch.votes()[0].has_vote);
    desk.bar(&[("one", 103.0), ("two", 100.0), ("three", 100.1)]);
    assert!(!desk.watch.votes()[0].has_vote);
}

#[test]
fn a_vote_that_was_given_back_is_not_taken_for_what_cost_it_before() {
    let mut desk = told_again(5);
    assert!(!held(&desk.bar(&[("two", 100.0), ("three", 100.1), ("one", 100.0)])[2]));
    assert!(desk.watch.votes()[0].has_vote);
}

#[test]
fn two_that_stood_against_each_other_still_do() {
    let mut desk = Desk::open(&["one", "two"], false);
    desk.bar += 1;
    let (at, why) = (desk.now(), Signs::of(&[Sign::CrossSource]));
    desk.watch.hold_again("one", Tick { at, price: 103.0 }, 77, why, at);
    desk.watch.hold_again("two", Tick { at, price: 100.0 }, 78, why, at);
    assert!(desk.watch.votes().iter().all(|vote| vote.wrong_in_a_row == 0), "nobody was found wrong");
    assert_eq!(desk.bar(&[("one", 100.1), ("two", 100.0)])[1].released, [78]);
}
