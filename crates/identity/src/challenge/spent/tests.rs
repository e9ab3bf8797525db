use std::time::Duration;

use proptest::prelude::*;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn id(number: u128) -> Id {
    number.to_be_bytes()
}

#[test]
fn a_flood_neither_grows_it_nor_frees_one() {
    let mut spent = Spent::new(100);
    assert_eq!(spent.spend(id(0), at(300), at(0)), Ok(()));
    for n in 1..10_000 {
        let judged = spent.spend(id(n), at(300), at(0));
        assert_eq!(judged, if n < 100 { Ok(()) } else { Err(ChallengeError::Full) });
    }
    assert_eq!(spent.count, 100);
    assert_eq!(spent.spend(id(0), at(300), at(299)), Err(ChallengeError::Used));
}

#[test]
fn room_comes_back_when_they_expire() {
    let mut spent = Spent::new(1);
    assert_eq!(spent.spend(id(1), at(300), at(0)), Ok(()));
    assert_eq!(spent.spend(id(2), at(600), at(300)), Err(ChallengeError::Full), "its slice is not over");
    assert_eq!(spent.spend(id(2), at(600), at(300 + SLICE)), Ok(()));
    assert_eq!(spent.count, 1);
}

#[test]
fn a_clock_that_is_set_back_opens_nothing_again() {
    let mut spent = Spent::new(10);
    assert_eq!(spent.spend(id(1), at(300), at(0)), Ok(()));
    assert_eq!(spent.spend(id(2), at(86_400), at(86_000)), Ok(()));
    assert_eq!(spent.spend(id(1), at(300), at(0)), Err(ChallengeError::Used));
    assert_eq!(spent.spend(id(3), at(400), at(100)), Ok(()), "later ones still count");
}

proptest! {
    /// Held against a list that forgets nothing: no challenge in its time is ever taken twice.
    #[test]
    fn none_is_taken_twice(steps in prop::collection::vec((0..20_u128, 1..300_u64, 0..40_u64), 1..200)) {
        let (mut spent, mut taken, mut now) = (Spent::new(8), HashSet::new(), at(1000));
        for (number, life, pause) in steps {
            now = now.plus(Duration::from_secs(pause));
            let expires = now.plus(Duration::from_secs(life));
            let name = number << 64 | u128::try_from(expires.seconds()).unwrap();
            match spent.spend(id(name), expires, now) {
                Ok(()) => prop_assert!(taken.insert(name)),
                Err(ChallengeError::Used) => prop_assert!(taken.contains(&name)),
                Err(error) => prop_assert_eq!(error, ChallengeError::Full),
            }
            prop_assert!(spent.count <= 8);
        }
    }
}
