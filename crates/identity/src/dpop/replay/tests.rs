use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn name(number: u8) -> Name {
    [number; 16]
}

#[test]
fn a_proof_is_let_in_once_until_its_last_moment() {
    let replays = Replays::new(8);
    let admit = |until, now| replays.admit(&name(1), at(until), at(now), 8);
    assert_eq!(admit(165, 100), Ok(()));
    assert_eq!(admit(165, 100), Err(DpopError::Replayed));
    assert_eq!(admit(165, 165), Err(DpopError::Replayed));
    assert_eq!(admit(170, 165), Err(DpopError::Replayed), "its name counts, not its time");
    assert_eq!(replays.admit(&name(2), at(165), at(165), 8), Ok(()));
    assert_eq!(admit(240, 180), Ok(()), "a name may come again when no proof of it could");
}

#[test]
fn a_full_memory_lets_nothing_in_and_forgets_nothing() {
    let replays = Replays::new(4);
    for number in 0..2 {
        assert_eq!(replays.admit(&name(number), at(160), at(100), 2), Ok(()));
    }
    assert_eq!(replays.admit(&name(2), at(160), at(100), 2), Err(DpopError::Full), "a share is full");
    for number in 2..4 {
        assert_eq!(replays.admit(&name(number), at(160), at(100), 4), Ok(()));
    }
    assert_eq!(replays.admit(&name(4), at(160), at(100), 9), Err(DpopError::Full));
    for number in 0..4 {
        assert_eq!(replays.admit(&name(number), at(160), at(160), 4), Err(DpopError::Replayed));
    }
    assert_eq!(replays.admit(&name(4), at(230), at(168), 4), Ok(()), "there is room again");
}

#[test]
fn a_clock_that_is_set_back_brings_nothing_to_life_again() {
    let replays = Replays::new(8);
    assert_eq!(replays.admit(&name(1), at(160), at(100), 8), Ok(()));
    assert_eq!(replays.admit(&name(2), at(1060), at(1000), 8), Ok(()));
    assert_eq!(replays.admit(&name(1), at(160), at(100), 8), Err(DpopError::Stale));
    assert_eq!(replays.admit(&name(3), at(160), at(100), 8), Err(DpopError::Stale));
    assert_eq!(replays.admit(&name(2), at(1060), at(1001), 8), Err(DpopError::Replayed));
    assert_eq!(replays.admit(&name(3), at(1060), at(1001), 8), Ok(()));
}

#[test]
fn of_a_hundred_at_once_one_is_let_in() {
    let replays = Replays::new(1000);
    let admitted: usize = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..100)
            .map(|_| scope.spawn(|| usize::from(replays.admit(&name(1), at(160), at(100), 1000).is_ok())))
            .collect();
        tries.into_iter().map(|one| one.join().expect("no panic")).sum()
    });
    assert_eq!(admitted, 1);
}

proptest! {
    /// Against a memory that never forgets: what is let in was never let in within its time.
    #[test]
    fn none_is_let_in_twice_within_its_time(
        steps in prop::collection::vec((0_u8..6, 0_i64..66, 0_i64..40), 1..200),
    ) {
        let (replays, mut now) = (Replays::new(16), 0);
        let mut all = HashMap::<u8, i64>::new();
        for (number, left, step) in steps {
            now += step;
            let known = all.get(&number).is_some_and(|until| *until >= now);
            let admitted = replays.admit(&name(number), at(now + left), at(now), 16);
            if known {
                prop_assert_eq!(admitted, Err(DpopError::Replayed));
            }
            if admitted.is_ok() {
                all.insert(number, now + left);
            }
        }
    }
}
